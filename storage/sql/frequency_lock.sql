-- frequency_lock lets one count at a time replace the frequencies; whoever reads them meanwhile reads the old ones.
lock table frequency_total in share row exclusive mode

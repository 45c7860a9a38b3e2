-- frequency_clear forgets the frequencies, words and all, and says which version the next count is.
with cleared as (delete from frequency_total returning version)
select coalesce(max(version), 0) + 1 from cleared

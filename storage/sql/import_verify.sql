-- import_verify notes that a system says of some references what it said before.
update import_row set verified_at = now()
where system = @system and reference = any(@references::text[])

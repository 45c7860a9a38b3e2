-- duplicate_check_delete removes somebody from those who wait to be compared.
delete from duplicate_check where person_id = @person_id

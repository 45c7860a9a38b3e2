-- import_delete removes what imports said of a person.
delete from import_row where person_id = @person_id

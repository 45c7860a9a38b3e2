-- extended_reseal replaces a seal, unless somebody else has since.
update extended_data set sealed = @sealed, key_id = @key_id
where person_id = @person_id and area = @area and version = @version and key_id = @old_key_id

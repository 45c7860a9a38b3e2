-- api_key_used notes the day that an API key was used on.
update api_key
set used_on = @day
where id = @id and (used_on is null or used_on < @day)

-- index_retire stops feeding an index and forgets what it was owed.
delete from search_index where alias = @alias

-- index_list reads which indices are fed.
select alias from search_index order by alias

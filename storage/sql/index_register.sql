-- index_register makes writes feed an index.
insert into search_index (alias) values (@alias) on conflict do nothing

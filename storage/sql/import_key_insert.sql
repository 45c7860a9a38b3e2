-- import_key_insert lets imports begin with a key, unless they have begun with one.
insert into import_key (fingerprint) values (@fingerprint)
on conflict do nothing

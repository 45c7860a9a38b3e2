-- import_key_read reads what tells the key that imports began with from any other.
select fingerprint from import_key

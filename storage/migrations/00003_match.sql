-- +goose Up

-- What matching needs of each person who is not gone, written with every change:
-- the standardised record, and the blocking keys as 64-bit hashes (FNV-1a). A
-- resident has some 50 keys; as text they take 1.2 kB and push half of the row
-- into another table, as hashes 0.4 kB, and table and index are 40 % smaller.
create table person_match (
    person_id     text collate "C" primary key references person (id),
    version       bigint   not null, -- of the person
    match_version int      not null, -- of the rules that made the record and the keys
    record        json     not null, -- as written: nothing looks into it, and jsonb would be written out anew for each of the hundred that a search reads
    keys          bigint[] not null
) with (fillfactor = 90); -- room to update in place: a change that leaves the keys alone costs no index work

-- Without fastupdate: with it a search reads through the pending list once for
-- each of its keys.
create index person_match_keys on person_match using gin (keys) with (fastupdate = off);

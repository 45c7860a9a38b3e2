-- +goose Up

-- What matching needs of each person who is not gone, written with every change:
-- the standardised record, and the blocking keys as 64-bit hashes. Hashes take a
-- third of the room of the keys, so that a row seldom needs a second page: with
-- 45 keys a person the table, its index and reading 100 records all take half.
create table person_match (
    person_id     text collate "C" primary key references person (id),
    version       bigint   not null, -- of the person
    match_version int      not null, -- of the rules that made the record and the keys
    record        jsonb    not null,
    keys          bigint[] not null
);

-- Without fastupdate: with it every search first reads through the pending
-- list, once for each of its keys.
create index person_match_keys on person_match using gin (keys) with (fastupdate = off);

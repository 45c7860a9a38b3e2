-- +goose Up

-- Whose values a change brought; empty where the service itself made it. With it
-- the last event that names a field says where its value comes from.
alter table audit_event add column system text not null default '';

-- What each source said last of each of its references, so that the next import
-- can tell what the source changed from what others did. Erased with the person.
create table import_row (
    system      text collate "C" not null,
    reference   text collate "C" not null,
    person_id   text collate "C" not null references person (id), -- whom it was said of; who bears the reference now is in cross_reference
    said        json             not null, -- a person, with the fields that say something
    verified_at timestamptz      not null default now(), -- when the source last said so
    primary key (system, reference)
) with (fillfactor = 90); -- room to update in place: every import verifies every row

create index import_row_person on import_row (person_id);

-- The references of erased people, as HMACs under a key that the database does
-- not hold: a later import skips them, and nobody can read them.
create table erased_reference (
    hash bytea primary key
);

-- What tells that key from any other: an HMAC of a text of our own.
create table import_key (
    only_one    boolean primary key default true check (only_one),
    fingerprint bytea   not null
);

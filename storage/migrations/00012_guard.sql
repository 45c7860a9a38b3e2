-- +goose Up

-- The database roles that were given what a purpose needs, so that whoever adds a
-- table can give it to them too.
create table granted_role (
    role    text primary key,
    purpose text not null,
    constraint granted_role_purpose_known check (purpose in ('service', 'audit-reader'))
);

-- Who was erased since a time is asked every minute, to keep a list of them
-- outside the database.
create index person_erased on person (erased_at) where erased_at is not null;
alter table erased_reference add column added_at timestamptz not null default now();
create index erased_reference_added on erased_reference (added_at);

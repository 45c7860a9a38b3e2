-- +goose Up

-- Data that one service area holds about a person, sealed: every version, the
-- highest being the present one. Erased with the person.
create table extended_data (
    person_id  text collate "C" not null references person (id),
    area       text collate "C" not null,
    version    bigint           not null,
    key_id     bigint           not null, -- of the key that sealed it
    sealed     bytea, -- null where the data was deleted
    changed_at timestamptz      not null default now(),
    actor      text             not null,
    primary key (person_id, area, version),
    constraint extended_data_version_counts check (version > 0),
    constraint extended_data_area_is_short check (char_length(area) between 1 and 64)
);

-- What a rotation of the keys looks for.
create index extended_data_key on extended_data (key_id, person_id, area, version);

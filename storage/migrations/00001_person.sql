-- +goose Up

-- +goose StatementBegin
do $$ begin
    if current_setting('server_encoding') <> 'UTF8' then
        raise exception 'the database must be encoded in UTF8: other encodings cannot hold every name';
    end if;
end $$;
-- +goose StatementEnd

-- is_partial_date holds a date in ISO 8601 as precise as it is known (1989,
-- 1989-10 or 1989-10-11), and the empty text for an unknown one.
-- +goose StatementBegin
create function is_partial_date(date text) returns boolean language sql immutable as $$
    select case
        when date = '' then true
        when date ~ '^[1-9][0-9]{3}(-(0[1-9]|1[0-2]))?$' then true
        when date ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then
            right(date, 2)::int <= extract(day from
                make_date(left(date, 4)::int, substr(date, 6, 2)::int, 1) + interval '1 month' - interval '1 day')
        else false
    end
$$;
-- +goose StatementEnd

-- is_list holds a JSON array of at most 50 entries, and of no more bytes than 50
-- of the longest addresses in the widest script.
-- +goose StatementBegin
create function is_list(list jsonb) returns boolean language sql immutable as $$
    select case jsonb_typeof(list)
        when 'array' then jsonb_array_length(list) <= 50 and octet_length(list::text) <= 500000
        else false
    end
$$;
-- +goose StatementEnd

-- One row a person, for ever: erasure empties it and keeps the id and the last
-- version, so that neither is used again.
create table person (
    id                         text collate "C" primary key,
    version                    bigint      not null default 1,
    title                      text        not null default '',
    forename                   text        not null default '',
    preferred_forename         text        not null default '',
    middle_name                text        not null default '',
    surname                    text        not null default '',
    preferred_surname          text        not null default '',
    previous_names             jsonb       not null default '[]',
    date_of_birth              text        not null default '',
    place_of_birth             text        not null default '',
    nationality                text        not null default '',
    gender                     text        not null default '',
    ethnic_origin              text        not null default '',
    identification             jsonb       not null default '[]',
    languages                  jsonb       not null default '[]',
    communication              jsonb       not null default '[]',
    communication_requirements jsonb       not null default '[]',
    addresses                  jsonb       not null default '[]',
    cross_references           int         not null default 0, -- how many the table of that name holds
    person_types               jsonb       not null default '[]',
    relations                  jsonb       not null default '[]',
    date_of_death              text        not null default '',
    created_at                 timestamptz not null default now(),
    updated_at                 timestamptz not null default now(),
    erased_at                  timestamptz,

    constraint person_id_form check (id ~ '^[A-Za-z0-9_.=~-]{1,64}$' and id not in ('.', '..', 'search')),
    constraint person_version_counts check (version > 0),
    constraint person_texts_are_short check (greatest(
        char_length(title), char_length(forename), char_length(preferred_forename), char_length(middle_name),
        char_length(surname), char_length(preferred_surname), char_length(place_of_birth),
        char_length(nationality), char_length(gender), char_length(ethnic_origin)) <= 200),
    constraint person_dates_exist check (is_partial_date(date_of_birth) and is_partial_date(date_of_death)),
    constraint person_lists_are_lists check (
        is_list(previous_names) and is_list(identification) and is_list(languages) and is_list(communication)
        and is_list(communication_requirements) and is_list(addresses) and is_list(person_types)
        and is_list(relations) and cross_references between 0 and 50),
    constraint person_says_something_until_erased check ((erased_at is null) = (
        btrim(title || forename || preferred_forename || middle_name || surname || preferred_surname
            || place_of_birth || nationality || gender || ethnic_origin || date_of_birth || date_of_death) <> ''
        or cross_references > 0
        or previous_names || identification || languages || communication || communication_requirements
            || addresses || person_types || relations <> '[]'))
);

-- person_moves_on refuses what no part of the service may ever do to a person.
-- +goose StatementBegin
create function person_moves_on() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a person is erased, never deleted' using errcode = 'integrity_constraint_violation';
    end if;
    if new.id <> old.id or new.version < old.version then
        raise exception 'an id never changes and a version never goes back' using errcode = 'integrity_constraint_violation';
    end if;
    if old.erased_at is not null and new.erased_at is null then
        raise exception 'an erased person never comes back' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
-- +goose StatementEnd

create trigger person_moves_on before update or delete on person for each row execute function person_moves_on();

-- What other systems call a person. The primary key lets a reference belong to
-- one person only.
create table cross_reference (
    system    text collate "C" not null,
    reference text collate "C" not null,
    person_id text collate "C" not null references person (id),
    position  int              not null, -- in the person's list, from 1
    primary key (system, reference),
    constraint cross_reference_texts_are_short check (
        char_length(system) between 1 and 200 and char_length(reference) between 1 and 200)
);

create index cross_reference_person on cross_reference (person_id);

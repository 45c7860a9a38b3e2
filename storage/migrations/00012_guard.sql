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

-- Officers who have signed in, to see when somebody looks a colleague up: what the
-- issuer says of their names, and no more. Whoever is not seen for 400 days goes.
create table caller (
    subject   text primary key,
    forename  text        not null,
    surname   text        not null,
    last_seen timestamptz not null default now(),
    constraint caller_texts_are_short check (char_length(subject) <= 300 and char_length(forename) <= 200 and char_length(surname) <= 200)
);

-- When callers took more clearance in an emergency. Why is sealed for auditors, and
-- on the audit too.
create table break_glass (
    caller     text        not null,
    began_at   timestamptz not null default clock_timestamp(),
    until      timestamptz not null,
    sealed     bytea[]     not null,
    request_id text        not null,
    primary key (caller, began_at),
    constraint break_glass_ends check (until > began_at)
);

-- What somebody must be told of. It is written with the event, by the trigger below,
-- and by nothing else.
create table alert (
    id          bigint generated always as identity primary key,
    at          timestamptz not null default clock_timestamp(),
    kind        text        not null,
    event       bigint      not null, -- of the audit
    caller      text        not null,
    persons     text[]      not null,
    request_ids text[]      not null,
    flags       text[]      not null,
    due_at      timestamptz not null default now(), -- when it may next be sent
    attempts    int         not null default 0,
    sent_at     timestamptz,
    constraint alert_kind_known check (kind in ('break-glass', 'odd-look-up', 'many-lookers'))
);

create index alert_due on alert (due_at) where sent_at is null;
create index alert_at on alert (at);

-- audit_alerts makes alerts of events. An odd look-up of the same kind by the same
-- caller is told of once an hour, for an officer whose surname is Smith has many;
-- every one is on the audit. It runs with its owner's rights, so that the service
-- can neither make an alert up nor be without.
-- +goose StatementBegin
create function audit_alerts() returns trigger language plpgsql security definer as $$
declare
    told text := case
        when new.action = 'break-glass' then 'break-glass'
        when 'many-lookers' = any (new.flags) then 'many-lookers'
        when new.flags && array['own-surname', 'own-address', 'colleague'] then 'odd-look-up'
    end;
begin
    if told is null or told = 'odd-look-up' and exists (
        select from alert
        where at > clock_timestamp() - interval '1 hour' and kind = told and caller = new.caller and flags @> new.flags
    ) then
        return null;
    end if;
    insert into alert (kind, event, caller, persons, request_ids, flags)
    values (told, new.id, new.caller, new.persons, new.request_ids, new.flags);
    return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
do $$ begin
    execute format('alter function audit_alerts() set search_path = %I, pg_temp', current_schema());
end $$;
-- +goose StatementEnd

create trigger audit_alerts after insert on audit_event for each row
    when (new.flags <> '{}' or new.action = 'break-glass') execute function audit_alerts();

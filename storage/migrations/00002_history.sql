-- +goose Up

-- Who changed whom, when, and which fields. It never holds a value, so it stays
-- when the person is erased.
create table audit_event (
    id         bigint generated always as identity primary key,
    at         timestamptz      not null default now(),
    actor      text             not null,
    action     text             not null,
    person_id  text collate "C" not null,
    version    bigint           not null,
    fields     text[]           not null default '{}',
    reason     text             not null default '',
    request_id text             not null default '',

    constraint audit_event_action_known check (action in ('created', 'updated', 'erased')),
    constraint audit_event_once_a_version unique (person_id, version)
);

-- Events are added in the order of time, so that a few pages tell which hold a day.
create index audit_event_at on audit_event using brin (at);

-- The values a person had before the present ones. Who changed them and when is
-- the audit event of the same version. Erased with the person.
create table person_history (
    person_id text collate "C" not null references person (id),
    version   bigint           not null,
    body      jsonb            not null,
    primary key (person_id, version),
    constraint person_history_body_is_object check (jsonb_typeof(body) = 'object')
);

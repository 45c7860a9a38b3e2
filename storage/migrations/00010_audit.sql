-- +goose Up

-- What was called audit_event: who made which version of a person. History,
-- provenance and indices read it. It stays when the person is erased.
alter table audit_event rename to person_change;
alter table person_change rename constraint audit_event_pkey to person_change_pkey;
alter table person_change rename constraint audit_event_action_known to person_change_action_known;
alter table person_change rename constraint audit_event_once_a_version to person_change_once_a_version;
alter index audit_event_at rename to person_change_at;
alter sequence audit_event_id_seq rename to person_change_id_seq;

-- Who did or saw what: a row for every request of a known caller, and for what
-- the keepers run. It holds no value of anybody: sealed is encrypted to the
-- auditors. Rows are added and never changed; whole months go, see audit_dropped.
create sequence audit_event_id;
create table audit_event (
    id           bigint      not null default nextval('audit_event_id'),
    at           timestamptz not null default clock_timestamp(),
    caller       text        not null,
    roles        text[]      not null,
    areas        text[]      not null,
    from_address text        not null,
    request_ids  text[]      not null, -- several of a session of searches
    route        text        not null, -- the operation, as the API's document names it
    action       text        not null,
    status       int         not null, -- as answered; 0 where nobody was
    persons      text[]      not null, -- whom it was about, and who was shown
    fields       text[]      not null, -- that changed: their names
    reason       text        not null,
    sealed       bytea[]     not null, -- what was asked, for auditors only
    session      text        not null, -- of searches
    since        timestamptz,          -- when the session began
    flags        text[]      not null, -- why somebody should look at it
    primary key (id, at),
    constraint audit_event_action_form check (action ~ '^[a-z-]{1,32}$')
) partition by range (at);
alter sequence audit_event_id owned by audit_event.id;

create index audit_event_at on audit_event using brin (at);
-- With fastupdate: the one who looks something up is not to wait while forty
-- people are put in their places. audit_tend does that.
create index audit_event_persons on audit_event using gin (persons);

-- +goose StatementBegin
create function audit_stays() returns trigger language plpgsql as $$ begin
    raise exception 'the audit is only ever added to' using errcode = 'integrity_constraint_violation';
end $$;
-- +goose StatementEnd

create trigger audit_stays before update or delete on audit_event for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit_event for each statement execute function audit_stays();

-- audit_tend makes the tables of this month and the next three, and puts the
-- latest events into their places in the indexes. It runs with the rights of the
-- audit's owner, so that the service needs none but to add rows. A table is made
-- aside and attached, which keeps nobody from adding rows meanwhile.
-- +goose StatementBegin
create function audit_tend() returns void language plpgsql security definer as $$
declare
    month timestamp; -- its first moment, in UTC
    part  text;
begin
    perform pg_advisory_xact_lock(7205760);
    for n in 0..3 loop
        month := date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => n);
        part := to_char(month, '"audit_event_"YYYY"_"MM');
        continue when to_regclass(part) is not null;
        execute format('create table %I (like audit_event including all)', part);
        execute format('create trigger audit_stays_whole before truncate on %I for each statement execute function audit_stays()', part);
        execute format('alter table audit_event attach partition %I for values from (%L) to (%L)',
            part, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    end loop;
    perform gin_clean_pending_list(i.oid)
        from pg_partition_tree('audit_event') t
        join pg_index x on x.indrelid = t.relid
        join pg_class i on i.oid = x.indexrelid and i.relkind = 'i'
        join pg_am a on a.oid = i.relam and a.amname = 'gin';
end $$;
-- +goose StatementEnd

-- A function with its owner's rights must not be led to tables of its caller.
-- +goose StatementBegin
do $$ begin
    execute format('alter function audit_tend() set search_path = %I, pg_temp', current_schema());
end $$;
-- +goose StatementEnd

select audit_tend();

-- The hash chain over the events: each seal holds the hash of the one before and
-- of the events it names. Seals stay when their events are dropped.
create table audit_seal (
    number   bigint         primary key,
    month    date           not null, -- of all its events
    events   int8multirange not null, -- their ids
    count    int            not null,
    through  timestamptz    not null, -- until when events were looked for
    marks    bytea          not null, -- four bytes of each event's own hash, to tell which one was changed
    previous bytea          not null,
    hash     bytea          not null unique,
    constraint audit_seal_counts check (number > 0 and count > 0)
);

create trigger audit_stays before update or delete on audit_seal for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit_seal for each statement execute function audit_stays();

-- Months that are no longer kept: of their events only the hashes are left.
create table audit_dropped (
    month       date        primary key,
    at          timestamptz not null default clock_timestamp(),
    caller      text        not null,
    events      bigint      not null,
    last_number bigint      not null, -- of the month's seals
    last_hash   bytea       not null
);

create trigger audit_stays before update or delete on audit_dropped for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit_dropped for each statement execute function audit_stays();

-- Searches of officers who are still typing, which become one event each session.
-- Whoever changes role, area or address on the way begins another.
create table audit_session (
    caller       text        not null,
    roles        text[]      not null,
    areas        text[]      not null,
    from_address text        not null,
    session      text        not null,
    route        text        not null,
    began_at     timestamptz not null default clock_timestamp(),
    last_at      timestamptz not null default clock_timestamp(),
    request_ids  text[]      not null,
    persons      text[]      not null,
    sealed       bytea[]     not null,
    flags        text[]      not null,
    primary key (caller, session, roles, areas, from_address, route)
);

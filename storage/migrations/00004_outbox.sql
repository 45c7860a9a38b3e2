-- +goose Up

-- The search indices that are kept up to date, by alias: one for each version of
-- the program that has been started and not retired.
create table search_index (
    alias         text collate "C" primary key,
    registered_at timestamptz not null default now()
);

-- People who changed and may not be searchable in an index yet: one row a person
-- and index, the newest version wins. It holds nothing about anybody.
create table outbox (
    alias           text collate "C" not null references search_index (alias) on delete cascade,
    person_id       text collate "C" not null,
    version         bigint           not null,
    enqueued_at     timestamptz      not null default now(),
    due_at          timestamptz      default now(), -- when an indexer may next take it; null once indexed
    attempts        int              not null default 0,
    reason          text             not null default '', -- why the index rejected it
    indexed_version bigint,
    indexed_at      timestamptz,
    searchable_at   timestamptz,
    primary key (alias, person_id),
    constraint outbox_due_until_indexed check ((due_at is null) = (coalesce(indexed_version, 0) >= version))
) with (
    fillfactor = 70, -- room to update in place: a row is updated some four times before it goes
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000 -- a queue is mostly dead rows
);

create index outbox_due on outbox (alias, due_at) where due_at is not null;
create index outbox_indexed on outbox (alias, indexed_at) where due_at is null;

-- +goose Up

-- What a request with an Idempotency-Key did, for 24 hours. The body is kept
-- only as an HMAC under a salt of the row's own, so that equal bodies look
-- different and a guess at one must be tried row by row.
create table idempotency_key (
    caller     text collate "C" not null,
    key        text collate "C" not null,
    salt       bytea            not null,
    body_hmac  bytea            not null,
    person_id  text collate "C" not null references person (id),
    version    bigint           not null,
    status     int              not null,
    created_at timestamptz      not null default now(),
    primary key (caller, key),
    constraint idempotency_key_is_short check (char_length(caller) <= 255 and char_length(key) between 1 and 255)
);

create index idempotency_key_person on idempotency_key (person_id);
create index idempotency_key_age on idempotency_key (created_at);

-- +goose Up

-- Credentials of programs that cannot get a token. Never deleted: the audit names
-- them by their ids.
create table api_key (
    id         text collate "C" primary key,
    name       text        not null,
    hash       bytea       not null, -- SHA-256 of the secret, which is random: nobody can guess it from this
    roles      text[]      not null,
    areas      text[]      not null default '{}',
    clearance  text        not null default 'none',
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    used_on    date, -- the last day, in UTC

    constraint api_key_id_form check (id ~ '^[0-9a-f]{16}$'),
    constraint api_key_name_is_short check (char_length(name) between 1 and 100),
    constraint api_key_hash_is_sha256 check (octet_length(hash) = 32),
    constraint api_key_has_a_role check (cardinality(roles) > 0),
    constraint api_key_clearance_known check (clearance in ('none', 'restricted', 'very-restricted')),
    constraint api_key_expires_within_a_year check (expires_at > created_at and expires_at <= created_at + interval '8784 hours')
);

-- +goose StatementBegin
create function api_key_only_ends() returns trigger language plpgsql as $$
begin
    if new.id <> old.id or new.hash <> old.hash or new.roles <> old.roles or new.areas <> old.areas
        or new.clearance <> old.clearance or new.created_at <> old.created_at or new.expires_at <> old.expires_at then
        raise exception 'an API key never changes: make another';
    end if;
    if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
        raise exception 'a revoked API key never comes back';
    end if;
    return new;
end
$$;
-- +goose StatementEnd

create trigger api_key_only_ends before update on api_key for each row execute function api_key_only_ends();

-- +goose Up

-- How closely a person is kept from those who have no right to know: 0 not at
-- all, 1 restricted, 2 very restricted. It stays when the person is erased, so
-- that who might not know of them does not learn that they were there.
alter table person
    add column restriction smallint not null default 0,
    add column restriction_reason text not null default '',
    add column restricted_by text not null default '',
    add column restricted_at timestamptz,
    add constraint person_restriction_known check (restriction between 0 and 2),
    add constraint person_restriction_has_a_reason check (char_length(restriction_reason) <= 300
        and (restriction > 0 or restriction_reason || restricted_by = '' and restricted_at is null));

-- +goose StatementBegin
create function person_restricted_now() returns trigger language plpgsql as $$
begin
    new.restricted_at := case when new.restriction > 0 then now() end;
    return new;
end $$;
-- +goose StatementEnd

create trigger person_restricted_at_once before insert on person
    for each row when (new.restriction > 0) execute function person_restricted_now();
create trigger person_restricted_later before update on person
    for each row when (new.restriction <> old.restriction) execute function person_restricted_now();

-- Where somebody gives a new person the id of a very restricted one, of whom they may
-- not know, the new person has an id of the service's own, and the one asked for is
-- theirs for all who may not know of the other.
create table person_alias (
    id        text collate "C" primary key references person (id),
    person_id text collate "C" not null unique references person (id),
    constraint person_alias_is_of_another check (id <> person_id)
);

-- person_meant is whom a caller of this clearance means by an id.
-- +goose StatementBegin
create function person_meant(called text, clearance int) returns text language sql stable as $$
    select case when clearance >= 2 then called else coalesce((select person_id from person_alias where id = called), called) end
$$;
-- +goose StatementEnd

-- person_called is what a caller of this clearance calls a person.
-- +goose StatementBegin
create function person_called(meant text, clearance int) returns text language sql stable as $$
    select case when clearance >= 2 then meant else coalesce((select id from person_alias where person_id = meant), meant) end
$$;
-- +goose StatementEnd

-- visible_relations leaves out relations to people of whom a caller of this
-- clearance may not know, and to ids of nobody: were only the former left out, a
-- relation would tell the one from the other.
-- +goose StatementBegin
create function visible_relations(relations jsonb, clearance int) returns jsonb language sql stable as $$
    select case when clearance >= 2 or jsonb_typeof(relations) is distinct from 'array' or relations = '[]' then relations
    else (
        select coalesce(jsonb_agg(r.relation order by r.place), '[]')
        from jsonb_array_elements(relations) with ordinality as r (relation, place)
        where coalesce(r.relation ->> 'personId', '') = ''
            or exists (select from person_alias other where other.id = r.relation ->> 'personId')
            or exists (
                select from person other
                where other.id = r.relation ->> 'personId' and other.restriction < 2
                    and not exists (select from person_alias a where a.person_id = other.id))
    ) end
$$;
-- +goose StatementEnd

-- What very restricted people are called elsewhere is kept apart for each of them,
-- so that who may not know of them can give the same reference to somebody else
-- and is not told that it is taken.
alter table cross_reference
    add column apart text collate "C" not null default '', -- empty, or the id of the very restricted person who bears it
    add constraint cross_reference_is_apart_for_its_bearer check (apart in ('', person_id)),
    drop constraint cross_reference_pkey,
    add constraint cross_reference_pkey primary key (system, reference, apart);

-- Of restricted people, record and keys are those without addresses and contacts,
-- and of very restricted ones empty, so that whoever is not cleared is asked about
-- nothing else: what is hidden takes no place in any search, and no filter costs
-- any time. The rest is in the restricted columns, which are empty for all others.
alter table person_match
    add column restriction smallint not null default 0,
    add column restricted_record json, -- the whole one
    add column restricted_keys bigint[] not null default '{}'; -- those that keys lacks

create index person_match_restricted_keys on person_match using gin (restricted_keys) with (fastupdate = off)
    where restriction > 0;
create index person_match_hidden on person_match (person_id) where restriction = 2;

-- People added or given a reference by somebody who may not know of everybody:
-- whether they are on file already among those hidden is found out afterwards, so
-- that it takes no time that the one who adds them could measure.
create table duplicate_check (
    person_id text collate "C" primary key references person (id),
    clearance smallint    not null, -- of the one who added them
    due_at    timestamptz not null default now()
);

create index duplicate_check_due on duplicate_check (due_at);

-- Pairs of people who may be one, for stewards to settle.
create table potential_duplicate (
    person_a    text collate "C" not null references person (id),
    person_b    text collate "C" not null references person (id),
    reason      text        not null, -- match: they resemble one another; reference: they bear one of the same system; id: the same was asked for
    restriction smallint    not null, -- the clearance that it takes to see the pair, whatever became of the two
    weight      float8,               -- bits, and the probability, where they were compared
    probability float8,
    model       text        not null default '',
    found_at    timestamptz not null default now(),
    primary key (person_a, person_b),
    constraint potential_duplicate_ordered check (person_a < person_b),
    constraint potential_duplicate_reason_known check (reason in ('match', 'reference', 'id'))
);

create index potential_duplicate_other on potential_duplicate (person_b);

-- +goose Up

-- How many people bear a word of a name, or a date of birth, by the last count.
-- No word borne by fewer than three is kept: a count of common words is no
-- personal data, and outlives anybody's erasure.
create table frequency (
    kind   text             not null, -- given, surname or birth
    word   text collate "C" not null, -- as standardised for matching
    people bigint           not null,
    primary key (kind, word),
    constraint frequency_is_of_nobody_in_particular check (people >= 3)
);

-- What is to be known of the last count beside its words, a row each kind.
create table frequency_total (
    kind       text        primary key,
    version    bigint      not null, -- of the count, the same for all kinds
    counted_at timestamptz not null default now(),
    people     bigint      not null, -- on file when they were counted
    bearings   bigint      not null, -- how often anybody bore any word of the kind, kept or not
    floor      bigint      not null, -- a word that is not kept is borne by this many at most
    constraint frequency_total_kind_known check (kind in ('given', 'surname', 'birth'))
);

alter table frequency add foreign key (kind) references frequency_total (kind) on delete cascade;

-- +goose Up

-- Of form: a given name and what at least three of its bearers prefer to be called,
-- with a space between.
alter table frequency_total
    drop constraint frequency_total_kind_known,
    add constraint frequency_total_kind_known check (kind in ('given', 'surname', 'birth', 'home', 'day', 'form'));
comment on column frequency.kind is 'given, surname, birth or form';

-- +goose Up

-- Of home and day: how many people were looked at, and how many of them live with,
-- or were born on the same day as, somebody of their surname.
alter table frequency_total
    drop constraint frequency_total_kind_known,
    add constraint frequency_total_kind_known check (kind in ('given', 'surname', 'birth', 'home', 'day')),
    add column rare bigint not null default 0; -- how many different words are not kept; 0 if that is not known
comment on column frequency_total.people is 'on file when they were counted; of home and day those looked at';
comment on column frequency_total.bearings is 'how often anybody bore any word of the kind, kept or not; of home and day those with kin';

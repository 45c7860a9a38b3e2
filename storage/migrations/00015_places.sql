-- +goose Up

-- Of area, street and dwelling: places, hashed, in which at least twelve people live
-- or lived: a home in a hostel, or a postcode of half a county, tells little of who
-- somebody is. Of word: the words of addresses, which tell where a village is.
alter table frequency_total
    drop constraint frequency_total_kind_known,
    add constraint frequency_total_kind_known
        check (kind in ('given', 'surname', 'birth', 'home', 'day', 'form', 'area', 'street', 'dwelling', 'word'));
comment on column frequency.kind is 'given, surname, birth, form, area, street, dwelling or word';

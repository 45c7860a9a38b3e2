package storage_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"personindex/storage/storagetest"
)

// Ensures that the schema itself holds what the service promises, whoever writes.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	live := ada()
	live.ID = "live"
	create(t, s, live)
	gone := named("Gone", "Person")
	gone.ID = "gone"
	if _, err := s.Erase(t.Context(), clerk, create(t, s, gone).ID, 1); err != nil {
		t.Fatal(err)
	}
	register(t, s, "people")
	const long = "repeat('é', 201)"

	for _, refused := range []struct{ name, sql, by string }{
		{"an id of another form", "insert into person (id, forename) values ('a b', 'A')", "person_id_form"},
		{"an id that means something in a URL", "insert into person (id, forename) values ('search', 'A')", "person_id_form"},
		{"version 0", "insert into person (id, version, forename) values ('p', 0, 'A')", "person_version_counts"},
		{"a long name", "insert into person (id, surname) values ('p', " + long + ")", "person_texts_are_short"},
		{"a date no calendar has", "insert into person (id, date_of_birth) values ('p', '1989-02-29')", "person_dates_exist"},
		{"a date of another form", "insert into person (id, date_of_birth) values ('p', '11/10/1989')", "person_dates_exist"},
		{"a month no year has", "insert into person (id, date_of_death) values ('p', '1989-13')", "person_dates_exist"},
		{"a list that is none", `insert into person (id, addresses) values ('p', '{"line1": "x"}')`, "person_lists_are_lists"},
		{"a list of 51", "insert into person (id, addresses) select 'p', jsonb_agg(n) from generate_series(1, 51) n", "person_lists_are_lists"},
		{"a list of a megabyte", "insert into person (id, person_types) values ('p', jsonb_build_array(repeat('x', 1000000)))", "person_lists_are_lists"},
		{"a person who says nothing", "insert into person (id, forename) values ('p', ' ')", "person_says_something_until_erased"},
		{"an erased person who says something", "update person set forename = 'Back' where id = 'gone'", "person_says_something_until_erased"},
		{"an erased person who has a list", `update person set languages = '[{"language": "Welsh"}]' where id = 'gone'`, "person_says_something_until_erased"},
		{"an erasure that leaves something", "update person set erased_at = now() where id = 'live'", "person_says_something_until_erased"},
		{"a return from erasure", "update person set erased_at = null, forename = 'Back' where id = 'gone'", "an erased person never comes back"},
		{"a version that goes back", "update person set version = 1 where id = 'gone'", "a version never goes back"},
		{"an id that changes", "update person set id = 'other' where id = 'gone'", "an id never changes"},
		{"a deletion", "delete from person where id = 'gone'", "a person is erased, never deleted"},
		{"a reference of two people", "insert into cross_reference values ('housing', 'H-9', 'gone', 1)", "cross_reference_pkey"},
		{"a reference of nobody", "insert into cross_reference values ('x', 'y', 'nobody', 1)", "cross_reference_person_id_fkey"},
		{"a long reference", "insert into cross_reference values ('x', " + long + ", 'live', 1)", "cross_reference_texts_are_short"},
		{"two events of one version", "insert into person_change (actor, action, person_id, version) values ('a', 'updated', 'live', 1)", "person_change_once_a_version"},
		{"an event of another kind", "insert into person_change (actor, action, person_id, version) values ('a', 'deleted', 'live', 2)", "person_change_action_known"},
		{"a past that is no record", "insert into person_history values ('live', 1, '[]')", "person_history_body_is_object"},
		{"an outbox for no index", "insert into outbox (alias, person_id, version) values ('none', 'live', 1)", "outbox_alias_fkey"},
		{"an outbox row that is done before it is indexed", "insert into outbox (alias, person_id, version, due_at) values ('people', 'live', 1, null)", "outbox_due_until_indexed"},
		{"a frequency of a rare name", "insert into frequency (kind, word, people) values ('surname', 'unheardof', 2)", "frequency_is_of_nobody_in_particular"},
		{"a frequency of an uncounted kind", "insert into frequency (kind, word, people) values ('surname', 'smith', 9)", "frequency_kind_fkey"},
		{"a count of another kind", "insert into frequency_total (kind, version, people, bearings, floor) values ('town', 1, 1, 1, 3)", "frequency_total_kind_known"},
		{"an empty idempotency key", "insert into idempotency_key values ('c', '', '', '', 'live', 1, 201)", "idempotency_key_is_short"},
	} {
		t.Run(refused.name, func(t *testing.T) {
			_, err := conn.Exec(t.Context(), refused.sql)
			var pg *pgconn.PgError
			if !errors.As(err, &pg) {
				t.Fatalf("error %v", err)
			}
			if pg.ConstraintName != refused.by && !strings.Contains(pg.Message, refused.by) {
				t.Errorf("refused by %q: %s", pg.ConstraintName, pg.Message)
			}
		})
	}

	for _, allowed := range []string{"", "1989", "1989-10", "1989-10-11", "1988-02-29", "2000-02-29", "1900-12-31"} {
		t.Run("the date "+allowed+" is allowed", func(t *testing.T) {
			exec(t, conn, "update person set date_of_birth = $1 where id = 'live'", allowed)
		})
	}
}

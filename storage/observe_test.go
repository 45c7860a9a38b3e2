package storage_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

func TestSlowStatementsAreLoggedByNameAndWithoutValues(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		threshold time.Duration
		wanted    []string
	}{
		{0, []string{"statement=person_by_ids", "statement=commit", "statement=\"copy person\"", " more\"", "server=postgres"}},
		{time.Hour, nil},
	} {
		var log bytes.Buffer
		s, err := storage.Open(t.Context(), storagetest.NewConfig(t), storage.WithSlowLog(slog.New(slog.NewTextHandler(&log, nil)), test.threshold))
		if err != nil {
			t.Fatal(err)
		}
		p := person.Person{ID: "ada-1", Forename: "Zebedee", Surname: "Quillfeather", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}
		if _, err := s.Create(t.Context(), storage.Change{Actor: "test"}, p, nil); err != nil {
			t.Error(err)
		}
		p.ID = "ada-2"
		if _, err := s.Load(t.Context(), storage.Change{Actor: "test"}, []person.Person{p}); err != nil {
			t.Error(err)
		}
		if _, err := s.Person(t.Context(), cleared, p.ID); err != nil {
			t.Error(err)
		}
		s.Close()
		for _, want := range test.wanted {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %s", want)
			}
		}
		if test.wanted == nil && log.Len() > 0 {
			t.Errorf("nothing is slow, and logged is %s", log.String())
		}
		for _, secret := range []string{"Zebedee", "zebedee", "quillfeather", "Quillfeather", "1989-10"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds %s", secret)
			}
		}
	}
}

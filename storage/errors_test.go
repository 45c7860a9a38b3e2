package storage_test

import (
	"strings"
	"testing"
	"time"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// Ensures that no error tells a value, whatever Postgres or its driver make of it.
func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	create(t, s, ada())
	const secret = "Kimakhe-Secret"
	for name, spoil := range map[string]func(*person.Person){
		"too long for the schema": func(p *person.Person) { p.MiddleName = strings.Repeat(secret, 20) },
		"no UTF-8":                func(p *person.Person) { p.MiddleName = secret + "\xff" },
		"a NUL":                   func(p *person.Person) { p.MiddleName = secret + "\x00" },
		"a NUL in a list":         func(p *person.Person) { p.PersonTypes = []string{secret + "\x00"} },
		"a date of no calendar":   func(p *person.Person) { p.DateOfBirth = person.Date{Year: 1989, Month: 2, Day: 31} },
		"an id of another form":   func(p *person.Person) { p.ID = secret + " and a space" },
		"a cross-reference of another": func(p *person.Person) {
			p.CrossReferences = []person.CrossReference{{System: "housing", Reference: "H-9"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := named("Ada", secret)
			spoil(&p)
			_, err := s.Create(t.Context(), clerk, p, nil)
			if err == nil {
				t.Fatal("no error")
			}
			for _, value := range []string{secret, "1989", "H-9"} {
				if strings.Contains(err.Error(), value) {
					t.Errorf("the error holds %q: %v", value, err)
				}
			}
		})
	}
}

func TestUnavailable(t *testing.T) {
	t.Parallel()

	t.Run("a server that is not there", func(t *testing.T) {
		t.Parallel()
		_, err := storage.Open(t.Context(), storage.Config{URL: "postgres://u:hidden@127.0.0.1:1/persons", ConnectTimeout: time.Second})
		wantError(t, err, storage.ErrUnavailable)
		if strings.Contains(err.Error(), "hidden") {
			t.Error("the error holds the password")
		}
	})

	t.Run("a connection that is lost, until the next one", func(t *testing.T) {
		t.Parallel()
		c := storagetest.NewConfig(t)
		s, conn, blocker := open(t, c), connect(t, c.URL), connect(t, c.URL)
		exec(t, blocker, "begin")
		exec(t, blocker, "lock table person in access exclusive mode")
		done := make(chan error, 1)
		go func() {
			_, err := s.Person(t.Context(), cleared, "p")
			done <- err
		}()
		await(t, conn, "select count(*) from pg_locks where not granted and relation = 'person'::regclass", 1)
		exec(t, conn, "select pg_terminate_backend(pid) from pg_locks where not granted and relation = 'person'::regclass")
		wantError(t, <-done, storage.ErrUnavailable)
		exec(t, blocker, "rollback")
		_, err := s.Person(t.Context(), cleared, "p")
		wantError(t, err, person.ErrNotFound)
	})

	t.Run("a statement that takes too long", func(t *testing.T) {
		t.Parallel()
		c := storagetest.NewConfig(t)
		blocker := connect(t, c.URL)
		c.StatementTimeout = 50 * time.Millisecond
		s := open(t, c)
		exec(t, blocker, "begin")
		exec(t, blocker, "lock table person in access exclusive mode")
		_, err := s.Person(t.Context(), cleared, "p")
		wantError(t, err, storage.ErrUnavailable)
	})
}

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	good := storage.Config{URL: "postgres://u:hidden@localhost/persons"}
	if err := good.Validate(); err != nil {
		t.Errorf("a URL is enough: %v", err)
	}
	for name, c := range map[string]storage.Config{
		"no URL":                        {},
		"a URL that is none":            {URL: "postgres://u:hidden@localhost:port/persons"},
		"one connection":                {URL: good.URL, MaxConns: 1},
		"fewer than none":               {URL: good.URL, MaxConns: -1},
		"a connect timeout of the past": {URL: good.URL, ConnectTimeout: -1},
		"a statement timeout likewise":  {URL: good.URL, StatementTimeout: -1},
	} {
		err := c.Validate()
		if err == nil {
			t.Errorf("%s is accepted", name)
		} else if strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: the error holds the password", name)
		}
	}
}

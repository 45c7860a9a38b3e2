package storage_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"personindex/storage"
	"personindex/storage/storagetest"
)

// Ensures that a bare database is told from a migrated one, that several programs
// may migrate it at once, and that doing so again does nothing.
func TestMigrate(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	conn := connect(t, c.URL)
	exec(t, conn, "drop schema public cascade")
	exec(t, conn, "create schema public")
	s := open(t, c)
	steps, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}

	err = s.CheckSchema(t.Context())
	wantError(t, err, storage.ErrSchemaBehind)
	if !strings.Contains(err.Error(), "at version 0") {
		t.Errorf("the error does not say which version it is: %v", err)
	}
	status, err := s.MigrationStatus(t.Context())
	if err != nil || len(status) != len(steps) || !status[0].AppliedAt.IsZero() {
		t.Fatalf("status %v, error %v", status, err)
	}

	outputs := make([]bytes.Buffer, 3)
	for _, err := range together(len(outputs), func(i int) error { return storage.Migrate(t.Context(), c, &outputs[i]) }) {
		if err != nil {
			t.Error(err)
		}
	}
	lines := 0
	for i := range outputs {
		lines += strings.Count(outputs[i].String(), "\n")
	}
	if lines != len(steps) {
		t.Errorf("%d steps were reported, want %d", lines, len(steps))
	}
	if err := s.CheckSchema(t.Context()); err != nil {
		t.Error(err)
	}
	status, err = s.MigrationStatus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range status {
		if m.AppliedAt.IsZero() || m.Name != filepath.Base(steps[i]) || !strings.HasPrefix(m.Name, fmt.Sprintf("%05d_", m.Version)) {
			t.Errorf("step %d is %+v", i+1, m)
		}
	}

	exec(t, conn, "insert into goose_db_version (version_id, is_applied) values (9999, true)")
	if err := s.CheckSchema(t.Context()); err != nil {
		t.Errorf("a schema that is ahead: %v", err)
	}
}

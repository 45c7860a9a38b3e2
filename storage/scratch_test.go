package storage_test

import (
	"testing"

	"personindex/storage"
	"personindex/storage/storagetest"
)

// Ensures that a scratch database is migrated, empty, apart, and goes.
func TestScratch(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	create(t, open(t, c), ada())
	scratch, drop, err := storage.Scratch(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, scratch)
	if err := s.CheckSchema(t.Context()); err != nil {
		t.Error(err)
	}
	if size, err := s.Size(t.Context()); err != nil || size != 0 {
		t.Errorf("size %d, error %v", size, err)
	}
	if err := drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(t.Context(), scratch); err == nil {
		t.Error("it is still there")
	}
}

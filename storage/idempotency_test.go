package storage_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

func TestIdempotency(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	key := &storage.Idempotency{Caller: "contact centre", Key: "k-1", Digest: []byte("digest of a body")}

	if remembered, err := s.Recall(t.Context(), key); err != nil || remembered != nil {
		t.Fatalf("before: %v, error %v", remembered, err)
	}
	created, err := s.Create(t.Context(), clerk, named("Ada", "Example"), key)
	if err != nil {
		t.Fatal(err)
	}

	t.Run("the same request is recalled, and creates nobody else", func(t *testing.T) {
		remembered, err := s.Recall(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		want := &storage.Remembered{Revision: person.Revision{ID: created.ID, Version: 1}, Status: 201}
		if d := cmp.Diff(want, remembered); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		again, err := s.Create(t.Context(), clerk, named("Ada", "Example"), key)
		if d := cmp.Diff(created, again); err != nil || d != "" {
			t.Errorf("error %v (-want +got):\n%s", err, d)
		}
	})
	t.Run("another request with the key is refused", func(t *testing.T) {
		other := &storage.Idempotency{Caller: key.Caller, Key: key.Key, Digest: []byte("digest of another")}
		_, err := s.Recall(t.Context(), other)
		wantError(t, err, storage.ErrIdempotencyMismatch)
		_, err = s.Create(t.Context(), clerk, named("Grace", "Example"), other)
		wantError(t, err, storage.ErrIdempotencyMismatch)
	})
	t.Run("another caller's key is another key", func(t *testing.T) {
		theirs := &storage.Idempotency{Caller: "tenancies", Key: key.Key, Digest: key.Digest}
		if remembered, err := s.Recall(t.Context(), theirs); err != nil || remembered != nil {
			t.Errorf("%v, error %v", remembered, err)
		}
	})
	t.Run("nothing of the body is kept", func(t *testing.T) {
		if n := count(t, conn, "select count(*) from idempotency_key where position($1::bytea in body_hmac) > 0 or position($1::bytea in salt) > 0", key.Digest); n != 0 {
			t.Error("the digest is there as it is")
		}
	})
	t.Run("a day later the key is free again, and what others left goes", func(t *testing.T) {
		exec(t, conn, `insert into idempotency_key select caller, 'old ' || n, salt, body_hmac, person_id, version, status, now() - interval '2 days'
			from idempotency_key, generate_series(1, 3) n`)
		exec(t, conn, "update idempotency_key set created_at = now() - interval '25 hours' where key = $1", key.Key)
		if remembered, err := s.Recall(t.Context(), key); err != nil || remembered != nil {
			t.Errorf("%v, error %v", remembered, err)
		}
		another, err := s.Create(t.Context(), clerk, named("Grace", "Example"), key)
		if err != nil || another.ID == created.ID {
			t.Errorf("created %s, error %v", another.ID, err)
		}
		if n := count(t, conn, "select count(*) from idempotency_key"); n != 1 {
			t.Errorf("%d keys are left, want 1", n)
		}
	})
}

// Ensures that a request sent many times at once creates one person.
func TestIdempotencyConcurrently(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	key := &storage.Idempotency{Caller: "contact centre", Key: "k-1", Digest: []byte("digest"), Status: 200}
	ids := make([]person.ID, 8)
	errs := together(len(ids), func(i int) error {
		p, err := s.Create(t.Context(), clerk, named("Ada", "Example"), key)
		ids[i] = p.ID
		return err
	})
	var created person.ID
	for i, err := range errs {
		switch {
		case errors.Is(err, storage.ErrIdempotencyBusy):
		case err != nil:
			t.Error(err)
		case created == "":
			created = ids[i]
		case ids[i] != created:
			t.Errorf("one was told of %s, another of %s", created, ids[i])
		}
	}
	if n := count(t, conn, "select count(*) from person"); n != 1 || created == "" {
		t.Errorf("%d people, %q reported", n, created)
	}
	if remembered, err := s.Recall(t.Context(), key); err != nil || remembered == nil || remembered.Status != 200 {
		t.Errorf("remembered %v, error %v", remembered, err)
	}
}

// Ensures that a request does not wait for one with the same key, nor overtake it.
func TestIdempotencyBusy(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn, blocker := open(t, c), connect(t, c.URL), connect(t, c.URL)
	key := &storage.Idempotency{Caller: "c", Key: "k", Digest: []byte("d")}
	exec(t, blocker, "begin")
	exec(t, blocker, "lock table person_change in exclusive mode")
	done := make(chan error, 1)
	go func() {
		_, err := s.Create(t.Context(), clerk, named("Ada", "Example"), key)
		done <- err
	}()
	await(t, conn, "select count(*) from pg_locks where not granted and relation = 'person_change'::regclass", 1)
	_, err := s.Create(t.Context(), clerk, named("Ada", "Example"), key)
	wantError(t, err, storage.ErrIdempotencyBusy)
	exec(t, blocker, "rollback")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Ensures that a request which failed may be made again.
func TestIdempotencyRemembersSuccessOnly(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	taken := named("Ada", "Example")
	taken.ID = "taken"
	create(t, s, taken)
	key := &storage.Idempotency{Caller: "c", Key: "k", Digest: []byte("d")}
	_, err := s.Create(t.Context(), clerk, taken, key)
	wantError(t, err, person.ErrIDInUse)
	if remembered, err := s.Recall(t.Context(), key); err != nil || remembered != nil {
		t.Errorf("remembered %v, error %v", remembered, err)
	}
}

package storage_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"personindex/storage/storagetest"
)

// Ensures that a listener is woken when it begins, by the writes of another
// process, and again when its connection was lost.
func TestListen(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, other, conn := open(t, c), open(t, c), connect(t, c.URL)
	ctx, cancel := context.WithCancel(t.Context())
	wake := make(chan struct{})
	done := make(chan error, 1)
	go func() { done <- s.Listen(ctx, wake) }()

	<-wake
	for range 3 {
		create(t, other, named("Ada", "Example"))
		<-wake
	}
	await(t, conn, listeners, 1)
	exec(t, conn, "select pg_terminate_backend(pid) from pg_stat_activity where query like '%listen persons_outbox%' and pid <> pg_backend_pid() and datname = current_database()")
	<-wake
	create(t, other, named("Ada", "Example"))
	<-wake

	cancel()
	if err := <-done; err != nil {
		t.Errorf("error %v when no longer wanted", err)
	}
	await(t, conn, listeners, 0)
}

const listeners = "select count(*) from pg_stat_activity where query like '%listen persons_outbox%' and pid <> pg_backend_pid() and datname = current_database()"

// Ensures that the exclusive lock of an index waits for all who share it, keeps
// them out meanwhile, and concerns no other index.
func TestIndexLock(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	inside, leave := make(chan struct{}, 2), make(chan struct{})
	sharing := make(chan error, 2)
	for range 2 {
		go func() {
			sharing <- s.WithSharedIndexLock(t.Context(), "people", func(context.Context) error {
				inside <- struct{}{}
				<-leave
				return nil
			})
		}()
	}
	<-inside
	<-inside // both are in at once

	order := make(chan string, 2)
	exclusive := make(chan error, 1)
	go func() {
		exclusive <- s.WithExclusiveIndexLock(t.Context(), "people", func(context.Context) error {
			order <- "exclusive"
			return context.Canceled
		})
	}()
	await(t, conn, waiters, 1)
	if err := s.WithExclusiveIndexLock(t.Context(), "another", func(context.Context) error { return nil }); err != nil {
		t.Errorf("another index: %v", err)
	}
	order <- "shared"
	close(leave)
	for range 2 {
		if err := <-sharing; err != nil {
			t.Error(err)
		}
	}
	wantError(t, <-exclusive, context.Canceled)
	if first := <-order; first != "shared" {
		t.Errorf("%s was first", first)
	}

	t.Run("who gives up waiting leaves nothing locked", func(t *testing.T) {
		giveUp(t, c.URL, conn, func(ctx context.Context) error {
			return s.WithExclusiveIndexLock(ctx, "people", func(context.Context) error { return nil })
		})
		if err := s.WithExclusiveIndexLock(t.Context(), "people", func(context.Context) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}

const waiters = "select count(*) from pg_locks where not granted and locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"

// giveUp holds the lock of people while fn waits for it, and cancels fn.
func giveUp(t *testing.T, url string, conn *pgx.Conn, fn func(context.Context) error) {
	t.Helper()
	holder := connect(t, url)
	exec(t, holder, "select pg_advisory_lock_shared(hashtextextended('people', 1))")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- fn(ctx) }()
	await(t, conn, waiters, 1)
	cancel()
	wantError(t, <-done, context.Canceled)
	exec(t, holder, "select pg_advisory_unlock_shared(hashtextextended('people', 1))")
	await(t, conn, waiters, 0)
}

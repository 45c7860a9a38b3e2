package oversight

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// Ensures that an officer whom one process has seen is a colleague in another, and
// no longer once they have not been seen for long.
func TestStaffKnowsWhoSignedIn(t *testing.T) {
	t.Parallel()
	config := storagetest.NewConfig(t)
	store, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	here, there := NewStaff(store, slog.New(slog.DiscardHandler)), NewStaff(store, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); here.Run(ctx) }()
	ada := access.Caller{Subject: "her", Forename: "Ada", Surname: "Sample", Postcode: "E8 1EA"}
	here.Seen(ada)
	here.Seen(ada)
	here.Seen(access.Caller{Subject: "a program"})
	var officers []storage.Officer
	for deadline := time.Now().Add(time.Minute); len(officers) == 0 && time.Now().Before(deadline); {
		if officers, err = store.Officers(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	<-done
	if !slices.Equal(officers, []storage.Officer{{Subject: "her", Forename: "Ada", Surname: "Sample"}}) {
		t.Errorf("officers are %v", officers)
	}
	look := Look{Forenames: []string{"Ada"}, Surnames: []string{"Sample"}}
	colleague := func() bool {
		t.Helper()
		if err := there.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		return slices.Contains(there.Flags(access.Caller{Subject: "me", Surname: "Test"}, look), Colleague)
	}
	if !colleague() {
		t.Error("an officer whom another process saw is no colleague")
	}
	conn, err := pgx.Connect(t.Context(), config.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), "update caller set last_seen = now() - interval '401 days'"); err != nil {
		t.Fatal(err)
	}
	if colleague() {
		t.Error("an officer who has not been seen for 401 days is remembered")
	}
}

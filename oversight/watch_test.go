package oversight

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"personindex/audit"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// open records that so many callers opened somebody.
func open(t *testing.T, store *storage.Store, id person.ID, callers int, change func(*audit.Event)) {
	t.Helper()
	for i := range callers {
		e := audit.Event{Caller: fmt.Sprint("officer ", i), Route: "read-person", Action: audit.Read, Status: 200, Persons: []person.ID{id}}
		change(&e)
		if err := store.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWatchFlagsWhomManyOpen(t *testing.T) {
	t.Parallel()
	store := storagetest.New(t)
	w := NewWatch(store, 20, slog.New(slog.DiscardHandler))
	same := func(*audit.Event) {}
	open(t, store, "many", 21, same)
	open(t, store, "enough", 20, same)
	open(t, store, "often", 1, same)
	open(t, store, "often", 1, same)
	open(t, store, "shown", 30, func(e *audit.Event) { e.Action = audit.Search })
	open(t, store, "refused", 30, func(e *audit.Event) { e.Status = 404 })
	open(t, store, "audited", 30, func(e *audit.Event) { e.Route = "read-audit" })
	for round, want := range []int{1, 0} {
		flagged, err := w.RunOnce(t.Context())
		if err != nil || flagged != want {
			t.Errorf("round %d flags %d, %v; want %d", round, flagged, err, want)
		}
	}
	alerts, err := store.ClaimAlerts(t.Context(), 10, claimLease)
	if err != nil || len(alerts) != 1 {
		t.Fatalf("%d alerts, %v", len(alerts), err)
	}
	if a := alerts[0]; a.Kind != "many-lookers" || !slices.Equal(a.Persons, []person.ID{"many"}) || !slices.Equal(a.Flags, []string{ManyLookers}) {
		t.Errorf("it tells of %+v", a)
	}
}

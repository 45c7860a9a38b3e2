package erasure

import (
	"context"
	"fmt"
	"slices"

	"personindex/person"
	"personindex/storage"
)

// Restored is a register that may be an older copy. *storage.Store is one.
type Restored interface {
	StandingOf(ctx context.Context, ids []person.ID) (onFile, erased []person.ID, err error)
	EraseAgain(ctx context.Context, c storage.Change, erased person.Revision) (done bool, err error)
	KeepErasedReferences(ctx context.Context, hashes [][]byte) (added int, err error)
}

// Outcome says what was found of a ledger in a register, and done about it.
type Outcome struct {
	OnFile  int // had been brought back, and are erased again
	Unknown int // the register does not know them; their ids are taken
	Erased  int // were erased
}

// page is how many people are looked up, or references kept, at once.
const page = 1000

// change is how the audit tells of what Apply does.
var change = storage.Change{Actor: "erasures apply", Reason: "erased again from the ledger, as after a restore"}

// Apply erases again whoever is in the ledger and on file, takes the ids of those
// whom the register does not know, and keeps the hashes of their references. It may
// be interrupted and repeated. dry tells what it would do.
func Apply(ctx context.Context, register Restored, entries Entries, dry bool, progress func(done, total int)) (Outcome, error) {
	var outcome Outcome
	for chunk := range slices.Chunk(entries.References, page) {
		if dry {
			break
		}
		if _, err := register.KeepErasedReferences(ctx, chunk); err != nil {
			return outcome, err
		}
	}
	people, done := latest(entries.People), 0
	for chunk := range slices.Chunk(people, page) {
		found, again, err := standing(ctx, register, chunk)
		if err != nil {
			return outcome, err
		}
		outcome.OnFile += found.OnFile
		outcome.Unknown += found.Unknown
		outcome.Erased += found.Erased
		if dry {
			again = nil
		}
		for _, revision := range again {
			if _, err := register.EraseAgain(ctx, change, revision); err != nil {
				return outcome, err
			}
		}
		done += len(chunk)
		progress(done, len(people))
	}
	return outcome, nil
}

// latest is each person once, at the newest version that the ledger has of them.
func latest(people []person.Revision) []person.Revision {
	at := map[person.ID]int{}
	var list []person.Revision
	for _, p := range people {
		i, known := at[p.ID]
		if !known {
			at[p.ID] = len(list)
			list = append(list, p)
		} else if list[i].Version < p.Version {
			list[i] = p
		}
	}
	return list
}

// standing tells how people stand, and who of them is to be erased again.
func standing(ctx context.Context, register Restored, people []person.Revision) (Outcome, []person.Revision, error) {
	var ids []person.ID
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	onFile, erased, err := register.StandingOf(ctx, ids)
	if err != nil {
		return Outcome{}, nil, err
	}
	again := slices.DeleteFunc(slices.Clone(people), func(p person.Revision) bool { return slices.Contains(erased, p.ID) })
	return Outcome{OnFile: len(onFile), Unknown: len(people) - len(onFile) - len(erased), Erased: len(erased)}, again, nil
}

// Check returns an error when somebody whom the ledger at path names is on file:
// the database is an older copy, and Apply has not been run. No ledger is no error.
func Check(ctx context.Context, register Restored, path string) error {
	entries, err := Read(path)
	if missingFile(err) {
		return nil
	}
	if err != nil {
		return err
	}
	found, err := Apply(ctx, register, entries, true, func(int, int) {})
	if err != nil {
		return err
	}
	if found.OnFile > 0 {
		return fmt.Errorf("%d people are on file whom the ledger of erasures names, as after a restore: run `persons erasures apply`", found.OnFile)
	}
	return nil
}

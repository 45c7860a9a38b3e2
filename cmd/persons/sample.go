package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"personindex/internal/generate"
	"personindex/internal/layout"
	"personindex/person"
	"personindex/storage"
)

// loadBatch is how many people one transaction loads: enough that its fixed costs
// vanish, few enough that progress is seen.
const loadBatch = 1000

// sampleSystem is the system whose cross-references sample residents bear.
const sampleSystem = "sample"

// sampleReference is the cross-reference of the nth sample resident.
func sampleReference(n int) string { return fmt.Sprintf("R%08d", n) }

// sample are generated residents as people, each with its own id in
// cross-references.
func sample(n int, seed uint64) iter.Seq2[person.Person, error] {
	flat := layout.Flat()
	return func(yield func(person.Person, error) bool) {
		for r := range generate.Residents(generate.Options{N: n, Seed: seed}) {
			p, err := readResident(flat, r)
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

func readResident(flat layout.Map, r generate.Resident) (person.Person, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return person.Person{}, fmt.Errorf("read resident: %w", err)
	}
	var row map[string]any
	if err := json.Unmarshal(data, &row); err != nil {
		return person.Person{}, fmt.Errorf("read resident: %w", err)
	}
	p, reference, err := flat.Person(row)
	p.CrossReferences = []person.CrossReference{{System: sampleSystem, Reference: reference}}
	return p, err
}

// loadPeople stores people in batches and reports how many are in.
func loadPeople(ctx context.Context, store *storage.Store, people iter.Seq2[person.Person, error], total int, report progress) error {
	done := 0
	batch := make([]person.Person, 0, loadBatch)
	flush := func() error {
		_, err := store.Load(ctx, storage.Change{Actor: "persons"}, batch)
		done += len(batch)
		batch = batch[:0]
		report("loading", int64(done), int64(total))
		return err
	}
	for p, err := range people {
		if err != nil {
			return err
		}
		if batch = append(batch, p); len(batch) == loadBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return flush()
}

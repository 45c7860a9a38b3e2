package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"personindex/person"
)

// CheckQueue holds the people who were written by somebody who may not know of
// everybody, until they are compared with the others.
type CheckQueue interface {
	// ClaimDuplicateChecks takes at most limit of them, who are due again when the
	// lease ends.
	ClaimDuplicateChecks(ctx context.Context, limit int, lease time.Duration) ([]person.DuplicateCheck, error)
	// CheckedPerson is one of them, with all that is known, or person.ErrErased.
	CheckedPerson(ctx context.Context, check person.DuplicateCheck) (person.Person, error)
	// SettleDuplicateCheck keeps who may be the same person.
	SettleDuplicateCheck(ctx context.Context, check person.DuplicateCheck, found []person.Resemblance) error
}

// Duplicates finds out afterwards whether somebody was on file already among the
// people of whom whoever added them may not know. Such a pair is for those to see
// who may know of both.
//
// It is done for everybody added like that, and never while anybody waits: neither
// an answer nor the time it took tells whether there was somebody.
type Duplicates struct {
	service *Service
	queue   CheckQueue
	log     *slog.Logger
}

// NewDuplicates returns one that searches with service.
func NewDuplicates(service *Service, queue CheckQueue, log *slog.Logger) *Duplicates {
	return &Duplicates{service, queue, log}
}

const (
	checksAtOnce = 20
	// checkLease is how long a check waits that a dead process had taken: longer
	// than that many searches may last.
	checkLease = 5 * time.Minute
	// checkEvery is how often an idle process looks for checks. Stewards do not wait
	// for a pair as officers do for an answer.
	checkEvery = 5 * time.Second
)

// Run finds pairs until ctx ends. Failures are logged, and what was taken is tried
// again when its lease ends.
func (d *Duplicates) Run(ctx context.Context) {
	for ctx.Err() == nil {
		done, err := d.RunOnce(ctx)
		if err != nil && ctx.Err() == nil {
			d.log.WarnContext(ctx, "potential duplicates not looked for, tried again later", "error", err)
		}
		if err == nil && done == checksAtOnce {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(checkEvery):
		}
	}
}

// RunOnce does the checks that are due, up to a batch, and returns how many it did.
func (d *Duplicates) RunOnce(ctx context.Context) (done int, err error) {
	checks, err := d.queue.ClaimDuplicateChecks(ctx, checksAtOnce, checkLease)
	if err != nil {
		return 0, err
	}
	for _, check := range checks {
		if err := d.check(ctx, check); err != nil {
			return done, fmt.Errorf("look for duplicates of person %s: %w", check.ID, err)
		}
		done++
	}
	return done, nil
}

func (d *Duplicates) check(ctx context.Context, check person.DuplicateCheck) error {
	p, err := d.queue.CheckedPerson(ctx, check)
	if errors.Is(err, person.ErrErased) {
		return d.queue.SettleDuplicateCheck(ctx, check, nil)
	}
	if err != nil {
		return err
	}
	answer, err := d.service.Like(ctx, person.VeryRestricted, p)
	if err != nil {
		return err
	}
	return d.queue.SettleDuplicateCheck(ctx, check, resembling(answer, check.Clearance))
}

// resembling are the people of an answer who are probably the one asked about, and
// of whom somebody with this clearance does not see all.
func resembling(answer Answer, clearance person.Restriction) []person.Resemblance {
	var found []person.Resemblance
	for _, r := range answer.Results {
		if r.Person.Restriction > clearance && (r.Grade == Certain || r.Grade == Probable) {
			found = append(found, person.Resemblance{ID: r.ID, Weight: r.Weight, Probability: r.Probability, Model: answer.Trace.Model})
		}
	}
	return found
}

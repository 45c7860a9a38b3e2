package main

import (
	"context"
	"sync"

	"personindex/oversight"
)

// oversee does what goes on beside the requests until ctx ends: it watches how
// people are looked up, sends alerts, and keeps the ledger of erasures.
func (a *app) oversee(ctx context.Context) {
	var jobs sync.WaitGroup
	defer jobs.Wait()
	jobs.Go(func() { a.staff.Run(ctx) })
	jobs.Go(func() { a.alerter.Run(ctx) })
	jobs.Go(func() { oversight.NewWatch(a.store, a.config.Audit.ManyLookers, a.log).Run(ctx) })
	if a.ledger != nil {
		jobs.Go(func() { a.ledger.Run(ctx, a.log) })
	}
}

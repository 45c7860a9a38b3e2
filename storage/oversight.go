package storage

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
)

// Officer is somebody who has signed in, as their issuer names them.
type Officer struct {
	Subject, Forename, Surname string
}

// SeeCaller notes that an officer has signed in, today.
func (s *Store) SeeCaller(ctx context.Context, c access.Caller) error {
	_, err := s.affect(ctx, "note caller", callerSee, pgx.StrictNamedArgs{
		"subject": c.Subject, "forename": c.Forename, "surname": c.Surname,
	})
	return err
}

// Officers lists everybody who has signed in and is not forgotten.
func (s *Store) Officers(ctx context.Context) ([]Officer, error) {
	officers, err := list(ctx, s.db, callerList, nil, pgx.RowToStructByPos[Officer])
	return officers, translate("list callers", err)
}

// ForgetCallers removes officers who have not been seen for so long.
func (s *Store) ForgetCallers(ctx context.Context, unseen time.Duration) (int, error) {
	return s.affect(ctx, "forget callers", callerForget, pgx.StrictNamedArgs{"unseen": unseen})
}

// BreakGlass reports until when the caller of an event has more clearance. Where
// they have none now, it gives it to them for the time lasts and adds the event to
// the audit, in one transaction and with its alert; opened says that it did.
func (s *Store) BreakGlass(ctx context.Context, e audit.Event, lasts time.Duration) (until time.Time, opened bool, err error) {
	until, err = read(s.db, func(q querier) (time.Time, error) { return glass(ctx, q, e.Caller) })
	if err != nil || !until.IsZero() {
		return until, false, translate("break glass", err)
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		opened = false
		if _, err := tx.Exec(ctx, breakGlassLock, pgx.StrictNamedArgs{"caller": e.Caller}); err != nil {
			return err
		}
		if until, err = glass(ctx, tx, e.Caller); err != nil || !until.IsZero() {
			return err
		}
		opened = true
		if _, err := tx.Exec(ctx, auditEventInsert, eventArgs(e)); err != nil {
			return err
		}
		request := ""
		if len(e.RequestIDs) > 0 {
			request = e.RequestIDs[0]
		}
		return tx.QueryRow(ctx, breakGlassInsert, pgx.StrictNamedArgs{
			"caller": e.Caller, "lasts": lasts, "sealed": orEmpty(e.Sealed), "request_id": request,
		}).Scan(&until)
	})
	return until, opened, translate("break glass", err)
}

// glass is until when a caller has more clearance; zero where they have none.
func glass(ctx context.Context, q querier, caller string) (until time.Time, err error) {
	found, err := collect(ctx, q, breakGlassCurrent, pgx.StrictNamedArgs{"caller": caller}, pgx.RowTo[time.Time])
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0], nil
}

// FlagManyLookers adds an event to the audit for each person whom more than many
// callers have opened within a time, unless one was added within it, and returns
// how many. While another process is at it there are none.
func (s *Store) FlagManyLookers(ctx context.Context, e audit.Event, many int, within time.Duration) (flagged int, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		flagged = 0
		var mine bool
		if err := tx.QueryRow(ctx, manyLookersLock).Scan(&mine); err != nil || !mine {
			return err
		}
		rows, err := tx.Query(ctx, manyLookers, pgx.StrictNamedArgs{"many": many, "within": within})
		if err != nil {
			return err
		}
		people, err := pgx.CollectRows(rows, pgx.RowTo[person.ID])
		if err != nil {
			return err
		}
		for _, id := range people {
			e.Persons = []person.ID{id}
			if _, err := tx.Exec(ctx, auditEventInsert, eventArgs(e)); err != nil {
				return err
			}
		}
		flagged = len(people)
		return nil
	})
	return flagged, translate("look for people whom many look at", err)
}

// Alert is what somebody must be told of an event of the audit.
type Alert struct {
	ID         int64       `db:"id"`
	At         time.Time   `db:"at"`
	Kind       string      `db:"kind"` // break-glass, odd-look-up or many-lookers
	Event      int64       `db:"event"`
	Caller     string      `db:"caller"`
	Persons    []person.ID `db:"persons"`
	RequestIDs []string    `db:"request_ids"`
	Flags      []string    `db:"flags"`
	Attempts   int         `db:"attempts"` // to send it, this one included
}

// ClaimAlerts leases up to limit alerts that were not sent, the first first. Nobody
// else is given them before the lease ends.
func (s *Store) ClaimAlerts(ctx context.Context, limit int, lease time.Duration) (alerts []Alert, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, alertClaim, pgx.StrictNamedArgs{"limit": limit, "lease": lease})
		if err != nil {
			return err
		}
		alerts, err = pgx.CollectRows(rows, pgx.RowToStructByName[Alert])
		slices.SortFunc(alerts, func(a, b Alert) int { return cmp.Compare(a.ID, b.ID) })
		return err
	})
	return alerts, translate("claim alerts", err)
}

// AlertSent notes that an alert has arrived.
func (s *Store) AlertSent(ctx context.Context, id int64) error {
	_, err := s.affect(ctx, "note that an alert was sent", alertSent, pgx.StrictNamedArgs{"id": id})
	return err
}

// PostponeAlert makes an alert due again after a second, then two, and so on
// doubling with its attempts, up to an hour.
func (s *Store) PostponeAlert(ctx context.Context, id int64) error {
	_, err := s.affect(ctx, "postpone an alert", alertPostpone, pgx.StrictNamedArgs{"id": id})
	return err
}

// AlertStanding is how many alerts were not sent yet, and how long the first has
// waited.
type AlertStanding struct {
	Waiting int64
	Oldest  time.Duration
}

// AlertStanding counts alerts that wait.
func (s *Store) AlertStanding(ctx context.Context) (AlertStanding, error) {
	standing, err := only(ctx, s.db, alertStanding, nil, pgx.RowToStructByPos[AlertStanding])
	return standing, translate("count alerts", err)
}

// ForgetAlerts removes alerts that were sent longer ago than age.
func (s *Store) ForgetAlerts(ctx context.Context, age time.Duration) (int, error) {
	return s.affect(ctx, "forget alerts", alertForget, pgx.StrictNamedArgs{"age": age})
}

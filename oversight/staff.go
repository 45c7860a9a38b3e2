package oversight

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"personindex/access"
	"personindex/storage"
)

// Directory keeps who has signed in. *storage.Store is one.
type Directory interface {
	SeeCaller(ctx context.Context, c access.Caller) error
	Officers(ctx context.Context) ([]storage.Officer, error)
	ForgetCallers(ctx context.Context, unseen time.Duration) (int, error)
}

// unseen is how long an officer is remembered who does not come back: a year's
// leave, and a month.
const unseen = 400 * 24 * time.Hour

// Staff knows the officers who have signed in, so that looking one up can be told
// from looking up a resident. It asks the directory beside the requests, never in
// one: an officer whom another process saw is known here after a minute. It is safe
// for concurrent use.
type Staff struct {
	directory  Directory
	log        *slog.Logger
	colleagues atomic.Pointer[map[string][]string] // subjects by nameKey
	arrived    chan access.Caller

	mutex sync.Mutex
	noted map[string]noted // by subject
}

// noted is what the directory was last told of an officer.
type noted struct{ forename, surname, day string }

// refreshEvery is how often the directory is read.
const refreshEvery = time.Minute

// NewStaff makes a staff of nobody; Run fills it.
func NewStaff(directory Directory, log *slog.Logger) *Staff {
	s := &Staff{directory: directory, log: log, arrived: make(chan access.Caller, 100), noted: map[string]noted{}}
	s.colleagues.Store(&map[string][]string{})
	return s
}

// Flags are what is odd about a caller's look, none in most cases.
func (s *Staff) Flags(c access.Caller, look Look) []string {
	return flags(c, look, *s.colleagues.Load())
}

// Seen notes that an officer is here. It never waits: what the directory cannot be
// told now it is told at the next request. Programs have no name and are not noted.
func (s *Staff) Seen(c access.Caller) {
	if c.Surname == "" {
		return
	}
	is := noted{c.Forename, c.Surname, time.Now().UTC().Format(time.DateOnly)}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.noted[c.Subject] == is {
		return
	}
	select {
	case s.arrived <- c:
		s.noted[c.Subject] = is
	default:
	}
}

// Run tells the directory who came and learns whom others saw, until ctx ends.
func (s *Staff) Run(ctx context.Context) {
	ticker := time.NewTicker(refreshEvery)
	defer ticker.Stop()
	for {
		if err := s.Refresh(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "officers not read", "error", err)
		}
		if !s.note(ctx, ticker.C) {
			return
		}
	}
}

// note tells the directory who comes until the next tick, and reports whether there
// was one before ctx ended.
func (s *Staff) note(ctx context.Context, tick <-chan time.Time) bool {
	for {
		select {
		case c := <-s.arrived:
			s.see(ctx, c)
		case <-tick:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

func (s *Staff) see(ctx context.Context, c access.Caller) {
	if err := s.directory.SeeCaller(ctx, c); err != nil {
		s.mutex.Lock()
		delete(s.noted, c.Subject) // to be tried at their next request
		s.mutex.Unlock()
		if ctx.Err() == nil {
			s.log.ErrorContext(ctx, "officer not noted", "caller", c.Subject, "error", err)
		}
	}
}

// Refresh forgets who has not been seen for long, and reads who else has.
func (s *Staff) Refresh(ctx context.Context) error {
	if _, err := s.directory.ForgetCallers(ctx, unseen); err != nil {
		return err
	}
	officers, err := s.directory.Officers(ctx)
	if err != nil {
		return err
	}
	colleagues := map[string][]string{}
	for _, o := range officers {
		if key := nameKey(o.Forename, o.Surname); key != "" {
			colleagues[key] = append(colleagues[key], o.Subject)
		}
	}
	s.colleagues.Store(&colleagues)
	return nil
}

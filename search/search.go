// Package search answers whether a resident is on file, and who it may be.
//
// Elasticsearch and Postgres propose candidates, Postgres supplies their records,
// and package match scores them. A stale index can therefore cost recall, but can
// never show an old, erased or merged-away person; and since people whose change
// is perhaps not yet searchable are looked up in Postgres at the same time, a
// resident is found as soon as the write that created them has returned.
package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"personindex/internal/breaker"
	"personindex/match"
	"personindex/person"
)

// ErrUnavailable means that neither the index nor the register could be asked.
var ErrUnavailable = errors.New("search unavailable")

// Index proposes people who may be the one asked about, the likeliest first.
type Index interface {
	// Candidates returns at most limit ids, each once; none, and no error, for a
	// record with nothing to search by.
	Candidates(ctx context.Context, w Wanted, limit int) ([]person.ID, error)
}

// Wanted is who is looked for, and for whom.
type Wanted struct {
	Record          match.Record // what is known of them
	IncludeDeceased bool
	// Clearance is what the one who asks may see of people. What they may not see
	// of somebody, nobody is found by, and whom they may not know of is as if they
	// were not on file.
	Clearance person.Restriction
	except    person.ID // who is not meant, if anybody
}

// Register is the system of record, as far as a search needs it. It knows of people
// what a caller of the clearance given may know.
type Register interface {
	// Entries returns the records of those who are not gone, in any order.
	Entries(ctx context.Context, clearance person.Restriction, ids []person.ID) ([]match.Entry, error)
	// Overlay returns people whose latest change the index may not show yet and
	// who share a key, the likeliest first.
	Overlay(ctx context.Context, clearance person.Restriction, alias string, keys []match.BlockingKey, limit int) ([]match.Entry, error)
	// Candidates returns people who share a key, the likeliest first.
	Candidates(ctx context.Context, clearance person.Restriction, keys []match.BlockingKey, limit int) ([]match.Entry, error)
	// People returns those who are not gone, as they are now, by the id asked. The
	// id in the person is the one by which the caller knows them, and may be another.
	People(ctx context.Context, clearance person.Restriction, ids []person.ID) (map[person.ID]person.Person, error)
	// Size is about how many people are on file of whom everybody may know.
	Size(ctx context.Context) (int64, error)
	// Frequencies is how common names are, by the last count; not nil.
	Frequencies(ctx context.Context) (*match.Frequencies, error)
}

// Config is what an installation sets about searching.
type Config struct {
	Alias string // the index searched, by whose outbox rows the overlay goes
	// Candidates is how many people are scored for one question. At 100 the
	// right one is among them in 99.9 % and more of measured questions.
	Candidates int
	// Deadline bounds one search. IndexDeadline bounds its part that asks
	// Elasticsearch, after which Postgres answers alone.
	Deadline, IndexDeadline time.Duration
	// OnFile is the probability, before anything is asked, that a resident asked
	// about is on file.
	OnFile float64
	// AllowTestNumbers lets NI numbers with the never-issued prefix QQ count.
	AllowTestNumbers bool
	Grades           Thresholds
	// SizeKept is how long the number of people on file is used before it is asked
	// for again: the prior needs its order of magnitude, not its last digit.
	SizeKept time.Duration
	// Breaker says after how many failures in a row the index, or the register,
	// is not asked for a while.
	Breaker breaker.Config
}

// Thresholds are the least probabilities of each grade.
type Thresholds struct{ Certain, Probable, Possible float64 }

func (t Thresholds) grade(p float64) Grade {
	switch {
	case p >= t.Certain:
		return Certain
	case p >= t.Probable:
		return Probable
	case p >= t.Possible:
		return Possible
	}
	return No
}

// atMostPossible is the grade of what must not be said for sure.
func (t Thresholds) atMostPossible(p float64) Grade {
	if p >= t.Possible {
		return Possible
	}
	return No
}

// Service answers searches. It is safe for concurrent use.
type Service struct {
	config      Config
	index       Index
	asking      *breaker.Breaker // of the index
	register    guarded
	log         *slog.Logger
	metrics     *metrics
	size        sizeCache
	frequencies frequencyCache
}

// New returns a service that asks both sources.
func New(config Config, index Index, register Register, model *match.Model, log *slog.Logger) *Service {
	reading := guarded{register, breaker.New("register", config.Breaker, log)}
	return &Service{
		config: config, index: index, asking: breaker.New("index", config.Breaker, log),
		register: reading, log: log, metrics: newMetrics(), size: sizeCache{kept: config.SizeKept},
		frequencies: frequencyCache{register: reading, model: model, log: log},
	}
}

// Close waits for what searches have left to finish; none may be under way.
func (s *Service) Close() { s.frequencies.reading.Wait() }

// Search answers a question of somebody with this clearance. The query must be
// valid. It returns ErrUnavailable if nobody could be asked, and never a person who
// is gone, or of whom the one who asks may not know: the answer, its order, its
// probabilities and its next question are as if they were not on file.
//
// Each of about is told the ids of all whom the answer may show before these are
// read, once, so that what must be done before they are shown can be done meanwhile.
// It must not block.
func (s *Service) Search(ctx context.Context, clearance person.Restriction, q Query, about ...func(ids []person.ID)) (Answer, error) {
	answer, err := s.answer(ctx, q.wanted(clearance), q.limit(), about...)
	answer.Asked = q.withBox()
	return answer, err
}

// Like answers the same question about a whole person: whether somebody on file
// is who p describes. It is the duplicate check of creating one. Whoever has p's id
// is not meant.
func (s *Service) Like(ctx context.Context, clearance person.Restriction, p person.Person) (Answer, error) {
	wanted := Wanted{Record: match.Standardise(p), IncludeDeceased: true, Clearance: clearance, except: p.ID}
	return s.answer(ctx, wanted, defaultLimit)
}

func (s *Service) answer(ctx context.Context, wanted Wanted, limit int, about ...func([]person.ID)) (Answer, error) {
	start := time.Now()
	ctx = withID(ctx)
	ctx, cancel := context.WithTimeout(ctx, s.config.Deadline)
	defer cancel()
	ranking, err := s.rank(ctx, wanted)
	if err != nil {
		return Answer{}, err
	}
	s.metrics.compared.Observe(float64(len(ranking.Candidates)))
	answer, err := s.show(ctx, ranking, limit, about...)
	if err != nil {
		return Answer{}, err
	}
	answer.SearchID = ID(ctx)
	answer.Took = float64(time.Since(start).Microseconds()) / 1000
	s.metrics.observe(answer)
	return answer, nil
}

// proposed is who may be the one asked about, before anybody is compared.
type proposed struct {
	entries  []match.Entry
	degraded bool // the index could not be asked
	full     bool // as many as a source was asked for: there may be more
}

// candidates asks the index and the overlay at once, and Postgres alone when the
// index does not answer in time.
func (s *Service) candidates(ctx context.Context, wanted Wanted) (proposed, error) {
	keys := match.ProbeKeys(wanted.Record)
	if len(keys) == 0 {
		return proposed{}, nil
	}
	defer s.metrics.stage("candidates")()
	var fresh []match.Entry
	var ids []person.ID
	var indexErr error
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer s.metrics.stage("overlay")()
		var err error
		fresh, err = s.register.Overlay(groupCtx, wanted.Clearance, s.config.Alias, keys, s.config.Candidates)
		return err
	})
	group.Go(func() error {
		defer s.metrics.stage("index")()
		indexCtx, cancel := context.WithTimeout(groupCtx, s.config.IndexDeadline)
		defer cancel()
		indexErr = s.asking.Do(func() (err error) {
			ids, err = s.index.Candidates(indexCtx, wanted, s.config.Candidates)
			return err
		})
		return nil // a missing index degrades the search, it does not end it
	})
	if err := group.Wait(); err != nil {
		return proposed{}, fmt.Errorf("%w: look up recent changes: %w", ErrUnavailable, err)
	}
	if indexErr != nil {
		if !errors.Is(indexErr, breaker.ErrOpen) { // which was logged when it opened
			s.log.WarnContext(ctx, "search degraded: index did not answer", "error", indexErr)
		}
		entries, err := s.register.Candidates(ctx, wanted.Clearance, keys, s.config.Candidates)
		if err != nil {
			return proposed{}, fmt.Errorf("%w: look up candidates: %w", ErrUnavailable, err)
		}
		return proposed{entries: entries, degraded: true, full: s.full(len(entries))}, nil
	}
	full := s.full(max(len(ids), len(fresh)))
	entries, err := s.supply(ctx, wanted.Clearance, ids, fresh)
	return proposed{entries: entries, full: full}, err
}

// full reports whether a source proposed as many people as it was asked for.
func (s *Service) full(found int) bool { return found >= s.config.Candidates }

// supply adds to the fresh entries those of the other ids.
func (s *Service) supply(ctx context.Context, clearance person.Restriction, ids []person.ID, fresh []match.Entry) ([]match.Entry, error) {
	defer s.metrics.stage("records")()
	have := make(map[person.ID]bool, len(fresh))
	for _, e := range fresh {
		have[e.ID] = true
	}
	missing := slices.DeleteFunc(ids, func(id person.ID) bool { return have[id] })
	if len(missing) == 0 {
		return fresh, nil
	}
	entries, err := s.register.Entries(ctx, clearance, missing)
	if err != nil {
		return nil, fmt.Errorf("%w: read records: %w", ErrUnavailable, err)
	}
	return append(entries, fresh...), nil
}

// sizeCache remembers how many people are on file.
type sizeCache struct {
	kept  time.Duration
	mutex sync.Mutex
	size  int64
	until time.Time
}

func (c *sizeCache) of(ctx context.Context, register Register) (int64, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if time.Now().Before(c.until) {
		return c.size, nil
	}
	size, err := register.Size(ctx)
	if err != nil && c.size == 0 {
		return 0, err
	}
	if err == nil {
		c.size = size
	}
	c.until = time.Now().Add(c.kept)
	return c.size, nil
}

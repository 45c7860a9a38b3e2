package storage

import (
	"context"
	"time"
)

// notifyEvery is the least time between two notifications of one process. NOTIFY
// takes a lock on the whole database when it commits: one in every writing
// transaction cost 60 % of all commits, one in 5 ms costs nothing.
const notifyEvery = 5 * time.Millisecond

// notifier tells the indexers, some milliseconds after a commit, that there is
// something to do. A notification that fails is forgotten: they poll as well.
type notifier struct {
	pending chan struct{}
	cancel  context.CancelFunc
	done    chan struct{}
}

func startNotifier(db *database) *notifier {
	ctx, cancel := context.WithCancel(context.Background())
	n := &notifier{pending: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{})}
	go n.run(ctx, db)
	return n
}

// wake never blocks.
func (n *notifier) wake() {
	select {
	case n.pending <- struct{}{}:
	default:
	}
}

func (n *notifier) stop() {
	n.cancel()
	<-n.done
}

func (n *notifier) run(ctx context.Context, db *database) {
	defer close(n.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.pending:
		}
		send, cancel := context.WithTimeout(ctx, time.Second)
		_, _ = db.exec(send, notifyStatement, nil) // best effort, see notifier
		cancel()
		if !pause(ctx, notifyEvery) {
			return
		}
	}
}

// Listen wakes an indexer whenever people may have changed: after writes of any
// process, and each time it has connected, since it may have missed some. It
// holds a connection of its own, beside the pool, and connects again when that
// is lost. It returns nil when ctx ends. A wake is dropped when wake is full.
func (s *Store) Listen(ctx context.Context, wake chan<- struct{}) error {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		if heard := s.listenOnce(ctx, wake); heard {
			attempt = 0
		}
		if !pause(ctx, min(time.Second, notifyEvery<<min(attempt, 10))) {
			break
		}
	}
	return nil
}

// listenOnce listens until the connection is lost, and reports whether it had one.
func (s *Store) listenOnce(ctx context.Context, wake chan<- struct{}) bool {
	conn, err := s.db.connect(ctx)
	if err != nil {
		return false
	}
	defer func() {
		ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ended) // it is lost or no longer wanted
	}()
	if _, err := conn.Exec(ctx, listenStatement); err != nil {
		return false
	}
	for {
		select {
		case wake <- struct{}{}:
		default:
		}
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return true
		}
	}
}

// pause waits, and reports whether ctx is still wanted.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

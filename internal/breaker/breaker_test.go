package breaker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"pgregory.net/rapid"
)

var errDown = errors.New("down")

func failing() error { return errDown }
func working() error { return nil }

func newBreaker(failures int, wait time.Duration) (*Breaker, *bytes.Buffer) {
	var log bytes.Buffer
	return New("index", Config{Failures: failures, Wait: wait}, slog.New(slog.NewTextHandler(&log, nil))), &log
}

func want(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) || (want == nil) != (got == nil) {
		t.Errorf("the call returned %v, want %v", got, want)
	}
}

func TestItOpensTriesOnceAndCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, log := newBreaker(3, time.Minute)
		for range 3 {
			want(t, b.Do(failing), errDown)
		}
		called := false
		want(t, b.Do(func() error { called = true; return nil }), ErrOpen)
		if called || !b.Open() {
			t.Error("an open breaker makes no calls")
		}
		time.Sleep(time.Minute)
		want(t, b.Do(failing), errDown) // the one that tries
		want(t, b.Do(working), ErrOpen)
		time.Sleep(time.Minute)
		want(t, b.Do(working), nil)
		want(t, b.Do(failing), errDown)
		want(t, b.Do(working), nil) // one failure does not open it
		if n := strings.Count(log.String(), "opened"); n != 1 {
			t.Errorf("it logged %d times that it opened: %s", n, log)
		}
		if n := strings.Count(log.String(), "closed"); n != 1 {
			t.Errorf("it logged %d times that it closed: %s", n, log)
		}
	})
}

func TestOnlyOneCallTries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, _ := newBreaker(1, time.Minute)
		want(t, b.Do(failing), errDown)
		time.Sleep(time.Minute)
		want(t, b.Do(func() error { return b.Do(working) }), ErrOpen)
	})
}

// Whoever leaves tells nothing of the server, but must not keep it shut either.
func TestACallThatIsCancelledDoesNotCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, _ := newBreaker(2, time.Minute)
		left := func() error { return fmt.Errorf("ask: %w", context.Canceled) }
		want(t, b.Do(failing), errDown)
		for range 10 {
			want(t, b.Do(left), context.Canceled)
		}
		want(t, b.Do(failing), errDown)
		want(t, b.Do(working), ErrOpen)
		time.Sleep(time.Minute)
		want(t, b.Do(left), context.Canceled)
		time.Sleep(time.Minute)
		want(t, b.Do(working), nil)
	})
}

func TestACallThatPanicsIsAFailure(t *testing.T) {
	t.Parallel()
	b, _ := newBreaker(1, time.Minute)
	func() {
		defer func() { _ = recover() }()
		_ = b.Do(func() error { panic("broken") })
	}()
	want(t, b.Do(working), ErrOpen)
}

// However calls end, the breaker is open just when so many in a row have failed.
func TestItCountsFailuresInARow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		failures := rapid.IntRange(1, 5).Draw(t, "failures")
		b, _ := newBreaker(failures, time.Hour)
		row := 0
		for _, ok := range rapid.SliceOf(rapid.Bool()).Draw(t, "calls") {
			err := b.Do(func() error {
				if ok {
					return nil
				}
				return errDown
			})
			if open := errors.Is(err, ErrOpen); open != (row >= failures) {
				t.Fatalf("after %d failures in a row of %d: open is %t", row, failures, open)
			}
			if row >= failures {
				continue
			}
			if row++; ok {
				row = 0
			}
		}
	})
}

func TestItsStateIsAMetric(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	b, _ := newBreaker(1, time.Hour)
	other := New("records", Config{}, slog.New(slog.DiscardHandler))
	registry.MustRegister(append(b.Metrics(), other.Metrics()...)...)
	want(t, b.Do(failing), errDown)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(families); !strings.Contains(got, `value:"index"} gauge:{value:1}`) && !strings.Contains(got, `value:"index"}  gauge:{value:1}`) {
		t.Errorf("the metrics are %s", got)
	}
}

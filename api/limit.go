package api

import (
	"hash/maphash"
	"math"
	"net/netip"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// Limits say how much one caller may ask of one process. The zero value limits
// nothing.
type Limits struct {
	// PerSecond is how many requests a caller may send, over time; 0 means that
	// there is no limit.
	PerSecond float64
	// Burst is how many of them may come at once; at least 1.
	Burst int
	// Failures is how many credentials a minute may be refused from one address. Then
	// those refused are told to wait, and no key from there is looked up that did not
	// prove somebody before: whoever tries keys costs the register nothing, and
	// others at the same address do not notice. 0 means that there is no limit.
	Failures int
}

// maxLimited is how many callers, addresses and keys are remembered each. Who
// is forgotten, being the one who asks least, begins anew.
const maxLimited = 20_000

// limiter counts what callers ask. It is safe for concurrent use.
type limiter struct {
	limits   Limits
	now      func() time.Time
	seed     maphash.Seed
	callers  *otter.Cache[string, *rate.Limiter]
	failures *otter.Cache[netip.Addr, *rate.Limiter]
	proven   *otter.Cache[uint64, struct{}] // hashes of keys that proved somebody
}

func newLimiter(limits Limits, now func() time.Time) *limiter {
	return &limiter{
		limits: limits, now: now, seed: maphash.MakeSeed(),
		callers:  otter.Must(&otter.Options[string, *rate.Limiter]{MaximumSize: maxLimited}),
		failures: otter.Must(&otter.Options[netip.Addr, *rate.Limiter]{MaximumSize: maxLimited}),
		proven:   otter.Must(&otter.Options[uint64, struct{}]{MaximumSize: maxLimited}),
	}
}

// wait is how long a caller has to wait before one more request, which is nothing
// for one who may send it now.
func (l *limiter) wait(subject string) time.Duration {
	if l.limits.PerSecond == 0 {
		return 0
	}
	mine, _ := l.callers.ComputeIfAbsent(subject, func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Limit(l.limits.PerSecond), l.limits.Burst), false
	})
	return take(mine, l.now())
}

// take takes one token, or says when there will be one.
func take(from *rate.Limiter, now time.Time) time.Duration {
	reservation := from.ReserveN(now, 1)
	delay := reservation.DelayFrom(now)
	if delay > 0 {
		reservation.CancelAt(now)
	}
	return delay
}

// suspect is for how long so many credentials from an address were refused that
// no more should be tried; nothing for most.
func (l *limiter) suspect(from netip.Addr) time.Duration {
	failed, ok := l.failures.GetIfPresent(network(from))
	if !ok {
		return 0
	}
	missing := 1 - failed.TokensAt(l.now())
	return max(0, time.Duration(missing/float64(failed.Limit())*float64(time.Second)))
}

// judges reports whether a credential from a suspect address is judged all the same:
// none, which proves nobody; a token, which costs no question to anybody, and of which
// officers behind the same address get new ones all day; and a key that proved
// somebody before.
func (l *limiter) judges(credential string) bool {
	if credential == "" || isToken(credential) {
		return true
	}
	_, known := l.proven.GetIfPresent(l.hash(credential))
	return known
}

// isToken tells a token from a key, which has no full stop, even as a password.
func isToken(credential string) bool { return strings.Contains(credential, ".") }

// refused counts a credential that was refused.
func (l *limiter) refused(from netip.Addr) {
	if l.limits.Failures == 0 {
		return
	}
	of, _ := l.failures.ComputeIfAbsent(network(from), func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Every(time.Minute/time.Duration(l.limits.Failures)), l.limits.Failures), false
	})
	of.AllowN(l.now(), 1)
}

// accepted remembers that a key proved somebody.
func (l *limiter) accepted(credential string) {
	if l.limits.Failures > 0 && !isToken(credential) {
		l.proven.SetIfAbsent(l.hash(credential), struct{}{})
	}
}

// hash tells credentials apart without keeping them. Its seed is this process's own,
// so that nobody can make up one that is taken for another; and if they could, it
// would only be judged.
func (l *limiter) hash(credential string) uint64 { return maphash.String(l.seed, credential) }

// network is what counts as one address: of IPv6 the /64, which one machine can have
// for itself.
func network(address netip.Addr) netip.Addr {
	if address.Is6() && !address.Is4In6() {
		if prefix, err := address.Prefix(64); err == nil {
			return prefix.Addr()
		}
	}
	return address.Unmap()
}

// retryAfter is a wait in whole seconds, as the header has it.
func retryAfter(wait time.Duration) int { return int(math.Ceil(wait.Seconds())) }

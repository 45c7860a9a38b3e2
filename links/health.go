package links

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// failuresToOpen is how many checks in a row must fail for links to be left
	// out: one may be a lost packet or a restart behind a load balancer. A single
	// success brings them back.
	failuresToOpen = 2
	// maxBody is more than any page of health has, in bytes.
	maxBody = 64 << 10
	// maxRedirects, all of them on one host: /health to /health/ and the like.
	maxRedirects = 3
)

// check is one health URL, with the circuit breaker of the services behind it:
// closed while it answers, open after failuresToOpen failures in a row. There is
// no call to keep from a service that is down, but for the next check, which is
// the one that tries.
type check struct {
	Health
	services []string // their names
	place    int      // in Registry.down

	asking   sync.Mutex // held during a check, of which there is one at a time
	failures int        // in a row; guarded by asking
}

// pause is how long until the next check. Some chance in it keeps several
// programs from asking in step. After a first failure it is short: either the
// service is back at once or people should not be sent there.
func (c *check) pause() time.Duration {
	every := c.Every
	if c.failing() == 1 {
		every /= 5
	}
	return time.Duration(float64(every) * (0.9 + 0.2*rand.Float64()))
}

func (c *check) failing() int {
	c.asking.Lock()
	defer c.asking.Unlock()
	return c.failures
}

// Run checks the services until ctx ends: each health URL at once and then anew
// as often as it says, apart from the others, so that one that hangs delays no
// other. It returns when nothing is under way any more.
func (r *Registry) Run(ctx context.Context) {
	r.all(func(c *check) {
		for {
			r.look(ctx, c)
			select {
			case <-ctx.Done():
				return
			case <-time.After(c.pause()):
			}
		}
	})
}

// RunOnce checks every health URL once, all at the same time, and returns when
// the last has answered or run out of time.
func (r *Registry) RunOnce(ctx context.Context) {
	r.all(func(c *check) { r.look(ctx, c) })
}

// all calls do for every check, all at the same time, and waits.
func (r *Registry) all(do func(*check)) {
	var group sync.WaitGroup
	for _, c := range r.checks {
		group.Go(func() { do(c) })
	}
	group.Wait()
}

// look asks once and takes note of the answer.
func (r *Registry) look(ctx context.Context, c *check) {
	c.asking.Lock()
	defer c.asking.Unlock()
	start := time.Now()
	err := r.ask(ctx, c.Health)
	if ctx.Err() != nil {
		return // we stop: that tells nothing of the service
	}
	r.metrics.observe(c.services, err, time.Since(start))
	if err == nil {
		c.failures = 0
	} else {
		c.failures++
	}
	r.note(ctx, c, err)
}

// note makes known whether the services behind a check are up, and logs it if
// that is new.
func (r *Registry) note(ctx context.Context, c *check, err error) {
	down := c.failures >= failuresToOpen
	if !r.replace(c.place, down) {
		return
	}
	r.metrics.set(c.services, !down)
	services := strings.Join(c.services, ",")
	if down {
		r.log.WarnContext(ctx, "linked service down", "services", services, "reason", reason(err))
	} else {
		r.log.InfoContext(ctx, "linked service up", "services", services)
	}
}

// replace puts a new state in the place of the old, and reports whether it is
// another.
func (r *Registry) replace(place int, down bool) bool {
	r.replacing.Lock()
	defer r.replacing.Unlock()
	old := *r.down.Load()
	if old[place] == down {
		return false
	}
	state := slices.Clone(old)
	state[place] = down
	r.down.Store(&state)
	return true
}

// ask makes one check. An answer is well only if it is 2xx, came whole, in time,
// from the host that was asked, and is no larger than such an answer can be.
func (r *Registry) ask(ctx context.Context, h Health) error {
	ctx, cancel := context.WithTimeout(ctx, h.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "persons")
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fault(fmt.Sprintf("status %d", response.StatusCode))
	}
	size, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxBody+1))
	if err == nil && size > maxBody {
		return fault(fmt.Sprintf("answer of more than %d bytes", maxBody))
	}
	return err
}

// newClient makes a client that trusts no answer. It makes a connection for every
// check, as whoever follows a link does: one that was kept would go on to where
// the service has moved from.
func newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true,
			DisableCompression:     true, // or a small answer might be a large one
			MaxResponseHeaderBytes: 16 << 10,
		},
		CheckRedirect: onOneHost,
	}
}

// onOneHost keeps a check from being sent elsewhere: what answers there is not
// the service.
func onOneHost(next *http.Request, before []*http.Request) error {
	asked := before[0].URL
	switch {
	case next.URL.Host != asked.Host || next.URL.Scheme != asked.Scheme:
		return fault("redirected to another host")
	case len(before) > maxRedirects:
		return fault("redirected too often")
	}
	return nil
}

// fault is what is wrong with an answer, in our words.
type fault string

func (f fault) Error() string { return string(f) }

// reason is why a check failed, for the log: without the URL that was asked, and
// without a word of what answered, which may be anything.
func reason(err error) string {
	var ours fault
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "no whole answer in time"
	case errors.As(err, &ours):
		return ours.Error()
	case errors.As(err, &certificate):
		return "certificate: " + certificate.Err.Error()
	case errors.As(err, &network):
		return network.Op + ": " + network.Err.Error()
	}
	return "no answer in HTTP"
}

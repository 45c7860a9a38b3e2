package links

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"personindex/access"
	"personindex/person"
)

// linked is a service on a real server whose health is as a test says.
type linked struct {
	*httptest.Server
	health atomic.Pointer[http.HandlerFunc]
	asked  atomic.Int64
}

func newLinked(t *testing.T, health http.HandlerFunc) *linked {
	t.Helper()
	l := &linked{}
	l.is(health)
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.asked.Add(1)
		(*l.health.Load())(w, r)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *linked) is(health http.HandlerFunc) { l.health.Store(&health) }

// service is one with a link for everybody whose health is l's.
func (l *linked) service(t *testing.T, name string) Service {
	t.Helper()
	return Service{
		Name: name, Rel: name, Template: template(t, l.URL+"/{id}"),
		Health: &Health{URL: l.URL + "/health", Every: time.Millisecond, Timeout: time.Minute},
	}
}

func well(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "well") }

func fails(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }

// hangs until whoever asks has left.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// raw takes the connection over.
func raw(answer func(*net.TCPConn)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		answer(connection.(*net.TCPConn))
		connection.Close()
	}
}

// drips says a byte now and then, and never ends.
func drips(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		w.Write([]byte("."))
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(time.Millisecond):
		}
	}
}

// never ends and never pauses.
func never(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		if _, err := w.Write(make([]byte, 1<<16)); err != nil {
			return
		}
	}
}

func zipped(w http.ResponseWriter, _ *http.Request) {
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	z.Write(make([]byte, 32<<20))
	z.Close()
	w.Header().Set("Content-Encoding", "gzip")
	w.Write(small.Bytes())
}

func isUp(r *Registry) bool {
	links, unavailable := r.For(access.Caller{}).Of(&person.Person{ID: "ada-1"})
	if len(links)+len(unavailable) != 1 {
		panic("a service is neither linked nor unavailable, or both")
	}
	return len(links) == 1
}

// Ensures that whatever a service does instead of answering well takes its link
// away after two checks, that the log says why in our words, and that the link is
// back after one good answer.
func TestALinkGoesAndComesBackWithTheHealthOfItsService(t *testing.T) {
	t.Parallel()
	elsewhere := newLinked(t, well)
	for name, test := range map[string]struct {
		health http.HandlerFunc
		reason string
		short  bool // whether the check must run out of time
	}{
		"hangs":                     {hangs, "no whole answer in time", true},
		"drips":                     {drips, "no whole answer in time", true},
		"fails":                     {fails, "status 500", false},
		"asks to sign in":           {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, "status 401", false},
		"is being repaired":         {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, "status 503", false},
		"resets":                    {raw(func(c *net.TCPConn) { c.SetLinger(0) }), "read: read: connection reset by peer", false},
		"hangs up":                  {raw(func(*net.TCPConn) {}), "no answer in HTTP", false},
		"speaks something else":     {raw(func(c *net.TCPConn) { c.Write([]byte("SECRET Zebedee\r\n\r\n")) }), "no answer in HTTP", false},
		"answers half":              {raw(func(c *net.TCPConn) { c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nSECRE")) }), "no answer in HTTP", false},
		"has headers without end":   {raw(func(c *net.TCPConn) { c.Write([]byte("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("SECRET", 10_000))) }), "no answer in HTTP", false},
		"is sure, without end":      {never, "answer of more than 65536 bytes", false},
		"is sure, at great length":  {func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxBody+1)) }, "answer of more than 65536 bytes", false},
		"leads elsewhere":           {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, "redirected to another host", false},
		"leads round in a circle":   {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, "redirected too often", false},
		"leads into another scheme": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "https://"+r.Host, http.StatusFound) }, "redirected to another host", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newLinked(t, well)
			s := service.service(t, "alerts")
			if test.short {
				s.Health.Timeout = 50 * time.Millisecond
			}
			var log bytes.Buffer
			r := New([]Service{s}, slog.New(slog.NewTextHandler(&log, nil)))
			check := func(health http.HandlerFunc, want bool) {
				t.Helper()
				service.is(health)
				r.RunOnce(t.Context())
				if isUp(r) != want {
					t.Fatalf("it is up: %t, log: %s", !want, log.String())
				}
			}
			if test.short { // on a busy machine a good answer may be late, too
				r.checks[0].failures = 0
			} else {
				check(well, true)
			}
			check(test.health, true)
			check(test.health, false)
			check(test.health, false)
			if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), `"linked service down"`) || !strings.Contains(log.String(), `reason="`+test.reason) {
				t.Errorf("logged is %s", log.String())
			}
			for _, secret := range []string{"SECRET", "Zebedee", "health"} {
				if strings.Contains(log.String(), secret) {
					t.Errorf("logged is %s", log.String())
				}
			}
			r.checks[0].Timeout = time.Minute
			check(well, true)
			if n := strings.Count(log.String(), "\n"); n != 2 || !strings.Contains(log.String(), `"linked service up"`) {
				t.Errorf("logged is %s", log.String())
			}
		})
	}
	if elsewhere.asked.Load() != 0 {
		t.Error("where a service leads was asked")
	}
}

func TestAnAnswerThatIsWellInAnyFormIsTaken(t *testing.T) {
	t.Parallel()
	for name, health := range map[string]http.HandlerFunc{
		"no content":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"as much as may be": func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxBody)) },
		"zipped":            zipped, // which is not opened
		"from the next door": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/health" {
				http.Redirect(w, r, "/health/", http.StatusMovedPermanently)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := New([]Service{newLinked(t, health).service(t, "alerts")}, slog.New(slog.DiscardHandler))
			r.RunOnce(t.Context())
			if !isUp(r) {
				t.Error("it counts as down")
			}
		})
	}
}

// Ensures that nobody is sent for long where nobody was ever found to be: the first
// check decides alone.
func TestAServiceIsUpUntilItsFirstCheckAndNoLonger(t *testing.T) {
	t.Parallel()
	gone := newLinked(t, well)
	gone.Close()
	untrusted := httptest.NewTLSServer(http.HandlerFunc(well))
	untrusted.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	t.Cleanup(untrusted.Close)
	for reason, address := range map[string]string{"dial: connect: connection refused": gone.URL, "certificate: x509: ": untrusted.URL} {
		var log bytes.Buffer
		r := New([]Service{{Name: "a", Rel: "a", Template: template(t, address+"/{id}"), Health: &Health{address, time.Minute, time.Minute}}}, slog.New(slog.NewTextHandler(&log, nil)))
		if !isUp(r) {
			t.Error("it is down before it was asked")
		}
		r.RunOnce(t.Context())
		if isUp(r) || !strings.Contains(log.String(), reason) {
			t.Errorf("it is up: %t, log: %s", isUp(r), log.String())
		}
	}
}

func TestServicesThatShareAHealthAreAskedOnceAndGoTogether(t *testing.T) {
	t.Parallel()
	shared, own := newLinked(t, well), newLinked(t, well)
	r := New([]Service{shared.service(t, "tenure"), own.service(t, "alerts"), shared.service(t, "patches")}, slog.New(slog.DiscardHandler))
	r.RunOnce(t.Context())
	if n := shared.asked.Load(); n != 1 {
		t.Errorf("it is asked %d times", n)
	}
	shared.is(fails)
	r.RunOnce(t.Context())
	r.RunOnce(t.Context())
	links, unavailable := r.For(access.Caller{}).Of(ada)
	if !slices.Equal(rels(links), []string{"alerts"}) || !slices.Equal(unavailable, []string{"patches", "tenure"}) {
		t.Errorf("links %v, unavailable %v", rels(links), unavailable)
	}
}

// Ensures that a service that hangs delays no other's checks, and that Run ends
// when it is told to, waits for its own and blames nobody for it.
func TestRunChecksEachServiceApartAndEnds(t *testing.T) {
	t.Parallel()
	stuck := newLinked(t, hangs)
	asked := make(chan struct{})
	quick := newLinked(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case asked <- struct{}{}:
		case <-r.Context().Done():
		}
	})
	hanging := stuck.service(t, "stuck")
	hanging.Health.Timeout = time.Hour
	r := New([]Service{hanging, quick.service(t, "quick")}, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan struct{})
	go func() {
		r.Run(ctx)
		close(ended)
	}()
	for range 5 {
		<-asked
	}
	stop()
	<-ended
	if n := stuck.asked.Load(); n > 1 {
		t.Errorf("the service that hangs is asked %d times at once", n)
	}
	links, _ := r.For(access.Caller{}).Of(ada)
	if got := rels(links); !slices.Equal(got, []string{"stuck", "quick"}) {
		t.Errorf("after the end only %v are up", got)
	}
}

// Ensures that a first failure is looked into soon, and that programs that start
// together do not go on asking together.
func TestTheNextCheckIsAboutWhenItShouldBe(t *testing.T) {
	t.Parallel()
	c := &check{Health: Health{Every: time.Minute}}
	for failures, want := range []time.Duration{time.Minute, 12 * time.Second, time.Minute, time.Minute} {
		c.failures = failures
		pauses := map[time.Duration]bool{}
		for range 100 {
			pause := c.pause()
			pauses[pause] = true
			if pause < want*9/10 || pause > want*11/10 {
				t.Errorf("after %d failures the next check is in %v, and should be in about %v", failures, pause, want)
			}
		}
		if len(pauses) < 50 {
			t.Errorf("there is no chance in %v", pauses)
		}
	}
}

func TestMetricsTellWhichServiceIsUp(t *testing.T) {
	t.Parallel()
	service := newLinked(t, well)
	r := New([]Service{service.service(t, "tenure"), service.service(t, "patches"), {Name: "unasked", Template: template(t, "https://a.example/{id}")}}, slog.New(slog.DiscardHandler))
	registry := prometheus.NewRegistry()
	registry.MustRegister(r.Metrics()...)
	figures := func() string {
		t.Helper()
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		var text []string
		for _, family := range families {
			for _, m := range family.GetMetric() {
				var labels []string
				for _, l := range m.GetLabel() {
					labels = append(labels, l.GetValue())
				}
				text = append(text, fmt.Sprintf("%s %g", strings.Join(labels, " "), m.GetGauge().GetValue()+float64(m.GetHistogram().GetSampleCount())))
			}
		}
		return strings.Join(text, ", ")
	}
	if got, want := figures(), "patches 1, tenure 1"; got != want {
		t.Errorf("before the first check: %s", got)
	}
	r.RunOnce(t.Context())
	service.is(fails)
	r.RunOnce(t.Context())
	r.RunOnce(t.Context())
	if got, want := figures(), "answered patches 1, answered tenure 1, failed patches 2, failed tenure 2, patches 0, tenure 0"; got != want {
		t.Errorf("after one good check and two bad ones: %s", got)
	}
}

package oversight

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"personindex/audit"
	"personindex/internal/breaker"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

const secret = "0123456789abcdef0123456789abcdef"

// receiver is a webhook that answers as it is told to, and keeps what arrived.
type receiver struct {
	*httptest.Server
	status atomic.Int32 // 0 hangs until the caller leaves

	mutex    sync.Mutex
	arrived  []message
	unsigned int
	tries    int
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.status.Store(http.StatusNoContent)
	r.Server = httptest.NewServer(http.HandlerFunc(r.answer))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.tries++
	status := int(r.status.Load())
	if status == 0 {
		<-request.Context().Done()
		return
	}
	if status == http.StatusFound {
		w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
	}
	w.WriteHeader(status)
	if status >= 300 {
		return
	}
	at, signature, _ := strings.Cut(strings.TrimPrefix(request.Header.Get("Persons-Signature"), "t="), ",v1=")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "." + string(body)))
	if at == "" || signature != hex.EncodeToString(mac.Sum(nil)) {
		r.unsigned++
	}
	var m message
	if json.Unmarshal(body, &m) == nil {
		r.arrived = append(r.arrived, m)
	}
}

func (r *receiver) ids() (ids []int64) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, m := range r.arrived {
		ids = append(ids, m.ID)
	}
	return ids
}

// glassBroken adds events that must be told of.
func glassBroken(t *testing.T, store *storage.Store, n int) {
	t.Helper()
	for i := range n {
		e := audit.Event{
			Caller: "issuer/officer", Route: "read-person", Action: audit.BreakGlass, Status: 200,
			RequestIDs: []string{fmt.Sprint("request-", i)}, Persons: []person.ID{"p-1"}, Flags: []string{BreakGlass},
		}
		if err := store.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// Ensures that every alert arrives, signed and in order, though the receiver hangs,
// fails and sends elsewhere before it recovers; and that nobody's time is spent on a
// receiver who does not answer.
func TestAlertsArriveInTheEnd(t *testing.T) {
	t.Parallel()
	store, hook := storagetest.New(t), newReceiver(t)
	var log bytes.Buffer
	a := NewAlerter(store, Webhook{hook.URL + "/token-of-the-webhook", secret}, breaker.Config{Failures: 3, Wait: time.Millisecond}, slog.New(slog.NewJSONHandler(&log, nil)))
	a.client.Timeout = 200 * time.Millisecond
	defer a.client.CloseIdleConnections()
	glassBroken(t, store, 3)
	for _, status := range []int32{0, http.StatusInternalServerError, http.StatusFound} {
		hook.status.Store(status)
		begun := time.Now()
		var sent int
		var err error
		for err == nil && time.Since(begun) < time.Minute { // until some are due again
			sent, err = a.RunOnce(t.Context())
		}
		if sent != 0 || err == nil {
			t.Errorf("status %d: %d arrived, %v", status, sent, err)
		}
	}
	if hook.tries != 3 {
		t.Errorf("%d tries in three rounds: others were tried where the first had failed", hook.tries)
	}
	hook.status.Store(http.StatusNoContent)
	deadline := time.Now().Add(time.Minute)
	for len(hook.ids()) < 3 && time.Now().Before(deadline) {
		if _, err := a.RunOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ids := hook.ids()
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 3 || hook.unsigned > 0 {
		t.Errorf("arrived %v, %d of them not signed", ids, hook.unsigned)
	}
	m := hook.arrived[0]
	if m.Kind != "break-glass" || m.Caller != "issuer/officer" || !slices.Equal(m.Persons, []person.ID{"p-1"}) || !strings.HasPrefix(m.RequestIDs[0], "request-") || m.Event == 0 {
		t.Errorf("it tells %+v", m)
	}
	if standing, err := store.AlertStanding(t.Context()); err != nil || standing.Waiting != 0 {
		t.Errorf("%d alerts wait, %v", standing.Waiting, err)
	}
	var counted dto.Metric
	if err := a.told.WithLabelValues("break-glass").Write(&counted); err != nil || counted.GetCounter().GetValue() != 3 {
		t.Errorf("counted %v alerts, want 3, %v", counted.GetCounter().GetValue(), err)
	}
	if strings.Contains(log.String(), "token-of-the-webhook") || strings.Contains(log.String(), hook.URL) {
		t.Errorf("the log holds the webhook's URL: %s", log.String())
	}
	if n := strings.Count(log.String(), `"msg":"alert"`); n != 3 {
		t.Errorf("%d lines for 3 alerts", n)
	}
}

// Ensures that what a process was sending when it died is sent by another.
func TestAlertsOfADeadProcessAreSent(t *testing.T) {
	t.Parallel()
	store, hook := storagetest.New(t), newReceiver(t)
	glassBroken(t, store, 1)
	if claimed, err := store.ClaimAlerts(t.Context(), 10, time.Nanosecond); err != nil || len(claimed) != 1 {
		t.Fatalf("%d claimed, %v", len(claimed), err)
	}
	a := NewAlerter(store, Webhook{hook.URL, secret}, breaker.Config{}, slog.New(slog.DiscardHandler))
	defer a.client.CloseIdleConnections()
	if sent, err := a.RunOnce(t.Context()); err != nil || sent != 1 {
		t.Errorf("%d sent, %v", sent, err)
	}
}

func TestWithoutAWebhookAlertsAreLogged(t *testing.T) {
	t.Parallel()
	store := storagetest.New(t)
	glassBroken(t, store, 1)
	var log bytes.Buffer
	a := NewAlerter(store, Webhook{}, breaker.Config{}, slog.New(slog.NewJSONHandler(&log, nil)))
	if sent, err := a.RunOnce(t.Context()); err != nil || sent != 1 || !strings.Contains(log.String(), `"kind":"break-glass"`) {
		t.Errorf("%d done with, %v: %s", sent, err, log.String())
	}
}

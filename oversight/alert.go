package oversight

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"personindex/internal/breaker"
	"personindex/person"
	"personindex/storage"
)

// Alerts keeps what somebody must be told. *storage.Store is one.
type Alerts interface {
	ClaimAlerts(ctx context.Context, limit int, lease time.Duration) ([]storage.Alert, error)
	AlertSent(ctx context.Context, id int64) error
	PostponeAlert(ctx context.Context, id int64) error
	AlertStanding(ctx context.Context) (storage.AlertStanding, error)
}

// Webhook is where alerts are sent. Without a URL they are logged and counted only.
type Webhook struct {
	URL    string
	Secret string // of the signature
}

// Sending one takes a second at most from a receiver who is well. A batch that takes
// the whole deadline each is done before its lease ends.
const (
	sendDeadline = 5 * time.Second
	claimLimit   = 10
	claimLease   = 2 * claimLimit * sendDeadline
	idleTime     = 2 * time.Second
)

// Alerter sends alerts, each at least once. Several may run, in several processes.
type Alerter struct {
	alerts  Alerts
	webhook Webhook
	client  *http.Client
	breaker *breaker.Breaker
	log     *slog.Logger
	now     func() time.Time
	told    *prometheus.CounterVec
	sent    *prometheus.CounterVec
}

// NewAlerter makes an alerter.
func NewAlerter(alerts Alerts, webhook Webhook, config breaker.Config, log *slog.Logger) *Alerter {
	a := &Alerter{
		alerts: alerts, webhook: webhook, log: log, now: time.Now,
		breaker: breaker.New("alerts", config, log),
		client: &http.Client{
			Timeout:       sendDeadline,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // it may lead anywhere
		},
		told: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "persons_alerts_total", Help: "Alerts, by kind.",
		}, []string{"kind"}),
		sent: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "persons_alert_sends_total", Help: "Tries to send an alert, by outcome.",
		}, []string{"outcome"}),
	}
	for _, kind := range []string{"break-glass", "odd-look-up", "many-lookers"} {
		a.told.WithLabelValues(kind) // so that none reads as 0, and not as unknown
	}
	for _, outcome := range []string{"arrived", "failed"} {
		a.sent.WithLabelValues(outcome)
	}
	return a
}

// Metrics are to be served with the others.
func (a *Alerter) Metrics() []prometheus.Collector {
	return append([]prometheus.Collector{a.told, a.sent, waiting{a.alerts}}, a.breaker.Metrics()...)
}

// Run sends until ctx ends. What fails is tried again in time.
func (a *Alerter) Run(ctx context.Context) {
	defer a.client.CloseIdleConnections()
	for {
		sent, err := a.RunOnce(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "alerts not sent", "error", err)
		}
		if err == nil && sent == claimLimit {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(idleTime):
		}
	}
}

// RunOnce sends the alerts that are due, some at most, and returns how many arrived.
// Once one fails the others wait too: the receiver is the same.
func (a *Alerter) RunOnce(ctx context.Context) (sent int, err error) {
	due, err := a.alerts.ClaimAlerts(ctx, claimLimit, claimLease)
	if err != nil {
		return 0, err
	}
	var failed error
	for _, alert := range due {
		a.tell(ctx, alert)
		if failed == nil {
			failed = a.send(ctx, alert)
		}
		if failed != nil {
			err = errors.Join(err, a.later(ctx, alert))
			continue
		}
		sent++
		err = errors.Join(err, a.alerts.AlertSent(ctx, alert.ID))
	}
	return sent, errors.Join(failed, err)
}

// tell logs and counts an alert the first time that it is seen. It says ids only.
func (a *Alerter) tell(ctx context.Context, alert storage.Alert) {
	if alert.Attempts > 1 {
		return
	}
	a.told.WithLabelValues(alert.Kind).Inc()
	a.log.WarnContext(ctx, "alert", "alert", alert.ID, "kind", alert.Kind, "event", alert.Event, "caller", alert.Caller, "requests", alert.RequestIDs)
}

// later gives an alert back, also when ctx has ended.
func (a *Alerter) later(ctx context.Context, alert storage.Alert) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendDeadline)
	defer cancel()
	return a.alerts.PostponeAlert(ctx, alert.ID)
}

// message is what is sent of an alert: ids, and of nobody a value.
type message struct {
	ID         int64       `json:"id"` // the same where one is sent twice
	Kind       string      `json:"kind"`
	At         time.Time   `json:"at"`
	Event      int64       `json:"event"`
	Caller     string      `json:"caller"`
	Persons    []person.ID `json:"persons"`
	RequestIDs []string    `json:"requestIds"`
	Flags      []string    `json:"flags"`
}

func (a *Alerter) send(ctx context.Context, alert storage.Alert) error {
	if a.webhook.URL == "" {
		return nil
	}
	body, err := json.Marshal(message{
		alert.ID, alert.Kind, alert.At.UTC(), alert.Event, alert.Caller, alert.Persons, alert.RequestIDs, alert.Flags,
	})
	if err != nil {
		return fmt.Errorf("write alert: %w", err)
	}
	err = a.breaker.Do(func() error { return a.post(ctx, body) })
	outcome := "arrived"
	if err != nil {
		outcome = "failed"
	}
	a.sent.WithLabelValues(outcome).Inc()
	return err
}

// maxAnswer is as much of an answer as is read, so that the connection can be used
// again.
const maxAnswer = 64 << 10

func (a *Alerter) post(ctx context.Context, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.webhook.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("send alert: the webhook's URL cannot be used")
	}
	at := strconv.FormatInt(a.now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Persons-Signature", "t="+at+",v1="+a.webhook.sign(at, body))
	answer, err := a.client.Do(request)
	if err != nil {
		return fmt.Errorf("send alert: %w", withoutURL(err))
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)) // the status says it
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("send alert: the webhook answers %d", answer.StatusCode)
	}
	return nil
}

// withoutURL keeps a webhook's URL, which may hold a token, out of the log.
func withoutURL(err error) error {
	var late interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled // we stop: that says nothing of the receiver
	case errors.As(err, &late) && late.Timeout():
		return errors.New("no answer in time")
	}
	return errors.New("it cannot be reached")
}

// sign is what proves that a body is ours, and from when.
func (w Webhook) sign(at string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(w.Secret))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// waiting counts alerts that were not sent, when it is asked.
type waiting struct{ alerts Alerts }

func waitingAlerts() *prometheus.Desc {
	return prometheus.NewDesc("persons_alerts_waiting", "Alerts that were not sent yet.", nil, nil)
}

func waitingFor() *prometheus.Desc {
	return prometheus.NewDesc("persons_alerts_waiting_seconds", "How long the first of them has waited.", nil, nil)
}

// Describe implements prometheus.Collector.
func (w waiting) Describe(to chan<- *prometheus.Desc) { to <- waitingAlerts(); to <- waitingFor() }

// Collect implements prometheus.Collector. While Postgres does not answer there is
// nothing.
func (w waiting) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	standing, err := w.alerts.AlertStanding(ctx)
	if err != nil {
		return
	}
	to <- prometheus.MustNewConstMetric(waitingAlerts(), prometheus.GaugeValue, float64(standing.Waiting))
	to <- prometheus.MustNewConstMetric(waitingFor(), prometheus.GaugeValue, standing.Oldest.Seconds())
}

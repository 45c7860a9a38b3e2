package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/person"
)

// emergency is an installation that holds somebody restricted, whose alerts arrive
// here.
type emergency struct {
	*everywhere
	admin   http.Handler
	arrived []map[string]any
}

func newEmergency(t *testing.T) *emergency {
	t.Helper()
	m := &emergency{}
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Persons-Signature") == "" {
			t.Errorf("an alert came unsigned, or in parts: %v", err)
		}
		m.arrived = append(m.arrived, decode(t, body))
	}))
	t.Cleanup(hook.Close)
	m.everywhere = newEverywhere(t, "PERSONS_ALERTS_WEBHOOK="+hook.URL, "PERSONS_ALERTS_SECRET=0123456789abcdef0123456789abcdef")
	service := m.a.api()
	m.admin, m.service = service.Admin(), httptest.NewServer(service)
	t.Cleanup(m.service.Close)
	return m
}

// as asks the API as somebody, with a reason to break the glass or without.
func (m *emergency) as(c access.Caller, path, reason string) (status int, body string) {
	m.t.Helper()
	token, err := councilIssuer().Token(c, time.Hour)
	if err != nil {
		m.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, m.service.URL+path, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("X-Request-ID", "same")
	if reason != "" {
		r.Header.Set("Break-Glass-Reason", reason)
	}
	answer, err := m.service.Client().Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return answer.StatusCode, string(content)
}

// alerts sends those that are due, and is how often the glass was told of: by the
// webhook, by the metrics and on the audit.
func (m *emergency) alerts() (sent, counted, audited int) {
	m.t.Helper()
	if _, err := m.a.alerter.RunOnce(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	for _, alert := range m.arrived {
		if alert["kind"] == "break-glass" && alert["caller"] == "development duty" && len(alert["persons"].([]any)) == 1 && alert["persons"].([]any)[0] == string(m.id) {
			sent++
		}
	}
	counted = m.tellings(`persons_break_glass_total`)
	if told := m.tellings(`persons_alerts_total{kind="break-glass"}`); told != counted {
		m.t.Errorf("the glass was broken %d times, and %d alerts made", counted, told)
	}
	query := "select count(*) from audit_event where action = 'break-glass' and caller = 'development duty' and persons = array[$1]"
	if err := m.behind().QueryRow(m.t.Context(), query, m.id).Scan(&audited); err != nil {
		m.t.Fatal(err)
	}
	return sent, counted, audited
}

// tellings is what a metric counts.
func (m *emergency) tellings(metric string) (n int) {
	m.t.Helper()
	page := httptest.NewRecorder()
	m.admin.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(page.Body.String()) {
		if value, found := strings.CutPrefix(line, metric+" "); found {
			if err := json.Unmarshal([]byte(value), &n); err != nil {
				m.t.Fatal(err)
			}
			return n
		}
	}
	m.t.Fatalf("%s is not counted", metric)
	return 0
}

// behind is a connection as the owner of the database.
func (m *emergency) behind() *pgx.Conn {
	m.t.Helper()
	conn, err := pgx.Connect(m.t.Context(), m.config.URL)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// Ensures of the whole service that an officer with the right reaches somebody
// restricted in an emergency, by their record and by what only they have, for that
// request alone; that the alert and the audit tell of it, and of the next once the
// time of the first is over; and that the right of others is no greater for asking.
func TestTheGlassIsBrokenFromEndToEnd(t *testing.T) {
	t.Parallel()
	m := newEmergency(t)
	const reason, street, phone = "Police at the door, case 4711", "1 Zyzzystreet", "07700 900987"
	duty := access.Caller{Subject: "duty", Roles: []access.Role{access.Reader}, Areas: []access.Area{"social-care"}, BreakGlass: person.Restricted}
	one, search := "/persons/"+string(m.id), "/persons?uprn=199000999001&postcode=ZE2+9ZZ&includeDeceased=true"
	shown := func(path, reason string, want bool) {
		t.Helper()
		status, body := m.as(duty, path, reason)
		if status != http.StatusOK || strings.Contains(body, street) != want || strings.Contains(body, phone) != want {
			t.Errorf("%s with the reason %q is answered %d %s", path, reason, status, body)
		}
	}
	told := func(want int) {
		t.Helper()
		if sent, counted, audited := m.alerts(); sent != want || counted != want || audited != want {
			t.Errorf("the webhook was told %d times, metrics counted %d, the audit has %d, and it should be %d", sent, counted, audited, want)
		}
	}
	shown(one, "", false)
	shown(search, "", false)
	told(0)
	shown(one, reason, true)
	shown(one, reason, true)
	shown(search, reason, true)
	shown(one+"/history", reason, true)
	shown(one, "", false)
	shown(search, "", false)
	told(1)
	if _, err := m.behind().Exec(t.Context(), "update break_glass set until = clock_timestamp()"); err != nil {
		t.Fatal(err)
	}
	shown(one, "", false)
	told(1)
	shown(one, reason, true)
	told(2)

	for restriction, c := range map[string]access.Caller{
		"very-restricted": duty, // who may take the lesser clearance only
		"restricted":      {Subject: "officer", Roles: []access.Role{access.Reader}, Areas: []access.Area{"housing"}},
	} {
		change := `{"restriction":"` + restriction + `"}`
		m.request(http.StatusOK, http.MethodPatch, one, change, "If-Match", "*")
		m.index()
		for _, path := range []string{one, one + "/history", one + "?include=provenance", one + "/extended/housing"} {
			status, without := m.as(c, path, "")
			again, with := m.as(c, path, reason)
			if status != again || without != with || strings.Contains(with, street) {
				t.Errorf("%s of somebody %s is answered\n%d %s\nwithout a reason, and with one\n%d %s", path, restriction, status, without, again, with)
			}
		}
	}
	if sent, _, _ := m.alerts(); sent != 2 {
		t.Errorf("%d alerts of duty's", sent)
	}

	trail := decode(t, m.request(http.StatusOK, http.MethodGet, one+"/audit?limit=100", ""))
	flags := map[string]int{}
	for _, e := range trail["events"].([]any) {
		event := e.(map[string]any)
		for _, flag := range event["flags"].([]any) {
			flags[event["caller"].(string)+" "+flag.(string)]++
		}
	}
	if flags["development duty break-glass"] < 7 || flags["development officer break-glass-in-vain"] != 3 {
		t.Errorf("an auditor sees the flags %v", flags)
	}
	opened := strings.Split(m.output("audit", "show", "--key", m.auditor, "--person", string(m.id), "--caller", "development duty", "--json"), "\n")
	if !slices.ContainsFunc(opened, func(line string) bool {
		return strings.Contains(line, `"Action":"break-glass"`) && strings.Contains(line, reason)
	}) {
		t.Errorf("auditors are not told why: %s", opened)
	}
}

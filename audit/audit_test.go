package audit_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
)

func keys(t *testing.T) (*audit.PublicKey, *audit.PrivateKey) {
	t.Helper()
	public, text, err := audit.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	private, err := audit.ParsePrivateKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

func sealed(t *testing.T, key *audit.PublicKey, caller string, s audit.Statement) []byte {
	t.Helper()
	text, err := key.Seal(caller, s)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Ensures that a statement opens with the auditors' key as what its caller said,
// and in no other way.
func TestAStatementIsForAuditorsOnly(t *testing.T) {
	t.Parallel()
	public, private := keys(t)
	said := audit.Statement{RequestID: "r-1", At: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), Criteria: json.RawMessage(`{"lastName":"Example"}`), Reason: "a child is missing"}
	text := sealed(t, public, "ada", said)
	got, err := private.Open("ada", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(said, got); diff != "" {
		t.Errorf("-said +opened:\n%s", diff)
	}
	if bytes.Contains(text, []byte("Example")) || bytes.Equal(text, sealed(t, public, "ada", said)) {
		t.Error("what was said can be read, or is written alike twice")
	}
	if _, err := private.Open("bea", text); err == nil {
		t.Error("it opens as somebody else's")
	}
	for i := range text {
		changed := bytes.Clone(text)
		changed[i] ^= 1
		if _, err := private.Open("ada", changed); err == nil {
			t.Fatalf("it opens with byte %d changed", i)
		}
	}
	for _, short := range []int{0, 1, 8, 40, 41, len(text) - 1} {
		if _, err := private.Open("ada", text[:short]); err == nil {
			t.Errorf("it opens cut to %d bytes", short)
		}
	}
	_, other := keys(t)
	if _, err := other.Open("ada", text); !errors.Is(err, audit.ErrOtherKey) || !strings.Contains(err.Error(), public.ID().String()) {
		t.Errorf("with another key: %v, which should name the key it was sealed to", err)
	}
}

// Ensures that the length of what is kept does not tell what was searched for.
func TestStatementsLookAlike(t *testing.T) {
	t.Parallel()
	public, _ := keys(t)
	short := sealed(t, public, "ada", audit.Statement{Criteria: json.RawMessage(`{"q":"x"}`)})
	long := sealed(t, public, "ada", audit.Statement{Criteria: json.RawMessage(`{"firstName":"Wilhelmina","lastName":"Featherstonehaugh"}`)})
	if len(short) != len(long) {
		t.Errorf("%d and %d bytes", len(short), len(long))
	}
}

func TestTheServicesKeyIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	public, private := keys(t)
	if private.PublicKey().String() != public.String() {
		t.Error("the halves are not of one pair")
	}
	pair, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(pair.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	for _, good := range []string{public.String(), " " + public.String() + "\n", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))} {
		key, err := audit.ParsePublicKey(good)
		if err != nil {
			t.Fatalf("%q: %v", good, err)
		}
		if again, err := audit.ParsePublicKey(key.String()); err != nil || again.ID() != key.ID() {
			t.Errorf("%q comes back as another key: %v", good, err)
		}
	}
	p256, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if der, err = x509.MarshalPKIXPublicKey(p256.PublicKey()); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "x", public.String()[1:], string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))} {
		if _, err := audit.ParsePublicKey(bad); err == nil {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}

// Ensures that no part of an event can change without the seal changing: every
// field is changed in turn, and values are moved from one list to the next.
func TestASealCoversEveryPartOfAnEvent(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	event := func() audit.Event {
		return audit.Event{
			ID: 7, At: at, Caller: "ada", Roles: []access.Role{"reader"}, Areas: []access.Area{"housing"}, From: "192.0.2.1",
			RequestIDs: []string{"r"}, Route: "read-person", Action: audit.Read, Status: 200, Persons: []person.ID{"p"},
			Fields: []string{"title"}, Reason: "why", Sealed: [][]byte{{1}}, Session: "s", Since: &at, Flags: []string{"f"},
		}
	}
	hash := func(e audit.Event) string {
		return string(audit.Next(audit.Seal{}, []audit.Event{e}, at.Add(time.Hour)).Hash)
	}
	whole := hash(event())
	seen := map[string]string{whole: "nothing"}
	check := func(name string, e audit.Event) {
		t.Helper()
		if other, ok := seen[hash(e)]; ok {
			t.Errorf("an event with %s changed has the hash of one with %s changed", name, other)
		}
		seen[hash(e)] = name
	}
	fields := reflect.TypeFor[audit.Event]()
	for i := range fields.NumField() {
		if fields.Field(i).Tag.Get("db") == "-" {
			continue // is resolved into another where it is written
		}
		e := event()
		value := reflect.ValueOf(&e).Elem().Field(i)
		name := fields.Field(i).Name
		switch {
		case name == "At":
			e.At = at.Add(time.Microsecond)
		case value.Kind() == reflect.Slice:
			check(name+" emptied", func() audit.Event { e := e; reflect.ValueOf(&e).Elem().Field(i).SetZero(); return e }())
			value.Set(reflect.AppendSlice(value, value))
		case value.Kind() == reflect.String:
			value.SetString(value.String() + "x")
		case value.Kind() == reflect.Pointer:
			value.SetZero()
		default:
			value.SetInt(value.Int() + 1)
		}
		check(name, e)
	}
	moved := event()
	moved.Fields, moved.Persons = []string{"title", "p"}, nil
	check("a value moved from one list to the next", moved)
	joined := event()
	joined.Caller, joined.Roles = "adareader", []access.Role{""}
	check("a value moved to its neighbour", joined)
	split := event()
	split.Persons = []person.ID{"", "p"}
	check("a value split", split)
}

// Ensures what each seal takes of its candidates, and where the next one looks.
func TestASealTakesOneMonthAndNotTooMuch(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC)
	looked := begin.Add(time.Minute)
	events := []audit.Event{{ID: 3, At: begin}, {ID: 1, At: begin}, {ID: 9, At: begin.Add(time.Second)}}
	first := audit.Next(audit.Seal{}, events, looked)
	if first.Count != 2 || !first.Through.Equal(begin) || first.Month.Month() != time.November {
		t.Errorf("%+v", first)
	}
	if diff := cmp.Diff([]audit.Range{{From: 1, To: 2}, {From: 3, To: 4}}, first.Events); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	second := audit.Next(first, events[2:], looked)
	if second.Count != 1 || !second.Through.Equal(looked) || second.Month.Month() != time.December || second.Number != 2 || !bytes.Equal(second.Previous, first.Hash) {
		t.Errorf("%+v", second)
	}
	late := audit.Next(second, []audit.Event{{ID: 5, At: begin}, {ID: 10, At: looked}}, looked)
	if late.Count != 1 || !late.Through.Equal(second.Through) {
		t.Errorf("a seal over an event that came late looks back: %+v", late)
	}

	var many []audit.Event
	for i := range audit.Batch() {
		many = append(many, audit.Event{ID: int64(i + 1), At: begin.Add(time.Duration(i) * time.Millisecond / 10)})
	}
	full := audit.Next(audit.Seal{}, many, looked)
	if full.Count != audit.Batch()-1 || !full.Through.Equal(many[full.Count-1].At) || len(full.Events) != 1 {
		t.Errorf("%d events through %v", full.Count, full.Through)
	}
}

func TestAHeadIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	head := audit.Head{Number: 12, Hash: bytes.Repeat([]byte{0xab}, 32)}
	got, err := audit.ParseHead(head.String())
	if err != nil || got.Number != 12 || !bytes.Equal(got.Hash, head.Hash) {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"", "12", "12:", "12:ab", ":" + strings.Repeat("ab", 32), "0:" + strings.Repeat("ab", 32), "x:" + strings.Repeat("ab", 32)} {
		if _, err := audit.ParseHead(bad); err == nil {
			t.Errorf("%q is taken for a head", bad)
		}
	}
}

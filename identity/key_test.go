package identity

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// addKey makes a key in the register.
func addKey(t testing.TB, s *storage.Store, lasting time.Duration) access.Secret {
	t.Helper()
	secret := access.NewSecret()
	_, err := s.AddAPIKey(t.Context(), storage.Change{Actor: "admin"}, access.Key{
		ID: secret.ID, Name: "Qlik", Hash: secret.Hash(), Roles: []access.Role{access.Analyst}, Areas: []access.Area{"care"}, Clearance: person.Restricted,
	}, lasting)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestAKeyIsKnownAsBearerAndAsPassword(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	secret := addKey(t, s, time.Hour)
	v := verifier(t, new(clock), s)
	want := access.Caller{
		Subject: "api-key " + secret.ID, Roles: []access.Role{access.Analyst}, Areas: []access.Area{"care"},
		Clearance: person.Restricted, BreakGlass: person.Restricted,
	}
	for _, authorization := range []string{
		"Bearer " + secret.Text(), "bearer " + secret.Text(), basic("", secret.Text()), basic("qlik", secret.Text()), basic("a b", secret.Text()),
	} {
		c := expect(t, v, authorization, authorization, nil)
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("%s (-want +got)\n%s", authorization, diff)
		}
	}
	other, text := access.NewSecret(), secret.Text()
	for name, credential := range map[string]string{
		"a key that there is not": other.Text(), "another secret": "pk_" + secret.ID + other.Text()[19:], "no secret": "pk_" + secret.ID + "_",
		"half a secret": text[:len(text)-1], "more than the secret": text + "A", "the hash": "pk_" + secret.ID + "_" + fmt.Sprintf("%x", secret.Hash()),
		"an id in other letters": strings.ToUpper(text), "an id with a NUL": "pk_\x00_x", "an id that is no UTF-8": "pk_\xff_x", "an id of SQL": "pk_' or true --_x",
	} {
		expect(t, v, name, "Bearer "+credential, access.ErrRefused)
		expect(t, v, name, basic("", credential), access.ErrRefused)
	}
	expect(t, v, "a key as the user name", basic(text, ""), access.ErrRefused)
	expect(t, v, "a key under another scheme", "Digest "+text, access.ErrRefused)
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestAKeyEnds(t *testing.T) {
	t.Parallel()
	s, c := storagetest.New(t), new(clock)
	expiring, revoked := addKey(t, s, time.Hour), addKey(t, s, 24*time.Hour)
	v := verifier(t, c, s)
	expect(t, v, "before it expires", "Bearer "+expiring.Text(), nil)
	expect(t, v, "before it is revoked", "Bearer "+revoked.Text(), nil)
	if _, err := s.RevokeAPIKey(t.Context(), storage.Change{Actor: "admin"}, revoked.ID); err != nil {
		t.Fatal(err)
	}
	c.advance(keyMemory)
	expect(t, v, "once it is revoked", "Bearer "+revoked.Text(), access.ErrRefused)
	c.advance(time.Hour)
	expect(t, v, "once it is expired", "Bearer "+expiring.Text(), access.ErrRefused)
}

// counting counts what the register is asked.
type counting struct {
	*storage.Store
	mutex         sync.Mutex
	reads, writes int
}

func (c *counting) APIKey(ctx context.Context, id string) (*access.Key, error) {
	c.mutex.Lock()
	c.reads++
	c.mutex.Unlock()
	return c.Store.APIKey(ctx, id)
}

func (c *counting) NoteAPIKeyUsed(ctx context.Context, id string, day time.Time) error {
	c.mutex.Lock()
	c.writes++
	c.mutex.Unlock()
	return c.Store.NoteAPIKeyUsed(ctx, id, day)
}

// Ensures that a tool that pages through people costs one read in a while, and one
// write a day.
func TestUsingAKeyCostsLittle(t *testing.T) {
	t.Parallel()
	s, c := &counting{Store: storagetest.New(t)}, new(clock)
	secret := addKey(t, s.Store, 72*time.Hour)
	v := verifier(t, c, s)
	for range 100 {
		expect(t, v, "a page", "Bearer "+secret.Text(), nil)
	}
	if s.reads != 1 || s.writes != 1 {
		t.Errorf("100 pages cost %d reads and %d writes", s.reads, s.writes)
	}
	c.advance(keyMemory)
	expect(t, v, "a page, later", "Bearer "+secret.Text(), nil)
	if s.reads != 2 || s.writes != 1 {
		t.Errorf("later there are %d reads and %d writes", s.reads, s.writes)
	}
	c.advance(24 * time.Hour)
	expect(t, v, "a page, tomorrow", "Bearer "+secret.Text(), nil)
	key, err := s.APIKey(t.Context(), secret.ID)
	if err != nil || key.UsedOn == nil || !key.UsedOn.Equal(c.now().UTC().Truncate(24*time.Hour)) {
		t.Errorf("its last use is %v, %v", key.UsedOn, err)
	}
}

func TestAKeyCannotBeJudgedWithoutTheRegister(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	secret, c := addKey(t, s, time.Hour), new(clock)
	v := verifier(t, c, s)
	expect(t, v, "with the register", "Bearer "+secret.Text(), nil)
	s.Close()
	expect(t, v, "a moment later", "Bearer "+secret.Text(), nil)
	c.advance(keyMemory)
	expect(t, v, "without it", "Bearer "+secret.Text(), access.ErrUnavailable)
}

// Ensures that neither logs nor errors hold anything of a credential.
func TestCredentialsAreNotTold(t *testing.T) {
	t.Parallel()
	s, p, c := storagetest.New(t), newProvider(t), new(clock)
	secret := addKey(t, s, time.Hour)
	var log bytes.Buffer
	v, err := newVerifier(Config{Areas: []access.Area{"housing", "care"}, Issuers: []Issuer{p.settings("a")}}, s,
		slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), usualPace(), c.now)
	if err != nil {
		t.Fatal(err)
	}
	token := p.token("first", p.keys["first"], p.claims(nil))
	text := secret.Text()
	for _, authorization := range []string{
		"Bearer " + token[:len(token)-4], "Bearer " + token[1:], "Bearer x" + token, "Bearer " + text[:len(text)-1], basic("u", text+"x"), text,
		"Bearer " + p.token("zebedee", newEd25519(t), p.claims(nil)),
	} {
		_, err := v.Authenticate(t.Context(), authorization)
		if !errors.Is(err, access.ErrRefused) {
			t.Errorf("%v", err)
		}
		log.WriteString(err.Error())
	}
	s.Close()
	c.advance(keyMemory)
	expect(t, v, "without the register", "Bearer "+text, access.ErrUnavailable)
	for _, told := range []string{token[:20], token[len(token)-20:], text[20:], "ada", "zebedee"} {
		if strings.Contains(log.String(), told) {
			t.Errorf("%s is told in %s", told, log.String())
		}
	}
	if printed := fmt.Sprintf("%v %+v %s", secret, secret, secret); strings.Contains(printed, text[20:]) {
		t.Errorf("a secret prints as %s", printed)
	}
}

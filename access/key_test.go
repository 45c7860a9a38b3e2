package access

import (
	"strings"
	"testing"
	"time"

	"personindex/person"
)

func TestASecretOpensItsKeyAlone(t *testing.T) {
	t.Parallel()
	mine, other := NewSecret(), NewSecret()
	key := Key{ID: mine.ID, Hash: mine.Hash()}
	if mine == other || !mine.Opens(key) || other.Opens(key) || mine.Opens(Key{}) || (Secret{}).Opens(Key{}) {
		t.Error("a key is opened by another's secret, or not by its own")
	}
	if (Secret{mine.ID, other.text}).Opens(key) || (Secret{other.ID, mine.text}).Opens(key) {
		t.Error("half a secret opens a key")
	}
	read, ok := ParseSecret(mine.Text())
	if !ok || read != mine {
		t.Errorf("%s is read as %s", mine, read)
	}
	text := mine.Text()
	for _, none := range []string{"", "pk_", "pk__", text[1:], text[:len(text)-1], text + "a", " " + text, text + "\n", strings.ToUpper(text), "pk_" + mine.text} {
		if _, ok := ParseSecret(none); ok {
			t.Errorf("%q is taken for a key", none)
		}
	}
}

func TestAKeyLivesUntilItEndsOrIsRevoked(t *testing.T) {
	t.Parallel()
	now := time.Now()
	key := Key{ExpiresAt: now.Add(time.Second)}
	if !key.Live(now) || key.Live(now.Add(time.Second)) {
		t.Error("it does not end when it should")
	}
	if key.RevokedAt = &now; key.Live(now) {
		t.Error("a revoked key lives")
	}
}

// Ensures that of whom nothing is said may nothing.
func TestNobodyMayNothing(t *testing.T) {
	t.Parallel()
	var nobody Caller
	if nobody.Has(Roles()...) || nobody.Has() || nobody.In("") || nobody.Clearance != person.Unrestricted || nobody.BreakGlass != person.Unrestricted {
		t.Error("nobody may something")
	}
	if c := (Key{ID: "x", Roles: []Role{Reader}, Clearance: person.Restricted}).Caller(); c.Subject != "api-key x" || c.BreakGlass != c.Clearance || !c.Has(Writer, Reader) || c.Has(Writer) {
		t.Errorf("a key's caller is %+v", c)
	}
}

package identity

import (
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/person"
)

func is(err, want error) bool {
	return want == nil && err == nil || want != nil && errors.Is(err, want)
}

func TestATokenOfEachAlgorithmIsAccepted(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.keys["rsa"], p.keys["ecdsa"] = newRSA(t, 2048), newECDSA(t, elliptic.P256())
	v := verifier(t, new(clock), nil, p)
	for id, key := range p.keys {
		c := expect(t, v, id, "Bearer "+p.token(id, key, p.claims(nil)), nil)
		if c.Subject != "a ada" {
			t.Errorf("%s: the caller is %q", id, c.Subject)
		}
	}
	expect(t, v, "a scheme in another case", "bearer "+p.token("rsa", p.keys["rsa"], p.claims(nil)), nil)
}

func TestATokenThatIsNotForUsIsRefused(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	v := verifier(t, new(clock), nil, p)
	ago := func(d time.Duration) int64 { return time.Now().Add(-d).Unix() }
	tests := []struct {
		name    string
		changes jwt.MapClaims
		want    error
	}{
		{"as it should be", nil, nil},
		{"for several, us among them", jwt.MapClaims{"aud": []string{"other", "persons"}}, nil},
		{"for another", jwt.MapClaims{"aud": "other"}, access.ErrRefused},
		{"for nobody", jwt.MapClaims{"aud": nil}, access.ErrRefused},
		{"for an empty list", jwt.MapClaims{"aud": []string{}}, access.ErrRefused},
		{"for a number", jwt.MapClaims{"aud": 1}, access.ErrRefused},
		{"of another issuer", jwt.MapClaims{"iss": "https://other.example.org"}, access.ErrRefused},
		{"of an issuer nearly ours", jwt.MapClaims{"iss": p.url + "/"}, access.ErrRefused},
		{"of no issuer", jwt.MapClaims{"iss": nil}, access.ErrRefused},
		{"of a list of issuers", jwt.MapClaims{"iss": []string{p.url}}, access.ErrRefused},
		{"expired within the skew", jwt.MapClaims{"exp": ago(55 * time.Second)}, nil},
		{"expired", jwt.MapClaims{"exp": ago(65 * time.Second)}, access.ErrRefused},
		{"without an end", jwt.MapClaims{"exp": nil}, access.ErrRefused},
		{"with an end that is no time", jwt.MapClaims{"exp": "tomorrow"}, access.ErrRefused},
		{"not yet valid, within the skew", jwt.MapClaims{"nbf": ago(-55 * time.Second)}, nil},
		{"not yet valid", jwt.MapClaims{"nbf": ago(-65 * time.Second)}, access.ErrRefused},
		{"without a beginning", jwt.MapClaims{"nbf": nil}, nil},
		{"of nobody", jwt.MapClaims{"sub": nil}, access.ErrRefused},
		{"of an empty name", jwt.MapClaims{"sub": ""}, access.ErrRefused},
		{"of a name that would break a log", jwt.MapClaims{"sub": "ada\nroot"}, access.ErrRefused},
		{"of a name that is long", jwt.MapClaims{"sub": strings.Repeat("a", 201)}, access.ErrRefused},
		{"of a number", jwt.MapClaims{"sub": 1}, access.ErrRefused},
	}
	for _, test := range tests {
		expect(t, v, test.name, p.bearer(test.changes), test.want)
	}
}

// Ensures that nothing but a key of the issuer's makes a token good, whatever the
// token says of how it was signed.
func TestForgeriesAreRefused(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	key := newRSA(t, 2048)
	p.keys["rsa"] = key
	v := verifier(t, new(clock), nil, p)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	sign := func(method jwt.SigningMethod, with any, header map[string]any) string {
		t.Helper()
		token := jwt.NewWithClaims(method, p.claims(nil))
		token.Header["kid"] = "rsa"
		for name, value := range header {
			token.Header[name] = value
		}
		text, err := token.SignedString(with)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	good := sign(jwt.SigningMethodRS256, key, nil)
	expect(t, v, "the good one", "Bearer "+good, nil)
	parts := strings.Split(good, ".")
	forged := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"` + p.url + `","aud":"persons","sub":"root","groups":["stewards"],"exp":9999999999}`))
	for name, token := range map[string]string{
		"alg none":                              sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"HS256 with the public key as secret":   sign(jwt.SigningMethodHS256, public, nil),
		"HS256 with the modulus as secret":      sign(jwt.SigningMethodHS256, key.Public().(*rsa.PublicKey).N.Bytes(), nil),
		"RS384":                                 sign(jwt.SigningMethodRS384, key, nil),
		"PS256":                                 sign(jwt.SigningMethodPS256, key, nil),
		"an algorithm that there is not":        sign(jwt.SigningMethodRS256, key, map[string]any{"alg": "RS255"}),
		"an algorithm of the wrong key":         sign(jwt.SigningMethodRS256, key, map[string]any{"kid": "first"}),
		"another's key":                         sign(jwt.SigningMethodRS256, newRSA(t, 2048), nil),
		"a key that it brings along":            sign(jwt.SigningMethodRS256, newRSA(t, 2048), map[string]any{"kid": "mine", "jwk": marshalled(t, "mine", key.Public()), "jku": p.url + "/jwks"}),
		"a header that must be understood":      sign(jwt.SigningMethodRS256, key, map[string]any{"crit": []string{"b64"}, "b64": false}),
		"a key id that is no text":              sign(jwt.SigningMethodRS256, key, map[string]any{"kid": 1}),
		"claims changed after signing":          parts[0] + "." + forged + "." + parts[2],
		"no signature":                          parts[0] + "." + parts[1] + ".",
		"half a signature":                      good[:len(good)-100],
		"two parts":                             parts[0] + "." + parts[1],
		"four parts":                            good + "." + parts[2],
		"a token within a token, encrypted (5)": good + ".." + parts[2],
		"what is no base64":                     "*." + parts[1] + "." + parts[2],
		"what is no JSON":                       "e30." + parts[0][:5] + "." + parts[2],
		"claims that are a list":                parts[0] + ".W10." + parts[2],
		"nothing":                               "",
		"a blank before it":                     " " + good,
		"two tokens":                            good + ", Bearer " + good,
		"a huge token":                          good + strings.Repeat("A", maxCredential),
	} {
		expect(t, v, name, "Bearer "+token, access.ErrRefused)
	}
	for name, header := range map[string]string{
		"another scheme": "Digest " + good, "no scheme": good, "Basic without a key": "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+good)),
		"Basic that is none": "Basic *", "a blank": " ",
	} {
		expect(t, v, name, header, access.ErrRefused)
	}
	expect(t, v, "no header", "", access.ErrNobody)
	expect(t, v, "a token without a key id", "Bearer "+withoutKeyID(t, p), nil)
}

func withoutKeyID(t *testing.T, p *provider) string {
	t.Helper()
	text, err := jwt.NewWithClaims(jwt.SigningMethodRS256, p.claims(nil)).SignedString(p.keys["rsa"])
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Ensures that no issuer can vouch for another's callers.
func TestIssuersAreKeptApart(t *testing.T) {
	t.Parallel()
	a, b := newProvider(t), newProvider(t)
	v := verifier(t, new(clock), nil, a, b)
	if c := expect(t, v, "the first", a.bearer(nil), nil); c.Subject != "a ada" {
		t.Errorf("the caller is %q", c.Subject)
	}
	if c := expect(t, v, "the second", b.bearer(nil), nil); c.Subject != "b ada" {
		t.Errorf("the caller is %q", c.Subject)
	}
	expect(t, v, "a token of b signed by a", a.bearer(jwt.MapClaims{"iss": b.url}), access.ErrRefused)
	asked := a.asked.Load()
	expect(t, v, "a token of b with another key id", "Bearer "+b.token("other", newEd25519(t), b.claims(nil)), access.ErrRefused)
	if a.asked.Load() != asked {
		t.Error("a was asked for a key of b's")
	}
}

func TestACallerMayWhatTheirGroupsMay(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	settings := p.settings("a")
	of := func(claims jwt.MapClaims) access.Caller {
		t.Helper()
		c, err := settings.orDefault().callerOf(p.claims(claims))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	both := access.Caller{
		Subject: "a ada", Roles: []access.Role{access.Reader, access.Writer, access.Steward}, Areas: []access.Area{"housing", "care"},
		Clearance: person.Restricted, BreakGlass: person.Restricted,
	}
	if diff := cmp.Diff(both, of(jwt.MapClaims{"groups": []any{"officers", "strangers", 1, "stewards"}})); diff != "" {
		t.Errorf("in two groups (-want +got)\n%s", diff)
	}
	if c := of(jwt.MapClaims{"groups": "refuge"}); len(c.Roles) > 0 || c.Clearance != person.Unrestricted || c.BreakGlass != person.VeryRestricted {
		t.Errorf("in the group without a role: %+v", c)
	}
	for _, groups := range []any{nil, "", "Officers", []any{"officers "}, map[string]any{"officers": true}, true} {
		if c := of(jwt.MapClaims{"groups": groups}); len(c.Roles) > 0 {
			t.Errorf("groups %v give %v", groups, c.Roles)
		}
	}
}

func TestClaimsAreFoundByTheirPath(t *testing.T) {
	t.Parallel()
	claims := map[string]any{
		"groups": []any{"a"}, "realm_access": map[string]any{"roles": []any{"b"}}, "https://example.org/groups": []any{"c"},
		"resource_access": map[string]any{"persons.example.org": map[string]any{"roles": []any{"d"}}}, "x.y": map[string]any{"z": "e"}, "x": "f",
	}
	for path, want := range map[string][]string{
		"groups": {"a"}, "realm_access.roles": {"b"}, "https://example.org/groups": {"c"}, "resource_access.persons.example.org.roles": {"d"},
		"x.y.z": {"e"}, "realm_access": nil, "realm_access.none": nil, "groups.a": nil, "": nil, ".": nil, "x.y.": nil,
	} {
		if diff := cmp.Diff(want, texts(find(claims, path))); diff != "" {
			t.Errorf("%q (-want +got)\n%s", path, diff)
		}
	}
}

func TestAnOfficerIsKnownAsTheIssuerSays(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	claims := jwt.MapClaims{"given_name": "Ada", "family_name": "Exampel", "address": map[string]any{"postal_code": "E8 1EA"}, "oid": "42"}
	settings := p.settings("a")
	settings.SubjectClaim = "oid"
	c, err := settings.orDefault().callerOf(p.claims(claims))
	if err != nil || c.Subject != "a 42" || c.Forename != "Ada" || c.Surname != "Exampel" || c.Postcode != "E8 1EA" {
		t.Errorf("%+v, %v", c, err)
	}
	settings.ForenameClaim, settings.SurnameClaim, settings.PostcodeClaim = "none", "address", "none"
	c, err = settings.callerOf(p.claims(claims))
	if err != nil || c.Forename+c.Surname+c.Postcode != "" {
		t.Errorf("of claims that are no text: %+v, %v", c, err)
	}
}

func TestWhatNobodyCanMeanIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Config){
		"areas[1]":                    func(c *Config) { c.Areas = append(c.Areas[:1:1], "Housing\n") },
		"issuers[0].name":             func(c *Config) { c.Issuers[0].Name = "A b" },
		"issuers[0]: the name":        func(c *Config) { c.Issuers[0].Name = access.KeyIssuer },
		"issuers[1]: the name":        func(c *Config) { c.Issuers[1].Name = c.Issuers[0].Name },
		"issuers[1]: the name and":    func(c *Config) { c.Issuers[1].URL = c.Issuers[0].URL },
		"issuers[0].url":              func(c *Config) { c.Issuers[0].URL = "http://login.example.org" },
		"issuers[1].url":              func(c *Config) { c.Issuers[1].URL = "" },
		"issuers[0].audience":         func(c *Config) { c.Issuers[0].Audience = nil },
		"issuers[0].groups must":      func(c *Config) { c.Issuers[0].Groups = nil },
		"issuers[0].groups[1].group":  func(c *Config) { c.Issuers[0].Groups[1].Group = "" },
		`groups[0].roles: "chief"`:    func(c *Config) { c.Issuers[0].Groups[0].Roles[0] = "chief" },
		`groups[1].areas: "parking"`:  func(c *Config) { c.Issuers[0].Groups[1].Areas[0] = "parking" },
		`issuers[1].groups[0].areas:`: func(c *Config) { c.Issuers[1].Groups[0].Areas[0] = "" },
	} {
		a, b := newProvider(t), newProvider(t)
		config := Config{Areas: []access.Area{"housing", "care"}, Issuers: []Issuer{a.settings("a"), b.settings("b")}}
		if err := config.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&config)
		if err := config.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want one that says %s", err, want)
		}
	}
	for address, ok := range map[string]bool{
		"https://login.example.org/realm": true, "http://127.0.0.1:8090": true, "http://localhost:1": true, "http://[::1]:1": true,
		"http://login.example.org": false, "http://127.0.0.1.example.org": false, "ftp://127.0.0.1": false, "https://a:b@example.org": false, "example.org": false,
	} {
		if trustworthy(address) != ok {
			t.Errorf("%s is trusted: %t", address, !ok)
		}
	}
}

package configs

import (
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/identity"
	"personindex/person"
)

const councilIssuers = `
- name: council
  url: https://login.example.org/realms/council
  audience: [persons, persons-test]
  groupsClaim: realm_access.roles
  groups:
    - group: Contact Centre
      roles: [reader, writer]
      areas: [housing]
    - {group: Refuge, roles: [reader], clearance: restricted, breakGlass: very-restricted}
- {name: other, url: "https://other.example.org", audience: persons, groups: [{group: All, roles: reader}]}
`

// Ensures that issuers may stand in the file, as text in the environment, or in a
// file of their own, and mean the same.
func TestIssuersComeAsAListOrAsText(t *testing.T) {
	t.Parallel()
	want := []identity.Issuer{
		{
			Name: "council", URL: "https://login.example.org/realms/council", Audience: []string{"persons", "persons-test"}, GroupsClaim: "realm_access.roles",
			Groups: []identity.Group{
				{Group: "Contact Centre", Roles: []access.Role{access.Reader, access.Writer}, Areas: []access.Area{"housing"}},
				{Group: "Refuge", Roles: []access.Role{access.Reader}, Clearance: person.Restricted, BreakGlass: person.VeryRestricted},
			},
		},
		{
			Name: "other", URL: "https://other.example.org", Audience: []string{"persons"},
			Groups: []identity.Group{{Group: "All", Roles: []access.Role{access.Reader}}},
		},
	}
	dir := t.TempDir()
	alone, whole := filepath.Join(dir, "issuers.yaml"), filepath.Join(dir, "persons.yaml")
	write(t, alone, councilIssuers)
	write(t, whole, "access:\n  areas: [housing, social care]\n  issuers: "+indented(councilIssuers))
	areas := "PERSONS_ACCESS_AREAS=housing,social care"
	for name, source := range map[string]struct {
		file    string
		environ []string
	}{
		"the file": {whole, nil}, "the environment": {"", []string{areas, "PERSONS_ACCESS_ISSUERS=" + councilIssuers}},
		"a file of their own": {"", []string{areas, "PERSONS_ACCESS_ISSUERS_FILE=" + alone}},
	} {
		c, err := Load(source.file, source.environ, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(identity.Config{Areas: []access.Area{"housing", "social care"}, Issuers: want}, c.IdentityConfig()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if c, err := Load("", []string{"PERSONS_ACCESS_ISSUERS="}, nil); err != nil || len(c.Access.Issuers) != 0 {
		t.Errorf("an empty text: %v, %v", c.Access.Issuers, err)
	}
}

// Ensures that the issuer that the documentation shows would be believed.
func TestTheDocumentedIssuerIsOne(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var shown int
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile("(?s)```yaml\n(- name: .*?)```").FindAllStringSubmatch(string(text), -1) {
			shown++
			c, err := Load("", []string{"PERSONS_ACCESS_AREAS=housing,social-care", "PERSONS_ACCESS_ISSUERS=" + block[1]}, nil)
			if err != nil || len(c.Access.Issuers) != 1 {
				t.Errorf("%s: %v, %v", page, c.Access.Issuers, err)
			}
		}
	}
	if shown == 0 {
		t.Error("no issuer is shown")
	}
}

func indented(text string) string {
	var out string
	for _, r := range text {
		if out += string(r); r == '\n' {
			out += "    "
		}
	}
	return out
}

// Ensures that tokens and people do not cross a network in the clear unless somebody
// said so.
func TestListeningBeyondLoopbackIsDeliberate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		environ []string
		ok      bool
	}{
		{[]string{"PERSONS_LISTEN=127.0.0.1:8080"}, true},
		{[]string{"PERSONS_LISTEN=:8080"}, false},
		{[]string{"PERSONS_LISTEN=0.0.0.0:8080", "PERSONS_LISTEN_BEYOND_LOOPBACK=false"}, false},
		{[]string{"PERSONS_LISTEN=:8080", "PERSONS_LISTEN_BEYOND_LOOPBACK=true"}, true},
		{[]string{"PERSONS_LISTEN=:8080", "PERSONS_TLS_CERT_FILE=x", "PERSONS_TLS_KEY_FILE=y"}, true},
		{[]string{"PERSONS_LISTEN=8080", "PERSONS_LISTEN_BEYOND_LOOPBACK=true"}, false},
		{[]string{"PERSONS_ADMIN_LISTEN=:8081", "PERSONS_LISTEN_BEYOND_LOOPBACK=true"}, false},
		{[]string{"PERSONS_ADMIN_LISTEN=:8081", "PERSONS_TLS_CERT_FILE=x", "PERSONS_TLS_KEY_FILE=y"}, false},
	} {
		if _, err := Load("", c.environ, nil); (err == nil) != c.ok {
			t.Errorf("%v: %v", c.environ, err)
		}
	}
}

func TestProxiesAreAddressesOrNetworks(t *testing.T) {
	t.Parallel()
	c, err := Load("", []string{"PERSONS_TRUSTED_PROXIES=10.1.2.3/8,192.0.2.1,fd00::1", "PERSONS_LIMITS_PER_SECOND=0.5", "PERSONS_LIMITS_BURST=7", "PERSONS_LIMITS_FAILURES=9"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	config := c.APIConfig()
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("fd00::1/128")}
	if diff := cmp.Diff(want, config.TrustedProxies, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if config.Limits.PerSecond != 0.5 || config.Limits.Burst != 7 || config.Limits.Failures != 9 {
		t.Errorf("limits are %+v", config.Limits)
	}
	if err := config.Validate(); err != nil {
		t.Error(err)
	}
}

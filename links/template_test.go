package links

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestATemplateIsFilledIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ template, id, reference, want string }{
		{"https://a.example/r/{id}", "ada-1", "", "https://a.example/r/ada-1"},
		{"https://a.example/r/{reference}/t", "ada-1", "T 0/12", "https://a.example/r/T%200%2F12/t"},
		{"https://a.example/r?of={reference}&by={id}", "a=b~c", "x&y=z+%", "https://a.example/r?of=x%26y%3Dz%2B%25&by=a%3Db~c"},
		{"https://a.example/#/r/{reference}", "", "Zoë", "https://a.example/#/r/Zo%C3%AB"},
		{"https://a.example/{id}{reference}", "a", "../b", "https://a.example/a..%2Fb"},
		{"http://127.0.0.1:8080/{id}", "a", "", "http://127.0.0.1:8080/a"},
		{"http://[::1]:8080/{id}", "a", "", "http://[::1]:8080/a"},
	} {
		template, err := ParseTemplate(test.template)
		if err != nil {
			t.Errorf("%s: %v", test.template, err)
			continue
		}
		if got, ok := template.expand(test.id, test.reference); !ok || got != test.want {
			t.Errorf("%s is filled in as %s, %t and should be %s", test.template, got, ok, test.want)
		}
	}
}

// Ensures that nobody who may write a cross-reference decides where the link leads:
// read by a browser it has the host and the path of the template, and the reference
// whole, in one place.
func TestAReferenceStaysInItsPlace(t *testing.T) {
	t.Parallel()
	template, err := ParseTemplate("https://a.example/r/{reference}/t?x={reference}#{reference}")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		reference := rapid.OneOf(
			rapid.StringMatching(`[./\\?#%@:&=+ ;'"<>a]{1,8}`), rapid.StringN(1, 20, -1),
		).Draw(t, "reference")
		href, ok := template.expand("", reference)
		if dots := strings.Trim(reference, ".") == ""; ok == dots {
			t.Fatalf("a link to %q is made: %t", reference, ok)
		}
		if !ok {
			return
		}
		u, err := url.Parse(href)
		if err != nil {
			t.Fatal(err)
		}
		base := &url.URL{Scheme: "https", Host: "a.example"}
		resolved := base.ResolveReference(u) // takes steps up, as browsers do
		if u.Host != "a.example" || resolved.Path != "/r/"+reference+"/t" || u.Query().Get("x") != reference || u.Fragment != reference {
			t.Errorf("%s leads elsewhere", href)
		}
	})
}

func TestATemplateThatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"":                              "begin with https://",
		"{id}":                          "begin with https://",
		"/r/{id}":                       "behind the host",
		"ftp://a.example/{id}":          "begin with https://",
		"javascript:alert({id})":        "behind the host",
		"http://a.example/{id}":         "begin with https://",
		"http://127.0.0.1.example/{id}": "begin with https://",
		"https://{reference}/r":         "behind the host",
		"https://a.example{reference}":  "behind the host",
		"https://a.example?r={id}":      "behind the host",
		"https://ada:pw@a.example/{id}": "user name",
		"https:///{id}":                 "a host",
		"https://a.example/r":           "neither",
		"https://a.example/{nino}":      "{nino}",
		"https://a.example/{+id}":       "{+id}",
		"https://a.example/{}":          "{}",
		"https://a.example/{id":         "not closed",
		"https://a.example/id}":         "percent-encoded",
		"https://a.example/a b/{id}":    "percent-encoded",
		"https://a.example/zoë/{id}":    "percent-encoded",
		"https://a.example/%zz/{id}":    "a URL",
	} {
		if _, err := ParseTemplate(template); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v and should speak of %q", template, err, want)
		}
	}
}

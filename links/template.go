package links

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Template is a URL with {id} or {reference} in it, or both: a URI template of
// level 1 (RFC 6570). What is filled in is percent-encoded but for letters,
// digits and -._~, so that a reference cannot lead anywhere else on a service than
// the template says.
type Template struct{ parts []part }

// part is literal text, or what a variable stands for.
type part struct {
	text     string
	variable bool
}

// ParseTemplate reads a template. The error says what is wrong with it.
func ParseTemplate(text string) (Template, error) {
	var t Template
	for rest := text; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		if err := t.addLiteral(literal); err != nil {
			return Template{}, err
		}
		if !found {
			break
		}
		name, more, closed := strings.Cut(after, "}")
		if !closed {
			return Template{}, errors.New("has a { that is not closed")
		}
		if name != "id" && name != "reference" {
			return Template{}, fmt.Errorf("has the placeholder {%s}: only {id} and {reference} can be filled in", name)
		}
		t.parts = append(t.parts, part{name, true})
		rest = more
	}
	return t, t.check()
}

// addLiteral refuses what RFC 3986 does not allow in a URL.
func (t *Template) addLiteral(text string) error {
	for i := range len(text) {
		if c := text[i]; !unreserved(c) && !strings.ContainsRune(":/?#[]@!$&'()*+,;=%", rune(c)) {
			return fmt.Errorf("has a character at %q that must be percent-encoded", text[:i+1])
		}
	}
	if text != "" {
		t.parts = append(t.parts, part{text, false})
	}
	return nil
}

// check holds the whole to what a link must be. A variable in the name of the
// host would let whoever writes a reference choose where people are sent.
func (t Template) check() error {
	if len(t.parts) == 0 || t.parts[0].variable {
		return errors.New("must begin with https:// and a host")
	}
	_, afterScheme, _ := strings.Cut(t.parts[0].text, "://")
	if len(t.parts) > 1 && !strings.Contains(afterScheme, "/") {
		return errors.New("may have placeholders only behind the host and a /")
	}
	example, _ := t.expand("id", "reference")
	if err := checkURL(example); err != nil {
		return err
	}
	if !t.uses("id") && !t.uses("reference") {
		return errors.New("has neither {id} nor {reference}, so it would lead from everybody to one place")
	}
	return nil
}

// uses reports whether the template has the variable.
func (t Template) uses(variable string) bool {
	for _, p := range t.parts {
		if p.variable && p.text == variable {
			return true
		}
	}
	return false
}

// expand fills the template in. It fails for a value of nothing but dots: in a
// path that is a step up, even encoded, and no link can be made of it.
func (t Template) expand(id, reference string) (string, bool) {
	var b strings.Builder
	for _, p := range t.parts {
		value := id
		switch {
		case !p.variable:
			b.WriteString(p.text)
			continue
		case p.text == "reference":
			value = reference
		}
		if strings.Trim(value, ".") == "" {
			return "", false
		}
		encode(&b, value)
	}
	return b.String(), true
}

func encode(b *strings.Builder, value string) {
	const digits = "0123456789ABCDEF"
	for i := range len(value) {
		if c := value[i]; unreserved(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
}

// unreserved are the characters that mean themselves in any part of a URL.
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// checkURL says why people, or checks, should not be sent to a URL.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "":
		return errors.New("must be a URL that begins with https:// and a host")
	case u.User != nil:
		return errors.New("must not hold a user name or password")
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return errors.New("must begin with https://, or http:// on this machine's loopback")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

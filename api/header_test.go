package api

import (
	"errors"
	"strings"
	"testing"

	"personindex/person"
)

// wantHeader fails the test unless err blames a header without repeating it.
func wantHeader(t *testing.T, err error, allowed ...kind) {
	t.Helper()
	var p *problem
	if !errors.As(err, &p) {
		t.Fatalf("it fails with %v", err)
	}
	for _, k := range allowed {
		if p.kind == k {
			return
		}
	}
	t.Fatalf("it is called %s", p.kind)
}

// FuzzIfMatch holds the reading of If-Match to this: what is not refused names the
// versions that stand in it, and no others.
func FuzzIfMatch(f *testing.F) {
	for _, seed := range []string{"", "*", `"3"`, `W/"3"`, `"1", W/"2" ,"3"`, `"3`, `"a,b"`, "\"\xff\"", `""`, "*, *", "\x00"} {
		f.Add(seed, int64(3))
	}
	f.Fuzz(func(t *testing.T, text string, version int64) {
		p, err := ifMatch(text)
		if err != nil {
			wantHeader(t, err, header, preconditionRequired)
			return
		}
		if p.holds(version) && !p.any && !strings.Contains(text, etag(version)) {
			t.Fatalf("%q holds for version %d", text, version)
		}
		if strings.TrimSpace(text) == etag(version) && !p.holds(version) {
			t.Fatalf("%q does not hold for version %d", text, version)
		}
	})
}

// FuzzIDList holds the reading of Acknowledge-Duplicates to this: what is not
// refused are ids, as they stand there.
func FuzzIDList(f *testing.F) {
	for _, seed := range []string{"", "a", "a, b", ",", "a,,b", "a b", "\xff", "00772912-b516-40d8-9070-ae1b395aa384", strings.Repeat("a,", 60) + "a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ids, err := idList(text)
		if err != nil {
			wantHeader(t, err, header)
			return
		}
		parts := strings.Split(text, ",")
		if text == "" {
			parts = nil
		}
		if len(ids) != len(parts) || len(ids) > person.MaxItems {
			t.Fatalf("%q gives %d ids", text, len(ids))
		}
		for i, id := range ids {
			if string(id) != strings.TrimSpace(parts[i]) {
				t.Fatalf("id %d of %q is %q", i, text, id)
			}
		}
	})
}

// FuzzRequestID holds the id of a request to this: it is short, and may stand in a
// log and a header, whatever the caller sent.
func FuzzRequestID(f *testing.F) {
	for _, seed := range []string{"", "abc-123", "a b", "a\nb", "\xff", strings.Repeat("a", 1000), "${jndi:x}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id := requestID([]string{text})
		outside := func(r rune) bool { return r <= ' ' || r > '~' }
		if id == "" || len(id) > 128 || strings.ContainsFunc(id, outside) {
			t.Fatalf("%q becomes %q", text, id)
		}
	})
}

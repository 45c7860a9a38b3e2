package api

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
)

func TestNearestNamesWhatWasMeant(t *testing.T) {
	t.Parallel()
	fields := fieldsOf(reflect.TypeFor[person.Person]())
	for name, want := range map[string]string{
		"forename": "forename", "forname": "forename", "FORENAME": "forename", "firstname": "forename", "surName": "surname",
		"dateOfBith": "dateOfBirth", "adresses": "addresses", "x": "", "": "", "versions": "", "id": "",
		strings.Repeat("forename", 10): "",
	} {
		if got := nearest(name, fields); got != want {
			t.Errorf("nearest to %q is %q and should be %q", name, got, want)
		}
	}
}

func TestAMemberGivenTwiceIsNamedByItsPlace(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		`{"a":1,"a":2}`:                       "a is given twice",
		`{"a":{"b":[0,{"c":1,"d":2,"c":3}]}}`: "a.b[1].c is given twice",
		`[[{"a":1,"a":1}]]`:                   "[0][0].a is given twice",
		`{"\u0000":{"a":1,"a":1}}`:            "(unprintable).a is given twice",
	} {
		if _, err := parse([]byte(document)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", document, err)
		}
	}
}

func TestOnlyHalfPairsOfSurrogatesAreRefused(t *testing.T) {
	t.Parallel()
	for document, refused := range map[string]bool{
		`"\ud83d\ude00"`: false, `"\uD83D\uDE00x"`: false, `"\\ud83d"`: false, `"\\\\ud83d"`: false, `"\u00e9\n\u0041"`: false,
		`"\ud83d"`: true, `"\ude00"`: true, `"\ud83dx\ude00"`: true, `"\ud83d\ud83d"`: true, `"\ud83d\n"`: true, `"\\\ud83d"`: true, `{"\udc00":1}`: true,
	} {
		if _, err := parse([]byte(document)); (err != nil) != refused {
			t.Errorf("%s: refused should be %t: %v", document, refused, err)
		}
	}
}

// Ensures that the decoder meets no kind of field that it panics for.
func TestTheDecoderReadsEveryFieldThereIs(t *testing.T) {
	t.Parallel()
	for _, request := range []reflect.Type{reflect.TypeFor[person.Person](), reflect.TypeFor[lookup](), reflect.TypeFor[historyPage]()} {
		readable(t, request)
	}
}

func readable(t *testing.T, kind reflect.Type) {
	t.Helper()
	if reflect.PointerTo(kind).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return
	}
	switch kind.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
	case reflect.Slice:
		readable(t, kind.Elem())
	case reflect.Struct:
		for _, f := range fieldsOf(kind) {
			if f.Tag.Get("readOnly") == "" {
				readable(t, f.Type)
			}
		}
	default:
		t.Errorf("%s cannot be read", kind)
	}
}

// FuzzDecode holds the strict decoder to three promises whatever it is sent: it
// never panics, it repeats no long text, and what it accepts it reads as
// encoding/json does.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(fullExample))
	for _, h := range hostile() {
		if len(h.body) < 10_000 {
			f.Add([]byte(h.body))
		}
	}
	f.Add([]byte(`{"addresses":[{"type":"current","from":"1/2/1999","to":null}],"relations":[{"personId":"a","type":"b"}]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		parsed, err := parse(document)
		if err != nil {
			return
		}
		var got person.Person
		wrong := (&decoder{}).decode(parsed, &got)
		if len(wrong) > maxErrors {
			t.Fatalf("%d errors", len(wrong))
		}
		for _, e := range wrong {
			if len(e.Message) > 200 || !utf8.ValidString(e.Field) {
				t.Fatalf("%q: %q", e.Field, e.Message)
			}
		}
		if len(wrong) > 0 {
			return
		}
		var want person.Person
		if err := json.Unmarshal(withoutReadOnly(t, document), &want); err != nil {
			t.Fatalf("encoding/json refuses what was accepted: %v", err)
		}
		if diff := cmp.Diff(mustMarshal(want.WithLists()), mustMarshal(got.WithLists())); diff != "" {
			t.Fatalf("encoding/json (-) and here (+):\n%s", diff)
		}
	})
}

// withoutReadOnly drops what encoding/json would read and the decoder ignores.
func withoutReadOnly(t *testing.T, document []byte) []byte {
	var members map[string]any
	if err := json.Unmarshal(document, &members); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"id", "version", "createdAt", "updatedAt", "links", "unavailable", "provenance"} {
		delete(members, name)
	}
	identifiers, _ := members["identification"].([]any)
	for _, i := range identifiers {
		delete(i.(map[string]any), "valid")
	}
	return mustMarshal(members)
}

// FuzzQuery holds the reading of query strings to the same.
func FuzzQuery(f *testing.F) {
	f.Add("firstName=Ada&lastName=Exampel&dateOfBirth=11/10/1989")
	f.Add("lastName=%ff&=&&a;b&%zz&limit=-1&limit=2&q")
	f.Fuzz(func(t *testing.T, raw string) {
		var asked lookup
		err := queryString{raw}.decode(&asked)
		if err == nil {
			return
		}
		if p := classify(err); p.kind != parameter || len(mustMarshal(p)) > 64<<10 {
			t.Fatalf("%s: %s", p.kind, mustMarshal(p))
		}
	})
}

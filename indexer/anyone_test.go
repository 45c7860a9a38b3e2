package indexer

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"personindex/match"
	"personindex/person"
)

// text draws what somebody may have typed, up to a length: any script, and also
// the longest there may be of anything.
func text(limit int) *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringOfN(rapid.RuneFrom(nil, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs, unicode.Cf), 0, limit, -1),
		rapid.StringMatching(`[A-Za-z '-]{0,20}`),
		rapid.Map(rapid.SampledFrom([]string{"a", "7", "é", "ẞ", "٣", "山", "👩‍👩‍👧", " x", "\u202e", "ﷺ"}), func(unit string) string {
			return strings.Repeat(unit, limit/len([]rune(unit)))
		}),
	)
}

var anyone = rapid.Custom(func(t *rapid.T) person.Person {
	short, line := text(person.MaxText), text(person.MaxLine)
	return person.Person{
		Forename:          short.Draw(t, "forename"),
		PreferredForename: short.Draw(t, "preferred forename"),
		MiddleName:        short.Draw(t, "middle name"),
		Surname:           short.Draw(t, "surname"),
		Gender:            short.Draw(t, "gender"),
		PreviousNames: rapid.SliceOfN(rapid.Map(short, func(s string) person.PreviousName {
			return person.PreviousName{Surname: s}
		}), 0, 3).Draw(t, "previous names"),
		DateOfBirth: rapid.SampledFrom([]person.Date{
			{}, {Year: 1000}, {Year: 1989, Month: 2}, {Year: 2000, Month: 2, Day: 29},
		}).Draw(t, "date of birth"),
		Identification: rapid.SliceOfN(rapid.Map(short, func(s string) person.Identifier {
			return person.Identifier{Type: "NI", Value: s}
		}), 0, 3).Draw(t, "identification"),
		Communication: rapid.SliceOfN(rapid.Map(rapid.OneOf(line, rapid.StringMatching(`[a-z]{1,250}@[a-z]{1,40}\.example`)), func(s string) person.Contact {
			return person.Contact{Channel: "email", Value: s}
		}), 0, 3).Draw(t, "communication"),
		Addresses: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) person.Address {
			return person.Address{
				Line1:    line.Draw(t, "line 1"),
				Town:     line.Draw(t, "town"),
				Postcode: short.Draw(t, "postcode"),
				UPRN:     rapid.StringMatching(`[0-9]{0,12}`).Draw(t, "uprn"),
			}
		}), 0, 3).Draw(t, "addresses"),
	}
})

// Whoever may be kept must also be found: the index takes everybody whom the
// register takes, whatever their names look like.
func TestTheIndexTakesAnyValidPerson(t *testing.T) {
	t.Parallel()
	e, alias := newServing(t)
	now := time.Now()
	rapid.Check(t, func(rt *rapid.T) {
		var entries []match.Entry
		for n, id := range ids(10) {
			p := anyone.Draw(rt, string(id))
			if p.Validate(person.Rules{}, now) != nil {
				continue
			}
			entries = append(entries, match.Entry{
				Revision: person.Revision{ID: id, Version: int64(n) + 1},
				Record:   match.Standardise(p),
			})
		}
		outcomes, err := e.bulk(t.Context(), alias, 1<<20, entries)
		if err != nil {
			rt.Fatal(err)
		}
		for n, o := range outcomes {
			if o.verdict != indexed {
				rt.Errorf("%s: got %v, want it indexed", entries[n].ID, o)
			}
		}
	})
}

package generate

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSlipsOfAnything holds every mistake against any text: none panics, each
// that says it was made has changed the question or is about what the file
// holds, and a date stays a date.
func TestSlipsOfAnything(t *testing.T) {
	t.Parallel()
	lists := readNames()
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "O'Brien", "de la Cruz", "Łukasz", "Mary-Ann", "X Æ", "Flat 2, Linnet House", "12 Silkdown Way", "N1 6AA", "QQ123456C"}))
	rapid.Check(t, func(t *rapid.T) {
		p := &person{forename: text.Draw(t, "forename"), middle: text.Draw(t, "middle"), surname: text.Draw(t, "surname"), born: date{2000, 2, 29}}
		p.family = name{p.surname, text.Draw(t, "other form")}
		k := rapid.SampledFrom(kinds()).Draw(t, "kind")
		before := asked{
			first: p.forename, last: p.surname, born: rapid.SampledFrom([]string{"", "2000-02-29", "1980-01-12", "1999"}).Draw(t, "born"),
			line1: text.Draw(t, "line1"), line2: text.Draw(t, "line2"), postcode: text.Draw(t, "postcode"), ni: rapid.SampledFrom([]string{"", "QQ123456C"}).Draw(t, "ni"),
		}
		told := &telling{asked: before, p: p, names: lists, s: newStream(rapid.Uint64().Draw(t, "seed"), forQuestions, 0)}
		for _, s := range k.slips {
			made := s(told)
			if unchanged := told.asked == before; made && unchanged && k.name != "ni_only" && k.name != "household_member_in_index" && k.name != "address_moved" {
				t.Errorf("%s left %+v as it was", k.name, before)
			}
		}
		if _, ok := parseDate(told.born); len(told.born) == 10 && !ok {
			t.Errorf("%s made the date %s", k.name, told.born)
		}
	})
}

func TestSlipsKeepTheFirstLetter(t *testing.T) {
	t.Parallel()
	s := newStream(1, forQuestions, 0)
	for _, change := range []func(*stream, string) string{dropLetter, addLetter, swapLetters, strikeNeighbour, mishear, misread} {
		for range 200 {
			if got := change(s, "Ọlátúnjí"); !strings.HasPrefix(got, "Ọ") {
				t.Errorf("Ọlátúnjí became %s", got)
			}
		}
	}
}

func TestNeighboursOnTheKeyboardAreMutual(t *testing.T) {
	t.Parallel()
	for a := 'a'; a <= 'z'; a++ {
		for _, b := range neighbours(a) {
			if a != b && !strings.ContainsRune(neighbours(b), a) {
				t.Errorf("%c is next to %c but not the other way round", b, a)
			}
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"smith", "smith", 0}, {"smith", "smyth", 1}, {"smith", "smiht", 1}, {"smith", "mith", 1},
		{"smith", "smithe", 1}, {"smith", "smythe", 2}, {"ab", "ba", 1}, {"a", "abcde", 48}, {strings.Repeat("a", 60), "a", 48},
	} {
		if got := slips(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d slips, not %d", c.a, c.b, got, c.want)
		}
	}
}

func TestFieldsFitInOrder(t *testing.T) {
	t.Parallel()
	r := newReferee(readNames())
	for _, c := range []struct {
		what string
		got  level
		want level
	}{
		{"the same name", r.compareNames("smith", "smith", near), same},
		{"another spelling", r.compareNames("mohammed", "muhammad", near), alike},
		{"a nickname", r.compareNames("liz", "elizabeth", near), alike},
		{"an initial", r.compareNames("e", "elizabeth", near), alike},
		{"a slip", r.compareNames("smiht", "smith", near), near},
		{"half a double name", r.compareNames("jones", "jonessmith", near), near},
		{"another name", r.compareNames("smith", "okafor", near), differs},
		{"no date on file", dateLevel("1990-05-17", "", near), unknown},
		{"the year of the date on file", dateLevel("1990", "1990-05-17", near), same},
		{"a date of the year on file", dateLevel("1990-05-17", "1990", near), alike},
		{"a digit wrong", dateLevel("1990-05-17", "1990-05-11", near), near},
		{"another date", dateLevel("1990-05-17", "1971-11-02", near), differs},
		{"the district", postcodeLevel("N1", "N16AA", near), same},
		{"another district", postcodeLevel("N1", "N166AA", near), differs},
		{"no NI number on file", niLevel("QQ123456", "", near), unknown},
		{"the flat left out", addressLevel(foldAddress("Linnet House", "Silk Rd"), foldAddress("Flat 7, Linnet House", "Silk Road")), near},
		{"the street written short", addressLevel(foldAddress("7 Silk Rd", ""), foldAddress("7 Silk Road", "")), same},
	} {
		if c.got != c.want {
			t.Errorf("%s: level %d, not %d", c.what, c.got, c.want)
		}
	}
}

func TestListsAreWellFormed(t *testing.T) {
	t.Parallel()
	roles := []string{"surname", "surname-female", "middle", "stem", "ending", "male", "female"}
	for _, c := range communities() {
		for _, s := range sections(list(c.key)) {
			if !slices.Contains(roles, s.role) {
				t.Errorf("%s: a list of %q", c.key, s.role)
			}
			for _, entry := range s.entries {
				if entry == "" || entry != strings.TrimSuffix(strings.Join(strings.Fields(entry), " "), " ") && s.role != "stem" || strings.HasSuffix(entry, ",") {
					t.Errorf("%s, %s: entry %q", c.key, s.role, entry)
				}
				for form := range strings.FieldsFuncSeq(entry, func(r rune) bool { return r == '/' || r == '|' }) {
					if fold(form) == "" {
						t.Errorf("%s, %s: %q folds to nothing", c.key, s.role, form)
					}
				}
			}
			c.take(s)
		}
		if len(c.surnames.items) == 0 || len(c.forenames[male]) == 0 || len(c.forenames[female]) == 0 {
			t.Errorf("%s lacks names", c.key)
		}
		if c.tail > 0 && (len(c.stems) == 0 || len(c.endings) == 0) {
			t.Errorf("%s has nothing to compose surnames from", c.key)
		}
	}
}

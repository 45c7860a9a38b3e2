package layout

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// Ensures that an encoding does not depend on how a file comes, that a valid file
// of one's own stays as it is, and that what is of another encoding becomes UTF-8.
func FuzzEncoding(f *testing.F) {
	for _, seed := range []string{
		"", "ref,name\n1,Ren\xe9e\n", "ref,name\n1,Renée\n", "\xef\xbb\xbfref\n", "\xff\xfer\x00e\x00f\x00", "\xfe\xff\x00r\x00e", "\xff\xfe\x00\xd8",
		"\xef\xbb", "\xc3", "é\xe9\xe9", "\xf0\x9f\x98", "ÿ\xff", strings.Repeat("a", 64<<10-1) + "é\xe9", strings.Repeat("é", 32<<10) + "\xe9",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		encoding, err := detectEncoding(bytes.NewReader(content))
		if err != nil || !slices.Contains(Encodings(), encoding) {
			t.Fatalf("%q, %v", encoding, err)
		}
		if slowly, err := detectEncoding(iotest.OneByteReader(bytes.NewReader(content))); err != nil || slowly != encoding {
			t.Fatalf("%q at once, %q byte by byte, %v", encoding, slowly, err)
		}
		if valid := utf8.Valid(content); valid && encoding != UTF8 && markOf(content) == "" {
			t.Fatalf("valid UTF-8 is said to be %s", encoding)
		}
		for _, encoding := range Encodings() {
			text, err := io.ReadAll(decoded(bytes.NewReader(content), encoding))
			slowly, slowErr := io.ReadAll(decoded(iotest.OneByteReader(bytes.NewReader(content)), encoding))
			if !bytes.Equal(text, slowly) || (err == nil) != (slowErr == nil) {
				t.Fatalf("%s: %q at once, %q byte by byte: %v, %v", encoding, text, slowly, err, slowErr)
			}
			switch {
			case encoding == UTF8 && !bytes.Equal(text, bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))):
				t.Fatalf("UTF-8 is changed to %q", text)
			case encoding != UTF8 && !utf8.Valid(text):
				t.Fatalf("%s becomes %q", encoding, text)
			}
		}
	})
}

// Ensures that a map is refused or can be used, whatever its file holds.
func FuzzMap(f *testing.F) {
	for _, seed := range []string{
		string(flat), "reference: id\nsurname: [last, suffix]\n", "surname: {a: b}\n", "surname: []\n", "surname: ''\n", "- a\n", "&a [*a]\n",
		"surname: &x [*x]\n", "a: 1\n<<: b\n", "\x00", "!!binary x: y\n", "surname: 1\n? [a]\n: b\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		m, err := Read(strings.NewReader(content))
		if err != nil {
			return
		}
		for field, columns := range m {
			if !slices.Contains(Fields(), field) || len(columns) == 0 || slices.Contains(columns, "") {
				t.Fatalf("field %q of columns %q is accepted", field, columns)
			}
		}
		row := map[string]any{}
		for _, columns := range m {
			for _, column := range columns {
				row[column] = "1"
			}
		}
		_, _, _ = m.Person(row) // it must not panic
	})
}

// Ensures that any digits read as a date have its form, and what is a date is read
// as that.
func FuzzDigits(f *testing.F) {
	for _, seed := range []string{"1956-13-05", "1989-10-11", "11/10/1989", "0000-00-00", "19560-1-1", "-1-1-1", "1956-+1-05", "1989-18--1", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d := Digits(text); d.Year < 0 || d.Year > 9999 || d.Month < 0 || d.Month > 99 || d.Day < 0 || d.Day > 99 {
			t.Fatalf("%q has year %d, month %d, day %d", text, d.Year, d.Month, d.Day)
		}
	})
}

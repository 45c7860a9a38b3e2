package layout

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// few is a map of three columns.
func few(t testing.TB) Map {
	t.Helper()
	m, err := Read(strings.NewReader("reference: ref\nsurname: name\nline1: [number, street]\n"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// told reads a file and writes each row on a line: where it is, what it says, and
// what is wrong with it.
func told(t testing.TB, content string, form Form) []string {
	t.Helper()
	f, err := Open(write(t, content), few(t), form, true)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for row, err := range f.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%d %s %s", row.Line, row.Reference, row.Person.Surname)
		for _, a := range row.Person.Addresses {
			text += " " + a.Line1
		}
		for _, w := range row.Wrong {
			text += fmt.Sprintf("[%s %s]", w.Field, w.Message)
		}
		rows = append(rows, text)
	}
	return rows
}

func TestFilesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	plain := []string{"2 1 Öztürk 12 High Street", "3 2 O'Brien 9 Low Road"}
	tests := []struct {
		name, content string
		form          Form
		want          []string
	}{
		{"commas", "ref,name,number,street\n1,Öztürk,12,High Street\n2,O'Brien,9,Low Road\n", Form{}, plain},
		{"semicolons and Windows line ends", "ref;name;number;street\r\n1;Öztürk;12;High Street\r\n2;O'Brien;9;Low Road\r\n", Form{}, plain},
		{"tabs and no last line end", "ref\tname\tnumber\tstreet\n1\tÖztürk\t12\tHigh Street\n2\tO'Brien\t9\tLow Road", Form{}, plain},
		{"bars", "ref|name|number|street\n1|Öztürk|12|High Street\n2|O'Brien|9|Low Road\n", Form{}, plain},
		{"a byte order mark", "\ufeffref,name,number,street\n1,Öztürk,12,High Street\n2,O'Brien,9,Low Road\n", Form{}, plain},
		{"Windows-1252", "ref,name,number,street\n1,\xd6zt\xfcrk,12,High Street\n2,O'Brien,9,Low Road\n", Form{}, plain},
		{"Windows-1252 as told", "ref,name,number,street\n1,\xd6zt\xfcrk,12,High Street\n2,O'Brien,9,Low Road\n", Form{Encoding: Windows1252}, plain},
		{"a delimiter as told", "ref^name^number^street\n1^Öztürk^12^High Street\n2^O'Brien^9^Low Road\n", Form{Delimiter: '^'}, plain},
		{"UTF-16", utf16("ref,name,number,street\n1,Öztürk,12,High Street\n2,O'Brien,9,Low Road\n"), Form{}, plain},
		{"blank lines", "ref,name,number,street\n\n1,A,,\n\r\n\n2,B,,\n\n", Form{}, []string{"3 1 A", "6 2 B"}},
		{"blanks around names and values", " ref , name ,number,street\n 1 , A ,,\n", Form{}, []string{"2 1 A"}},
		{"quoted breaks, quotes and delimiters", "ref,name,number,street\n1,\"A \"\"the\"\" B\",\"Flat 1,\r\n12\",High\n2,B,,\n", Form{},
			[]string{`2 1 A "the" B Flat 1, 12 High`, "4 2 B"}},
		{"a quotation mark within a text", "ref,name,number,street\n1,A 5\" B,,\n", Form{}, []string{`2 1 A 5" B`}},
		{"wrong column counts", "ref,name,number,street\n1,A\n2,B,,,\n3,C,,\n", Form{},
			[]string{"2  [ has 2 columns, and the header 4]", "3  [ has 5 columns, and the header 4]", "4 3 C"}},
		{"text after a quotation mark", "ref,name,number,street\n1,\"A\"x,,\n2,B,,\n", Form{}, []string{"2  [ " + afterQuote + "]", "3 2 B"}},
		{"a quotation mark that lost its other half", "ref,name,number,street\n1,\"A,,\n2,B,,\n3,C,,\n", Form{},
			[]string{"2  [ " + unclosed + "]", "3 2 B", "4 3 C"}},
		{"JSON", `{"ref": "1", "name": "A", "number": 12, "street": "High"}` + "\n\n" + `{"ref":123456789012345678,"name":"B"}`, Form{},
			[]string{"1 1 A 12 High", "3 123456789012345678 B"}},
		{"JSON with a byte order mark", "\ufeff" + `{"ref": "1", "name": "A"}`, Form{}, []string{"1 1 A"}},
		{"JSON that is none", "{}\nnull\n[1]\n{\"ref\": \n{\"ref\":1,\"ref\":2}\n{\"ref\":\"\xff\"}\n", Form{Encoding: UTF8},
			[]string{"1  ", "2  [ is not a JSON object]", "3  [ is not a JSON object]", "4  [ is not a JSON object]", "5  [ names a column twice]", "6  [ is not valid UTF-8]"}},
		{"NUL", "ref,name,number,street\n1,A\x00B,,\n", Form{}, []string{"2 1 A\x00B"}},
		{"only a header", "ref,name\n", Form{}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, told(t, test.content, test.form)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// utf16 writes text as a spreadsheet's "Unicode text".
func utf16(text string) string {
	out := []byte{0xff, 0xfe}
	for _, r := range text {
		out = append(out, byte(r), byte(r>>8))
	}
	return string(out)
}

func TestAFewBrokenBytesDoNotChangeTheEncoding(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"plain":                      UTF8,
		"":                           UTF8,
		"Öztürk \xff":                UTF8,
		"\xd6zt\xfcrk Ö":             Windows1252,
		strings.Repeat("Ö", 100_000): UTF8, // characters lie across blocks
		"a" + strings.Repeat("€", 99_999) + "\xe2\x82": UTF8,
	} {
		got, err := detectEncoding(strings.NewReader(content))
		if err != nil || got != want {
			t.Errorf("%.10q is taken for %s, error %v", content, got, err)
		}
	}
}

func TestAColumnThatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	path := write(t, "ref,surname\n1,A\n")
	_, err := Open(path, few(t), Form{}, false)
	if err == nil || !strings.Contains(err.Error(), `no column "number", "street", "name"; its columns are "ref", "surname"`) {
		t.Errorf("error is %v", err)
	}
	f, err := Open(path, few(t), Form{}, true)
	if err != nil || len(f.Fields()) != 0 {
		t.Errorf("a file with optional columns speaks of %v, error %v", f, err)
	}
	if _, err = Open(write(t, "name\nA\n"), few(t), Form{}, true); err == nil || !strings.Contains(err.Error(), `"ref"`) {
		t.Errorf("a file without references is read, error %v", err)
	}
	if _, err = Open(write(t, "ref,name,name\n"), few(t), Form{}, true); err == nil || !strings.Contains(err.Error(), `two columns named "name"`) {
		t.Errorf("a file with a column twice is read, error %v", err)
	}
	if _, err = Open(path, Map{"surname": {"surname"}}, Form{}, false); err == nil {
		t.Error("a map without a reference is used")
	}
	if _, err = Open(path+"x", few(t), Form{}, false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestErrorsNameTheColumnsOfTheFile(t *testing.T) {
	t.Parallel()
	m, err := Read(strings.NewReader("reference: ref\nphone: tel\nmobile: mob\nline1: [number, street]\ncorrespondencePostcode: post\npreviousSurname: maiden\nni: nino\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := m.Person(map[string]any{"tel": "1", "mob": "2", "number": "3", "post": "4", "maiden": "5", "nino": "6"})
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		"crossReferences[0].reference": "ref", "communication[0].value": "tel", "communication[1].value": "mob",
		"addresses[0].line1": "number + street", "addresses[1].postcode": "post", "previousNames[0].surname": "maiden",
		"identification[0].value": "nino", "surname": "surname", "addresses[0]": "addresses[0]",
	} {
		if got := m.ColumnOf(p, field); got != want {
			t.Errorf("%s is called %s", field, got)
		}
	}
}

// A row of any size takes no more memory than the longest that is allowed, and
// what follows is read.
func TestAHugeRowIsPassedOver(t *testing.T) { // alone: what it counts is what the whole process allocates
	huge := strings.Repeat("x", 20<<20)
	for name, content := range map[string]string{
		"CSV":               "ref,name\n1,A\n2," + huge + "\n3,C\n",
		"CSV in quotes":     "ref,name\n1,A\n2,\"" + huge + "\"\n3,C\n",
		"CSV of many lines": "ref,name\n1,A\n2,\"" + strings.Repeat("x", 2*maxRecord) + "\n3,C\n",
		"JSON":              `{"ref":"1","name":"A"}` + "\n" + `{"ref":"2","name":"` + huge + `"}` + "\n" + `{"ref":"3","name":"C"}`,
	} {
		f, err := Open(write(t, content), few(t), Form{Encoding: UTF8}, true)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var got []string
		for row, err := range f.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			text := row.Reference
			if len(row.Wrong) > 0 {
				text = row.Wrong[0].Message
			}
			got = append(got, text)
		}
		runtime.ReadMemStats(&after)
		if diff := cmp.Diff([]string{"1", tooLong, "3"}, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 16*maxRecord {
			t.Errorf("%s: took %d bytes in all", name, used)
		}
	}
}

func TestLaterRowsSupersedeEarlierOnes(t *testing.T) {
	t.Parallel()
	f, err := Open(write(t, "ref,name\nA,1\nB,1\n\"\"x\nA,2\n,\n,\nB,2\n A ,3\nC,1\n"), few(t), Form{}, true)
	if err != nil {
		t.Fatal(err)
	}
	survey, err := f.Survey(func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	var left []int
	for n := range survey.Rows {
		if !survey.Superseded(n) {
			left = append(left, n)
		}
	}
	if diff := cmp.Diff([]int{2, 4, 5, 6, 7, 8}, left); diff != "" || survey.Rows != 9 {
		t.Errorf("of %d rows (-want +got)\n%s", survey.Rows, diff)
	}
}

// Ensures that what encoding/csv reads is read the same here, whatever the size
// of the window, and that nothing makes the reader fail or forget a line.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"ref,name\n1,A\n", "ref;name\r\n\"1\";\"A\"\"B\"\r\n", "ref\tname\n1\t\"A\nB\"\n", "\"", "a,\"b\"c\n", "a,b\r", "\n\n\r\n", "\"a\r\nb\",c\n\"\"\n",
		"\xef\xbb\xbfa,b\n1,\x00\n", "a\rb,c\n", "\"\"\"\",\"\n", ",,,\n,,\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		var want [][]string
		std := csv.NewReader(strings.NewReader(content))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		got, clean := splitAll(t, content)
		if err != nil || !clean || strings.Contains(strings.ReplaceAll(content, "\r\n", ""), "\r") {
			return // what is malformed is each one's own, and so is a lone \r
		}
		// encoding/csv passes over blank lines; here that is for the caller.
		got = slices.DeleteFunc(got, func(r []string) bool { return len(r) == 1 && r[0] == "" })
		want = slices.DeleteFunc(want, func(r []string) bool { return len(r) == 1 && r[0] == "" })
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-encoding/csv +here)\n%s", diff)
		}
	})
}

// splitAll reads all records, at two sizes of window that must agree.
func splitAll(t *testing.T, content string) (records [][]string, clean bool) {
	t.Helper()
	read := func(step int) ([][]string, int) {
		split := &splitter{delimiter: ','}
		var records [][]string
		problems := 0
		for rest := []byte(content); len(rest) > 0; {
			for size := step; ; size += step {
				window := rest[:min(size, len(rest))]
				fields, n, whole, problem := split.record(window, len(window) == len(rest))
				if !whole {
					if len(window) == len(rest) {
						t.Fatal("the whole is not whole")
					}
					continue
				}
				if problem != "" {
					problems++
					n = bytes.IndexByte(rest, '\n') + 1
					if n == 0 {
						n = len(rest)
					}
				} else {
					records = append(records, fields)
				}
				if n <= 0 || n > len(rest) {
					t.Fatalf("a record of %d bytes", n)
				}
				rest = rest[n:]
				break
			}
		}
		return records, problems
	}
	records, problems := read(len(content) + 1)
	bitwise, same := read(1)
	if diff := cmp.Diff(records, bitwise, cmpopts.EquateEmpty()); diff != "" || problems != same {
		t.Errorf("by small windows (-large +small)\n%s", diff)
	}
	return records, problems == 0
}

func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"ref,name,number,street\n1,A,12,High\n", "{\"ref\":1,\"name\":{\"a\":[]}}\n{", "\xff\xfer\x00e\x00f\x00", "\xef\xbb\xbf{\"ref\":\"\x00\"}",
		"ref\n\"1\n2\"\n", "ref,ref\n", "", "{\"ref\":\"1\",\"name\":1e400}\n", "ref;name\n\xd6;\xfc\n",
	} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	m := few(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(dir, fmt.Sprint(os.Getpid()))
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := Open(path, m, Form{}, true)
		if err != nil {
			return
		}
		last, rows := 0, 0
		for row, err := range file.Rows() {
			if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatal(err)
			}
			if row.Line <= last {
				t.Fatalf("line %d after line %d", row.Line, last)
			}
			last = row.Line
			rows++
		}
		survey, err := file.Survey(func(int) {})
		if err != nil || survey.Rows != rows {
			t.Fatalf("the survey counts %d of %d rows, error %v", survey.Rows, rows, err)
		}
	})
}

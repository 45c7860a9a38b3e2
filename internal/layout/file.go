package layout

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"personindex/person"
)

// maxRecord bounds one row of a file, and with it the memory that a hostile or
// broken file can take. A row with every field of a person at its longest, in the
// widest script, takes 30 kB.
const maxRecord = 256 << 10

// Form is how a file is written. What is empty is detected.
type Form struct {
	Format    string // CSV or NDJSON
	Encoding  string // one of Encodings
	Delimiter byte   // of CSV
}

// The formats of files.
const (
	CSV    = "csv"
	NDJSON = "ndjson"
)

// File reads the rows of a file by a map, as often as is wanted. It holds one row
// at a time.
type File struct {
	Form   Form // as told or detected
	path   string
	m      Map
	header []string // of CSV
}

// Row is one row of a file.
type Row struct {
	Line      int // of the file, from 1, where the row begins
	Reference string
	Person    person.Person
	Wrong     []person.FieldError // why it must be rejected, by columns; empty for most
}

// Open looks at a file. Every column that the map names must be in the header of
// a CSV file, unless all are optional: then those that are missing are left out.
// The error names those that are missing and those that there are.
func Open(path string, m Map, form Form, optional bool) (*File, error) {
	f := &File{Form: form, path: path, m: m}
	if err := f.detect(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(m["reference"]) == 0 {
		return nil, errors.New("column map: reference has no column: without what the system calls a person, nobody can be imported twice")
	}
	if f.Form.Format != CSV {
		return f, nil
	}
	return f, f.match(optional)
}

// detect finds out what the form does not say, and reads the header of CSV.
func (f *File) detect() error {
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close()
	if f.Form.Encoding == "" {
		if f.Form.Encoding, err = detectEncoding(file); err != nil {
			return err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
	}
	in := bufio.NewReaderSize(decoded(file, f.Form.Encoding), maxRecord)
	window, err := in.Peek(maxRecord)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	last := err != nil
	if f.Form.Format == "" {
		f.Form.Format = CSV
		if bytes.HasPrefix(bytes.TrimSpace(window), []byte("{")) {
			f.Form.Format = NDJSON
		}
	}
	if f.Form.Format == NDJSON {
		return nil
	}
	if f.Form.Delimiter == 0 {
		f.Form.Delimiter = detectDelimiter(window, last, f.m.columns())
	}
	header, _, whole, problem := (&splitter{delimiter: f.Form.Delimiter}).record(window, last)
	if !whole || problem != "" {
		return errors.New("the header " + orTooLong(problem))
	}
	for _, name := range header {
		f.header = append(f.header, strings.TrimSpace(name))
	}
	return nil
}

func orTooLong(problem string) string {
	if problem == "" {
		return tooLong
	}
	return problem
}

// columns are all that the map names.
func (m Map) columns() map[string]bool {
	columns := map[string]bool{}
	for _, list := range m {
		for _, column := range list {
			columns[column] = true
		}
	}
	return columns
}

// match holds the map to the header.
func (f *File) match(optional bool) error {
	var missing []string
	kept := Map{}
	for _, b := range f.m.bind() {
		absent := slices.DeleteFunc(slices.Clone(b.columns), func(column string) bool { return slices.Contains(f.header, column) })
		switch {
		case len(absent) == 0:
			kept[b.field] = b.columns
		case !optional || b.field == "reference":
			missing = append(missing, absent...)
		}
		for _, column := range b.columns {
			if i := slices.Index(f.header, column); i >= 0 && slices.Contains(f.header[i+1:], column) {
				return fmt.Errorf("%s has two columns named %q", f.path, column)
			}
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s has no column %s; its columns are %s", f.path, quotedList(missing), quotedList(f.header))
	}
	f.m = kept
	return nil
}

func quotedList(names []string) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(texts, ", ")
}

// Fields names the fields of a person, as in the JSON, that the file speaks of.
func (f *File) Fields() []string {
	var fields []string
	for field := range f.m {
		if field != "reference" {
			fields = append(fields, covers(field))
		}
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// ColumnOf is [Map.ColumnOf] for the file's map.
func (f *File) ColumnOf(p person.Person, field string) string { return f.m.ColumnOf(p, field) }

// Rows reads every row, those that must be rejected among them. It ends with the
// error of reading the file, if there is one.
func (f *File) Rows() iter.Seq2[Row, error] {
	binding := f.m.bind()
	return func(yield func(Row, error) bool) {
		for r, err := range f.records() {
			row := Row{Line: r.line}
			if r.problem != nil {
				row.Wrong = r.problem
			} else {
				row.Person, row.Reference, row.Wrong = binding.read(r.value)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// record is a row before it is mapped.
type record struct {
	line    int
	value   func(column string) string
	problem []person.FieldError
}

func (f *File) records() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		file, err := os.Open(f.path)
		if err != nil {
			yield(record{}, err)
			return
		}
		defer file.Close()
		in := &source{in: bufio.NewReaderSize(decoded(file, f.Form.Encoding), maxRecord), line: 1}
		next := in.json
		if f.Form.Format == CSV {
			next = in.csv(f.header, f.Form.Delimiter)
		}
		for {
			r, err := next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// source is a file being read.
type source struct {
	in   *bufio.Reader
	line int
}

// json reads the next line that is not blank.
func (s *source) json() (record, error) {
	for {
		line, err := s.in.ReadSlice('\n')
		r := record{line: s.line}
		s.line++
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			r.problem = problemOf(tooLong)
			return r, s.skipLine()
		case err != nil && !errors.Is(err, io.EOF):
			return r, err
		case len(bytes.TrimSpace(line)) > 0:
			r.value, r.problem = jsonRow(line)
			return r, nil
		case err != nil:
			return r, io.EOF
		}
	}
}

// jsonRow is one row of NDJSON. A name that is given twice could be read in two ways.
func jsonRow(line []byte) (func(string) string, []person.FieldError) {
	if !utf8.Valid(line) {
		return nil, problemOf(notUTF8)
	}
	if !jsontext.Value(line).IsValid() {
		if jsontext.Value(line).IsValid(jsontext.AllowDuplicateNames(true)) {
			return nil, problemOf(twice)
		}
		return nil, problemOf(notJSON)
	}
	var row map[string]any
	numbers := json.NewDecoder(bytes.NewReader(line))
	numbers.UseNumber() // a reference may have more digits than a float64
	if err := numbers.Decode(&row); err != nil || row == nil {
		return nil, problemOf(notJSON)
	}
	return func(column string) string { return lookUp(row, column) }, nil
}

// csv reads one record after another, after the header.
func (s *source) csv(header []string, delimiter byte) func() (record, error) {
	split := &splitter{delimiter: delimiter}
	place := map[string]int{}
	for i, name := range header {
		place[name] = i
	}
	headed := false
	return func() (record, error) {
		for {
			line := s.line
			fields, problem, err := s.split(split)
			switch {
			case err != nil:
				return record{line: line}, err
			case problem == "" && len(fields) == 1 && fields[0] == "" && len(header) > 1:
				continue // a blank line
			case !headed:
				headed = true
				continue
			case problem == "" && len(fields) != len(header):
				problem = fmt.Sprintf("has %d columns, and the header %d", len(fields), len(header))
			}
			if problem != "" {
				return record{line: line, problem: problemOf(problem)}, nil
			}
			return record{line: line, value: func(column string) string {
				if i, ok := place[column]; ok {
					return oneLine(fields[i])
				}
				return ""
			}}, nil
		}
	}
}

// firstWindow holds most records whole.
const firstWindow = 4 << 10

// split reads the next record. What is malformed or too long is a problem, and
// reading goes on at the line after the one where it began.
func (s *source) split(split *splitter) (fields []string, problem string, err error) {
	for size := firstWindow; ; size = min(4*size, maxRecord) {
		window, err := s.in.Peek(size)
		if err != nil && !errors.Is(err, io.EOF) || len(window) == 0 {
			return nil, "", err
		}
		last := err != nil
		fields, n, whole, problem := split.record(window, last)
		switch {
		case problem == "" && !whole && size < maxRecord:
			continue
		case problem != "" || !whole:
			return nil, orTooLong(problem), s.skip()
		}
		s.line += bytes.Count(window[:n], []byte("\n"))
		_, err = s.in.Discard(n)
		return fields, "", err
	}
}

// skip passes over the line that begins here.
func (s *source) skip() error {
	s.line++
	return s.skipLine()
}

// skipLine passes over the rest of a line, however long.
func (s *source) skipLine() error {
	for {
		_, err := s.in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			if errors.Is(err, io.EOF) {
				return nil // the next read says so
			}
			return err
		}
	}
}

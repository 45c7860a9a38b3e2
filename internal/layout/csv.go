package layout

import (
	"bytes"
	"strings"

	"personindex/person"
)

// What can be wrong with a record as such. No message repeats any of it.
const (
	tooLong    = "is longer than 256 kB: in CSV, a quotation mark may have lost its other half"
	unclosed   = "has a quotation mark without its other half"
	afterQuote = "has text after a quotation mark that closes; one within a text must be doubled"
	notUTF8    = "is not valid UTF-8"
	notJSON    = "is not a JSON object"
	twice      = "names a column twice"
)

// record reads one record of CSV, by RFC 4180, from the beginning of window: its
// fields, and how many bytes it takes with its line break. It reports !whole when
// the record does not end in window; last says that nothing follows window. What
// is malformed ends with its first line.
//
// It is not encoding/csv, which holds a record in memory whatever its size: one
// quotation mark that lost its other half, and that is the rest of the file. As
// there, a break within quotes is read as \n; unlike there, a quotation mark in
// the middle of an unquoted text is part of it, as spreadsheets have it.
func (c *splitter) record(window []byte, last bool) (fields []string, size int, whole bool, problem string) {
	c.text, c.ends = c.text[:0], c.ends[:0]
	for at := 0; ; {
		var ended, more bool
		if at < len(window) && window[at] == '"' {
			at, ended, more, problem = c.quoted(window, at+1)
		} else {
			at, ended, more = c.plain(window, at)
		}
		switch {
		case problem != "":
			return nil, 0, true, problem
		case more && last && !ended && at >= len(window) && c.open:
			return nil, 0, true, unclosed
		case more && !last:
			return nil, 0, false, ""
		}
		c.ends = append(c.ends, len(c.text))
		if ended || more {
			return c.fields(), at, true, ""
		}
	}
}

// splitter takes CSV apart, a record at a time.
type splitter struct {
	delimiter byte
	text      []byte // of all fields
	ends      []int  // of each in text
	open      bool   // the window ended within quotation marks
}

// plain reads a field without quotation marks. It returns where the next begins,
// whether the record ended, and whether the window did.
func (c *splitter) plain(window []byte, at int) (next int, ended, more bool) {
	c.open = false
	rest := window[at:]
	i := 0
	for i < len(rest) && rest[i] != c.delimiter && rest[i] != '\n' {
		i++
	}
	if i == len(rest) {
		c.text = append(c.text, bytes.TrimSuffix(rest, []byte("\r"))...)
		return len(window), false, true
	}
	if rest[i] == c.delimiter {
		c.text = append(c.text, rest[:i]...)
		return at + i + 1, false, false
	}
	c.text = append(c.text, bytes.TrimSuffix(rest[:i], []byte("\r"))...)
	return at + i + 1, true, false
}

// quoted is plain for a field whose first quotation mark is before at.
func (c *splitter) quoted(window []byte, at int) (next int, ended, more bool, problem string) {
	c.open = true
	for {
		i := bytes.IndexByte(window[at:], '"')
		if i < 0 {
			return len(window), false, true, ""
		}
		c.text = append(c.text, bytes.ReplaceAll(window[at:at+i], []byte("\r\n"), []byte("\n"))...)
		at += i + 1
		rest := window[at:]
		switch {
		case len(rest) == 0 || len(rest) == 1 && rest[0] == '\r':
			c.open = false
			return len(window), false, true, ""
		case rest[0] == '"':
			c.text = append(c.text, '"')
			at++
		case rest[0] == c.delimiter:
			return at + 1, false, false, ""
		case rest[0] == '\n':
			return at + 1, true, false, ""
		case rest[0] == '\r' && rest[1] == '\n':
			return at + 2, true, false, ""
		default:
			return at, false, false, afterQuote
		}
	}
}

// fields are the texts of the record just read, in memory of their own.
func (c *splitter) fields() []string {
	text, fields, from := string(c.text), make([]string, len(c.ends)), 0
	for i, end := range c.ends {
		fields[i], from = text[from:end], end
	}
	return fields
}

// delimiters are those that are told apart by themselves.
const delimiters = ",;\t|"

// detectDelimiter is that by which the header names most columns of the map, and
// of several the one that makes most fields of it.
func detectDelimiter(window []byte, last bool, columns map[string]bool) byte {
	best, bestScore := byte(','), -1
	for _, delimiter := range []byte(delimiters) {
		header, _, whole, problem := (&splitter{delimiter: delimiter}).record(window, last)
		if !whole || problem != "" {
			continue
		}
		score := len(header)
		for _, name := range header {
			if columns[strings.TrimSpace(name)] {
				score += 1000
			}
		}
		if score > bestScore {
			best, bestScore = delimiter, score
		}
	}
	return best
}

// problemOf is a reason to reject a whole record.
func problemOf(message string) []person.FieldError {
	return []person.FieldError{{Message: message}}
}

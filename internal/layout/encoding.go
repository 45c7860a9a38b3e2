package layout

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The encodings that files are read in.
const (
	UTF8        = "utf-8"
	UTF16       = "utf-16" // with a byte order mark, as spreadsheets write "Unicode text"
	Windows1252 = "windows-1252"
)

// Encodings lists the names of encodings.
func Encodings() []string { return []string{UTF8, UTF16, Windows1252} }

// detectEncoding reads all of a file. One without a byte order mark is UTF-8
// unless it has more bytes that cannot be than characters beyond ASCII: a few
// broken rows do not make it something else.
func detectEncoding(in io.Reader) (string, error) {
	var valid, invalid int
	block := make([]byte, 64<<10)
	kept := 0
	for first := true; ; first = false {
		n, err := io.ReadFull(in, block[kept:])
		text := block[:kept+n]
		if first {
			if mark := markOf(text); mark != "" {
				return mark, nil
			}
		}
		more := err == nil
		good, bad, rest := countCharacters(text, more)
		valid, invalid = valid+good, invalid+bad
		kept = copy(block, rest)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			if invalid > valid {
				return Windows1252, nil
			}
			return UTF8, nil
		case err != nil:
			return "", err
		}
	}
}

// markOf is the encoding that a byte order mark tells of.
func markOf(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte("\xef\xbb\xbf")):
		return UTF8
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		return UTF16
	}
	return ""
}

// countCharacters counts characters beyond ASCII and bytes that are of none. With
// more to come it returns what may be the beginning of one.
func countCharacters(text []byte, more bool) (valid, invalid int, rest []byte) {
	for len(text) > 0 {
		if text[0] < utf8.RuneSelf {
			text = text[1:]
			continue
		}
		if more && len(text) < utf8.UTFMax && !utf8.FullRune(text) {
			return valid, invalid, text
		}
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			invalid++
		} else {
			valid++
		}
		text = text[size:]
	}
	return valid, invalid, nil
}

// decoded is in as UTF-8 without a byte order mark. Bytes that are no UTF-8 in a
// file that is said to be stay, for the row to be rejected.
func decoded(in io.Reader, encoding string) io.Reader {
	switch encoding {
	case Windows1252:
		return transform.NewReader(in, charmap.Windows1252.NewDecoder())
	case UTF16:
		return transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	}
	return &withoutMark{in: in}
}

// withoutMark leaves a byte order mark out.
type withoutMark struct {
	in    io.Reader
	begun bool
}

func (w *withoutMark) Read(p []byte) (int, error) {
	if w.begun {
		return w.in.Read(p)
	}
	w.begun = true
	var head [3]byte
	n, err := io.ReadFull(w.in, head[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	w.in = io.MultiReader(bytes.NewReader(bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf"))), w.in)
	return w.in.Read(p)
}

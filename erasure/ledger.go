// Package erasure keeps a ledger of erasures outside the database, and erases again
// whoever an older copy of the database brings back.
//
// A ledger is a file of JSON lines that is only added to: who was erased, by id,
// and the keyed hashes of the references that erased people bore, by which imports
// skip them. It holds no personal data. The database stays what decides: the ledger
// is caught up with it at every erasure, at every start and now and then, so that
// a line that could not be written is written later.
package erasure

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"personindex/person"
	"personindex/storage"
)

// line is one line of a ledger: a person's or a reference's.
type line struct {
	ID        person.ID `json:"id,omitempty"`
	Version   int64     `json:"version,omitempty"`
	Reference []byte    `json:"reference,omitempty"` // base64
	At        time.Time `json:"at"`
}

// Entries are what a ledger says.
type Entries struct {
	People     []person.Revision // the erased revision of each, in the order of the file
	References [][]byte
	Unreadable int // lines that say nothing, such as one cut off by a power cut
}

// Read reads the ledger at path.
func Read(path string) (Entries, error) {
	file, err := os.Open(path)
	if err != nil {
		return Entries{}, fmt.Errorf("read ledger of erasures: %w", err)
	}
	defer file.Close()
	return read(file)
}

func read(from io.Reader) (Entries, error) {
	var entries Entries
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		var l line
		switch err := json.Unmarshal(lines.Bytes(), &l); {
		case err == nil && l.ID != "" && l.Version > 0:
			entries.People = append(entries.People, person.Revision{ID: l.ID, Version: l.Version})
		case err == nil && len(l.Reference) > 0:
			entries.References = append(entries.References, l.Reference)
		case len(lines.Bytes()) > 0:
			entries.Unreadable++
		}
	}
	if err := lines.Err(); err != nil {
		return Entries{}, fmt.Errorf("read ledger of erasures: %w", err)
	}
	return entries, nil
}

// Source is the register whose erasures a ledger lists. *storage.Store is one.
type Source interface {
	ErasuresSince(ctx context.Context, since time.Time) ([]storage.Erasure, error)
	ErasedReferencesSince(ctx context.Context, since time.Time) ([]storage.ErasedReference, error)
}

// Ledger adds to one file. It is safe for concurrent use, and several processes
// may add to one file: some lines are then there twice, which changes nothing.
type Ledger struct {
	source Source

	mutex  sync.Mutex
	file   *os.File
	known  map[string]bool // ids and hashes that the file has
	latest time.Time       // of what was read from source
	torn   bool            // the file may end within a line
}

// Open opens the ledger at path, making it where there is none, in a folder that
// there must be.
func Open(path string, source Source) (*Ledger, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open ledger of erasures: %w", err)
	}
	l := &Ledger{source: source, file: file, known: map[string]bool{}}
	if err := errors.Join(l.begin(), syncFolder(filepath.Dir(path))); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

// begin notes what the file has, and whether its last line was cut off.
func (l *Ledger) begin() error {
	content, err := io.ReadAll(l.file)
	if err != nil {
		return fmt.Errorf("read ledger of erasures: %w", err)
	}
	entries, err := read(bytes.NewReader(content))
	if err != nil {
		return err
	}
	for _, p := range entries.People {
		l.known[string(p.ID)] = true
	}
	for _, hash := range entries.References {
		l.known[hashName(hash)] = true
	}
	l.torn = len(content) > 0 && content[len(content)-1] != '\n'
	return nil
}

// hashName tells a hash from any id: none has a space.
func hashName(hash []byte) string { return "reference " + string(hash) }

// syncFolder makes a new file survive a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the ledger's folder: %w", err)
	}
	defer folder.Close()
	return folder.Sync()
}

// Close ends the use of the file.
func (l *Ledger) Close() error { return l.file.Close() }

// overlap is how much is read again each time: what has an earlier time than
// something that was read may have been committed after it.
const overlap = time.Hour

// CatchUp adds every erasure of the register that the file has not, and returns
// how many lines that is. They are on the disk when it returns.
func (l *Ledger) CatchUp(ctx context.Context) (added int, err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	var since time.Time
	if !l.latest.IsZero() {
		since = l.latest.Add(-overlap)
	}
	lines, latest, err := l.missing(ctx, since)
	if err != nil {
		return 0, err
	}
	if err := l.add(lines); err != nil {
		l.torn = true
		return 0, fmt.Errorf("add to ledger of erasures: %w", err)
	}
	l.latest = latest
	return len(lines), nil
}

// missing is what the file lacks of what happened since, and when the last of it was.
func (l *Ledger) missing(ctx context.Context, since time.Time) (lines []line, latest time.Time, err error) {
	erased, err := l.source.ErasuresSince(ctx, since)
	if err != nil {
		return nil, latest, err
	}
	hashes, err := l.source.ErasedReferencesSince(ctx, since)
	if err != nil {
		return nil, latest, err
	}
	latest = l.latest
	for _, e := range erased {
		if latest = e.At; !l.known[string(e.ID)] {
			lines = append(lines, line{ID: e.ID, Version: e.Version, At: e.At.UTC()})
		}
	}
	for _, h := range hashes {
		if !l.known[hashName(h.Hash)] {
			lines = append(lines, line{Reference: h.Hash, At: h.At.UTC()})
		}
	}
	return lines, latest, nil
}

// add writes lines at once, and waits until they are on the disk.
func (l *Ledger) add(lines []line) error {
	if len(lines) == 0 {
		return nil
	}
	var text bytes.Buffer
	if l.torn {
		text.WriteByte('\n')
	}
	encoder := json.NewEncoder(&text)
	for _, line := range lines {
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	if _, err := l.file.Write(text.Bytes()); err != nil {
		return err
	}
	if err := l.file.Sync(); err != nil {
		return err
	}
	l.torn = false
	for _, line := range lines {
		if line.ID != "" {
			l.known[string(line.ID)] = true
		} else {
			l.known[hashName(line.Reference)] = true
		}
	}
	return nil
}

// catchUpEvery is how late an erasure of another process is in this one's ledger.
const catchUpEvery = time.Minute

// Run catches up now and then until ctx ends.
func (l *Ledger) Run(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(catchUpEvery)
	defer ticker.Stop()
	for {
		if _, err := l.CatchUp(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "the ledger of erasures is behind", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Register is a store whose erasures are in the ledger before they are answered.
type Register struct {
	*storage.Store
	Ledger *Ledger
}

// Erase is the store's. Where the ledger cannot be written the person is erased
// all the same, and the error is [storage.ErrUnavailable]: whoever asks again is
// told that they are gone.
func (r Register) Erase(ctx context.Context, c storage.Change, id person.ID, expected int64) (person.Revision, error) {
	erased, err := r.Store.Erase(ctx, c, id, expected)
	if err != nil {
		return erased, err
	}
	// The erasure stands, whether or not its caller still waits.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := r.Ledger.CatchUp(ctx); err != nil {
		return person.Revision{}, fmt.Errorf("%w: erased, and not in the ledger yet: %w", storage.ErrUnavailable, err)
	}
	return erased, nil
}

// missingFile reports whether there is no ledger.
func missingFile(err error) bool { return errors.Is(err, fs.ErrNotExist) }

package layout

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// Survey is what one reading of a file tells before any of it is used.
type Survey struct {
	Rows       int
	superseded []uint64 // a bit for each row
}

// Superseded reports whether a later row has the reference of the nth, from 0.
func (s *Survey) Superseded(n int) bool {
	return n/64 < len(s.superseded) && s.superseded[n/64]>>(n%64)&1 == 1
}

func (s *Survey) supersede(n uint64) { s.superseded[n/64] |= 1 << (n % 64) }

// buckets is over how many files the references of a survey are spread. One is
// read into memory at a time: a file of 10,000,000 rows takes 1 MB a bucket, and
// the rows' bits another.
const buckets = 256

// Survey counts the rows and finds those that a later one of the same reference
// supersedes. A row that cannot be read has no reference; one that will be
// rejected for a value has. It takes 24 bytes a row in a temporary folder. It
// reports how many rows it has read now and then.
func (f *File) Survey(report func(rows int)) (_ *Survey, err error) {
	dir, err := os.MkdirTemp("", "persons-import-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	spread := &spread{dir: dir}
	defer spread.close()
	survey := &Survey{}
	reference := Map{"reference": f.m["reference"]}.bind()[0]
	for r, err := range f.records() {
		if err != nil {
			return nil, err
		}
		if r.problem == nil {
			if text := reference.text(r.value); text != "" {
				if err := spread.add(text, survey.Rows); err != nil {
					return nil, err
				}
			}
		}
		if survey.Rows++; survey.Rows%10_000 == 0 {
			report(survey.Rows)
		}
	}
	survey.superseded = make([]uint64, survey.Rows/64+1)
	return survey, spread.each(survey.bucket)
}

// mention is a row that names a reference, which its hash stands for: two that
// collide in 128 bits are not to be expected.
type mention struct {
	hash [2]uint64
	row  uint64
}

const mentionSize = 24

// bucket marks the rows of one bucket that others supersede.
func (s *Survey) bucket(mentions []mention) {
	slices.SortFunc(mentions, func(a, b mention) int {
		return cmp.Or(cmp.Compare(a.hash[0], b.hash[0]), cmp.Compare(a.hash[1], b.hash[1]), cmp.Compare(a.row, b.row))
	})
	for i := 1; i < len(mentions); i++ {
		if mentions[i].hash == mentions[i-1].hash {
			s.supersede(mentions[i-1].row)
		}
	}
}

// spread keeps mentions in files, all those of one reference in one.
type spread struct {
	dir   string
	files [buckets]*os.File
	out   [buckets]*bufio.Writer
}

func (s *spread) close() {
	for _, file := range s.files {
		if file != nil {
			_ = file.Close() // what it held is no longer needed
		}
	}
}

func (s *spread) add(reference string, row int) error {
	hash := sha256.Sum256([]byte(reference))
	var entry [mentionSize]byte
	copy(entry[:16], hash[:16])
	binary.LittleEndian.PutUint64(entry[16:], uint64(row))
	out, err := s.bucket(hash[31])
	if err != nil {
		return err
	}
	_, err = out.Write(entry[:])
	return err
}

func (s *spread) bucket(i byte) (*bufio.Writer, error) {
	if s.files[i] == nil {
		file, err := os.CreateTemp(s.dir, "bucket-")
		if err != nil {
			return nil, err
		}
		s.files[i], s.out[i] = file, bufio.NewWriterSize(file, 170*mentionSize)
	}
	return s.out[i], nil
}

// each calls fn with one bucket after another. fn must not keep it.
func (s *spread) each(fn func([]mention)) error {
	var mentions []mention
	for i, file := range s.files {
		if file == nil {
			continue
		}
		if err := s.out[i].Flush(); err != nil {
			return err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		data, err := io.ReadAll(file)
		if err != nil {
			return err
		}
		mentions = mentions[:0]
		for ; len(data) >= mentionSize; data = data[mentionSize:] {
			mentions = append(mentions, mention{
				[2]uint64{binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:])}, binary.LittleEndian.Uint64(data[16:]),
			})
		}
		fn(mentions)
	}
	return nil
}

package indexer

import (
	"errors"
	"fmt"
	"iter"

	"personindex/person"
)

// merge yields every id of two sides with its versions on both, zero where it is
// absent. Each side must be in the order of the bytes of its ids, without
// repeats; one that is not ends the merge with an error, for the differences
// would be imaginary. So does an error of a side.
func merge(register, index iter.Seq2[person.Revision, error]) iter.Seq2[difference, error] {
	return func(yield func(difference, error) bool) {
		left, right := newSide(register), newSide(index)
		defer left.stop()
		defer right.stop()
		for {
			if err := errors.Join(left.err, right.err); err != nil {
				yield(difference{}, err)
				return
			}
			if !left.more && !right.more {
				return
			}
			if !yield(step(left, right), nil) {
				return
			}
		}
	}
}

// step takes the least id off the sides that have it.
func step(left, right *side) difference {
	takeLeft := left.more && (!right.more || left.head.ID <= right.head.ID)
	takeRight := right.more && (!left.more || right.head.ID <= left.head.ID)
	var d difference
	if takeLeft {
		d.id, d.register = left.head.ID, left.head.Version
	}
	if takeRight {
		d.id, d.indexed = right.head.ID, right.head.Version
	}
	if takeLeft {
		left.advance()
	}
	if takeRight {
		right.advance()
	}
	return d
}

// side is one of the two sequences, at its first revision not taken yet.
type side struct {
	next func() (person.Revision, error, bool)
	stop func()
	head person.Revision
	more bool
	err  error
}

func newSide(revisions iter.Seq2[person.Revision, error]) *side {
	s := new(side)
	s.next, s.stop = iter.Pull2(revisions)
	s.head, s.err, s.more = s.next()
	return s
}

func (s *side) advance() {
	last := s.head.ID
	s.head, s.err, s.more = s.next()
	if s.more && s.err == nil && s.head.ID <= last {
		s.err = fmt.Errorf("revisions out of order: %s after %s", s.head.ID, last)
	}
}

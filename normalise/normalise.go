// Package normalise brings what people type and what systems store to one
// standard form, so that the same person written twice compares equal.
//
// It folds names, recognises National Insurance numbers, postcodes, addresses,
// telephone numbers and e-mail addresses, and knows which names are forms of
// one another. The same functions build the index and read the question: a
// difference between the two would be a resident nobody finds.
//
// Every function is pure: equal input gives equal output on every machine, no
// clock, file or network is read, and all may be called at the same time from
// many goroutines. None panics, and the work done on hostile input (ten
// kilobytes of combining marks, invalid UTF-8, NUL) is linear in its length.
// A function that cannot make sense of its input says so by its zero value;
// what was given is kept by the caller, never corrected here.
package normalise

// Version is part of the name of every index. It must be raised whenever any
// output of this package changes, data files included, so that a binary never
// searches an index that was built under other rules.
const Version = 3

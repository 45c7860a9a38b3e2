// Package personindex is the root of the person index. It holds no code but the
// test of who may import whom; start reading at cmd/persons.
package personindex

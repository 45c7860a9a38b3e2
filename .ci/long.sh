#!/bin/sh
# The long forms of the tests, against servers that run already: everything once
# more, with an import of 100,000 that is killed, every fuzz target for a while, and the comparison at 100,000 residents.
set -eu
PERSONS_TEST_EXAMPLES=300 PERSONS_TEST_IMPORT_RESIDENTS=100000 go test -race -tags schemathesis -timeout 120m ./...
grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do
	package=$(dirname "$file")
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-20s}" -fuzzminimizetime 1x "$package"
	done
done
go test -run '^$' -bench . -benchtime 1x -timeout 60m ./cmd/persons

#!/bin/sh
# Looks for known vulnerabilities in what the program calls. Where the database
# cannot be reached it says so, and that is no failure.
set -u
output=$(go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./... 2>&1)
status=$?
printf '%s\n' "$output"
if [ "$status" != 0 ] && printf '%s' "$output" | grep -Eq 'no such host|dial tcp|i/o timeout|connection refused|fetching vulnerabilities|403 Forbidden'; then
	echo "nothing was checked: the database of vulnerabilities cannot be reached from here"
	exit 0
fi
exit "$status"

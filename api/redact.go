package api

import "regexp"

// Databases and parsers quote what they choke on, and what they choke on here
// is somebody's data: `invalid input syntax for type date: "1989-02-31"`,
// `Key (reference)=(123) already exists`.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'[^']*'|` + "`[^`]*`" + `|=\([^)]*\)`)

// redacted is the text of an internal error fit for a log: whatever stands in
// quotation marks, or in brackets after an equals sign, is left out.
func redacted(err error) string { return quoted.ReplaceAllString(err.Error(), "***") }

// Package migrations holds the steps of the schema, in order.
package migrations

import "embed"

// Files are the steps, as goose reads them. A step that has been released is
// never changed; a new one follows it.
//
//go:embed *.sql
var Files embed.FS

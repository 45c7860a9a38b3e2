package api

import (
	"context"

	"personindex/person"
)

// link gives people the links that the caller may follow. It asks nobody: their
// cross-references came with the records, and which services answer is known.
func (a *API) link(ctx context.Context, people ...*person.Person) {
	view := a.deps.Links.For(callerOf(ctx))
	for _, p := range people {
		p.Links, p.Unavailable = view.Of(p)
	}
}

// What can be asked for beside a record. The links of one person always come with
// it, so that there include=links asks for nothing more.
const (
	includeLinks      = "links"
	includeProvenance = "provenance"
)

// asksLinks reports whether the results of a search shall bear links, or what is
// wrong with what shall be included.
func asksLinks(include string) (asked bool, wrong []person.FieldError) {
	if include == "" || include == includeLinks {
		return include != "", nil
	}
	message := "must be links"
	if include == includeProvenance {
		message = "may be provenance with system and reference only"
	}
	return false, []person.FieldError{{Field: "include", Message: message}}
}

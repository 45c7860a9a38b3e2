package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/audit"
	"personindex/oversight"
	"personindex/person"
)

func (a *API) routeRead() {
	register(a, operation{
		roles: []access.Role{access.Reader, access.Writer, access.Steward}, action: audit.Read, glass: true,
		Operation: huma.Operation{
			OperationID: "read-person", Method: http.MethodGet, Path: "/persons/{id}", Tags: []string{tagPeople},
			Summary:     "One person",
			Description: "The record as it is now. The `ETag` is its version, to be sent in `If-Match` with a change. With `include=provenance` it also tells which system the value of each field comes from. `links` lead to what other services hold about the person, as far as you may follow; of those whose service does not answer at present `unavailable` has the `rel`.",
		},
		query: inclusion{}, answer: exampleLinked(), problems: []kind{notFound, erased},
	}, a.readPerson)
}

type idInput struct {
	ID string `path:"id" doc:"The person's id."`
}

// inclusion is what to answer with beside the record.
type inclusion struct {
	Include string `json:"include,omitempty" enum:"provenance,links" doc:"provenance, of one person: where the value of each field comes from, when that system last changed it, and when it last confirmed it. links, of the results of a search: what other services hold about each; one person always has them."`
}

type readInput struct {
	ID    string `path:"id" doc:"The person's id."`
	Query queryString
}

// id is the person's id. What cannot be one is nobody's.
func (in idInput) id() (person.ID, error) {
	id, err := person.ParseID(in.ID)
	if err != nil {
		return "", person.ErrNotFound
	}
	return id, nil
}

type personOutput struct {
	ETag string `header:"ETag" doc:"The version of the person, in quotation marks, for If-Match."`
	Body person.Person
}

func (a *API) readPerson(ctx context.Context, in *readInput) (*personOutput, error) {
	id, err := (idInput{in.ID}).id()
	if err != nil {
		return nil, err
	}
	var asked inclusion
	if err := in.Query.decode(&asked); err != nil {
		return nil, err
	}
	if wrong := asked.wrong(); len(wrong) > 0 {
		return nil, notUnderstood(wrong)
	}
	p, err := a.deps.Register.Person(ctx, clearanceOf(ctx), id)
	if err != nil {
		return nil, err
	}
	a.notice(ctx, oversight.Opened(p))
	if p, err = a.including(ctx, asked, p); err != nil {
		return nil, err
	}
	return &personOutput{ETag: etag(p.Version), Body: p.WithLists()}, nil
}

// wrong says what can be included with one person.
func (i inclusion) wrong() []person.FieldError {
	if i.Include == "" || i.Include == includeProvenance || i.Include == includeLinks {
		return nil
	}
	return []person.FieldError{{Field: "include", Message: "must be provenance or links"}}
}

// including is p with links, and with what was asked for beside the record.
func (a *API) including(ctx context.Context, asked inclusion, p person.Person) (person.Person, error) {
	a.link(ctx, &p)
	if asked.Include != includeProvenance {
		return p, nil
	}
	provenance, err := a.deps.Register.Provenance(ctx, clearanceOf(ctx), p)
	p.Provenance = provenance
	return p, err
}

func (a *API) personAnswer(ctx context.Context, p person.Person) *personOutput {
	a.link(ctx, &p)
	return &personOutput{ETag: etag(p.Version), Body: p.WithLists()}
}

// etag names a version. It is for If-Match only: answers are never cached, so
// there is nothing for If-None-Match to save.
func etag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

package api

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/audit"
	"personindex/oversight"
	"personindex/person"
	"personindex/search"
)

const searchPath = "/persons/search"

func (a *API) routeSearch() {
	register(a, operation{
		roles: []access.Role{access.Reader, access.Writer, access.Steward}, action: audit.Search, glass: true,
		Operation: huma.Operation{
			OperationID: "search-persons", Method: http.MethodGet, Path: "/persons", Tags: []string{tagSearch},
			Summary:     "Does this resident already exist?",
			Description: searchDescription + "\n\nWith `system` and `reference` instead of criteria it answers with the one person who bears that cross-reference, as `GET /persons/{id}` does.",
		},
		query: lookup{}, answer: exampleAnswer(), schema: oneOf("Answer", "Person"),
		problems: []kind{parameter, header, notFound, erased},
	}, a.searchPersons)
	register(a, operation{
		roles: []access.Role{access.Reader, access.Writer, access.Steward}, action: audit.Search, glass: true,
		Operation: huma.Operation{
			OperationID: "search-persons-by-body", Method: http.MethodPost, Path: searchPath, Tags: []string{tagSearch},
			Summary:     "The same question with a body",
			Description: "Takes the criteria of `GET /persons` as JSON, so that names and National Insurance numbers need not stand in a URL, where proxies and browsers keep them.\n\n" + searchDescription,
		},
		body: searchBody{}, example: exampleQuery(), answer: exampleAnswer(),
		problems: []kind{parameter, header, malformed, mediaType, tooLarge, slowRequest},
	}, a.searchPersonsByBody)
}

// lookup is what the parameters of GET /persons can ask.
type lookup struct {
	search.Query
	System    string `json:"system" maxLength:"200" doc:"A system that knows the person, with reference and instead of criteria."`
	Reference string `json:"reference" maxLength:"200" doc:"What that system calls the person."`
	inclusion
}

type searchInput struct {
	Session string `header:"Search-Session" pattern:"^[A-Za-z0-9._-]{1,64}$" doc:"New for each resident that an officer looks for, and the same while they type: 1 to 64 letters, digits or any of ._-. The audit tells of the whole session once."`
	Query   queryString
}

type searchOutput struct {
	ETag string `header:"ETag" doc:"The version of the person, where the answer is one."`
	Body any
}

func (a *API) searchPersons(ctx context.Context, in *searchInput) (*searchOutput, error) {
	if err := inSession(ctx, in.Session); err != nil {
		return nil, err
	}
	var asked lookup
	wrong, err := in.Query.read(&asked)
	if err != nil {
		return nil, err
	}
	if len(wrong) == 0 && (asked.System != "" || asked.Reference != "") {
		return a.personByReference(ctx, asked)
	}
	answer, err := a.search(ctx, asked.Query, asked.Include, wrong)
	if err != nil {
		return nil, err
	}
	return &searchOutput{Body: answer}, nil
}

// searchBody is what POST /persons/search can ask.
type searchBody struct {
	search.Query
	Include string `json:"include,omitempty" enum:"links" doc:"links: what other services hold about each of the people found."`
}

type searchByBodyInput struct {
	Session string `header:"Search-Session" pattern:"^[A-Za-z0-9._-]{1,64}$" doc:"As of GET /persons."`
	Content jsonBody
}

type answerOutput struct{ Body search.Answer }

func (a *API) searchPersonsByBody(ctx context.Context, in *searchByBodyInput) (*answerOutput, error) {
	if err := inSession(ctx, in.Session); err != nil {
		return nil, err
	}
	document, err := in.Content.value()
	if err != nil {
		return nil, err
	}
	var asked searchBody
	d := decoder{noun: "criterion", filled: true}
	wrong := d.decode(document, &asked)
	answer, err := a.search(ctx, asked.Query, asked.Include, wrong)
	if err != nil {
		return nil, err
	}
	return &answerOutput{Body: answer}, nil
}

// search answers a question of which some criteria could not be decoded already:
// then it refuses with those and whatever else cannot be read.
func (a *API) search(ctx context.Context, asked search.Query, include string, wrong []person.FieldError) (search.Answer, error) {
	withLinks, refused := asksLinks(include)
	wrong = append(wrong, refused...)
	if wrong = append(wrong, unreadable(asked, wrong)...); len(wrong) > 0 {
		return search.Answer{}, notUnderstood(wrong)
	}
	if err := a.ask(ctx, asked); err != nil {
		return search.Answer{}, err
	}
	a.notice(ctx, lookOf(asked))
	answer, err := a.deps.Searcher.Search(ctx, clearanceOf(ctx), asked, func(ids []person.ID) { a.recordAhead(ctx, ids) })
	if err != nil {
		return search.Answer{}, err
	}
	requestOf(ctx).searchID = answer.SearchID
	shown(ctx, answer.Results)
	if withLinks {
		for i := range answer.Results {
			a.link(ctx, &answer.Results[i].Person)
		}
	}
	return answer, nil
}

// unreadable is what cannot be read of the criteria. That none is given is wrong
// only where none was given in vain.
func unreadable(asked search.Query, wrong []person.FieldError) []person.FieldError {
	var invalid *person.ValidationError
	if !errors.As(asked.Validate(), &invalid) {
		return nil
	}
	return slices.DeleteFunc(invalid.Fields, func(f person.FieldError) bool { return f.Field == "" && len(wrong) > 0 })
}

// personByReference answers GET /persons?system=&reference=.
func (a *API) personByReference(ctx context.Context, asked lookup) (*searchOutput, error) {
	reference := person.CrossReference{System: asked.System, Reference: asked.Reference}
	wrong := append(invalidReference(reference), asked.wrong()...)
	if asked.Query != (search.Query{}) {
		wrong = append(wrong, person.FieldError{Message: "system and reference cannot be combined with criteria"})
	}
	if len(wrong) > 0 {
		return nil, notUnderstood(wrong)
	}
	if err := a.ask(ctx, reference); err != nil {
		return nil, err
	}
	p, err := a.deps.Register.PersonByCrossReference(ctx, clearanceOf(ctx), reference.System, reference.Reference)
	if err != nil {
		return nil, err
	}
	requestOf(ctx).event.Name(p.ID)
	a.notice(ctx, oversight.Opened(p))
	if p, err = a.including(ctx, asked.inclusion, p); err != nil {
		return nil, err
	}
	return &searchOutput{ETag: etag(p.Version), Body: p.WithLists()}, nil
}

// complete gives every list of an answer, so that a client never meets null

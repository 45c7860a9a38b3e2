package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
)

func (a *API) routeCrossReferences() {
	register(a, operation{
		roles: []access.Role{access.Writer, access.Steward}, action: audit.Update,
		Operation: huma.Operation{
			OperationID: "add-cross-reference", Method: http.MethodPost, Path: "/persons/{id}/crossReferences", Tags: []string{tagPeople},
			DefaultStatus: http.StatusCreated,
			Summary:       "Say what another system calls a person",
			Description:   "From then on `GET /persons?system=…&reference=…` leads to the person. Saying again what is known changes nothing, so it is safe to repeat. `If-Match` may be given and need not.",
		},
		body: person.CrossReference{}, example: exampleReference(), answer: examplePerson(),
		problems: []kind{malformed, header, notFound, crossReferenceInUse, erased, stale, mediaType, tooLarge, slowRequest, invalidPerson},
	}, a.addCrossReference)
}

type crossReferenceInput struct {
	ID      string `path:"id" doc:"The person's id."`
	IfMatch string `header:"If-Match" pattern:"^ *([*]|(W/)?\"[!#-~]*\"( *, *(W/)?\"[!#-~]*\")*) *$" example:"\"3\"" doc:"The ETag of the version that the change is based on, or * for any."`
	Content jsonBody
}

func (a *API) addCrossReference(ctx context.Context, in *crossReferenceInput) (*createOutput, error) {
	id, err := (idInput{in.ID}).id()
	if err != nil {
		return nil, err
	}
	reference, err := newReference(in.Content)
	if err != nil {
		return nil, err
	}
	expected, err := a.expected(ctx, id, in.IfMatch)
	if err != nil {
		return nil, err
	}
	a.noticeOf(ctx, id)
	p, err := a.deps.Register.AddCrossReference(ctx, changeOf(ctx), id, reference, expected)
	if err != nil {
		return nil, err
	}
	return a.createAnswer(ctx, p), nil
}

// noVersion is one that nobody is at.
const noVersion int64 = -1

// expected is the version that an optional If-Match asks for, or nil for any. It
// is for the register to compare: a request that was done already, and is only
// repeated, must not fail for a version that it made old itself.
func (a *API) expected(ctx context.Context, id person.ID, given string) (*int64, error) {
	if strings.TrimSpace(given) == "" {
		return nil, nil
	}
	condition, err := ifMatch(given)
	if err != nil || condition.any {
		return nil, err
	}
	current, err := a.deps.Register.Person(ctx, clearanceOf(ctx), id)
	if err != nil {
		return nil, err
	}
	expected := noVersion
	if condition.holds(current.Version) {
		expected = current.Version
	}
	return &expected, nil
}

func newReference(content jsonBody) (person.CrossReference, error) {
	var reference person.CrossReference
	document, err := content.value()
	if err != nil {
		return reference, err
	}
	wrong := (&decoder{}).decode(document, &reference)
	for _, f := range invalidReference(reference) {
		if !follows(f, wrong) {
			wrong = append(wrong, f)
		}
	}
	if len(wrong) > 0 {
		return reference, &person.ValidationError{Fields: wrong}
	}
	return reference, nil
}

// invalidReference holds a cross-reference to the rules of those in a person.
func invalidReference(reference person.CrossReference) []person.FieldError {
	const place = "crossReferences[0]."
	var wrong []person.FieldError
	p := person.Person{CrossReferences: []person.CrossReference{reference}}
	var invalid *person.ValidationError
	if !errors.As(p.Validate(person.Rules{}, time.Time{}), &invalid) {
		return nil
	}
	for _, f := range invalid.Fields {
		wrong = append(wrong, person.FieldError{Field: strings.TrimPrefix(f.Field, place), Message: f.Message})
	}
	return wrong
}

package api

import (
	"context"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
)

func (a *API) routeErase() {
	register(a, operation{
		roles: []access.Role{access.Admin}, action: audit.Erase,
		Operation: huma.Operation{
			OperationID: "erase-person", Method: http.MethodDelete, Path: "/persons/{id}", Tags: []string{tagPeople},
			DefaultStatus: http.StatusNoContent,
			Summary:       "Erase a person",
			Description: "Removes every value, past ones included, for good. What remains is that the id was used, who erased it, when and why. " +
				"Somebody restricted is erased only by who is cleared for them, and sees what is lost.",
		},
		problems: []kind{header, notFound, erased, stale, invalidPerson, preconditionRequired, importKeyMissing},
	}, a.erasePerson)
}

type eraseInput struct {
	ID      string `path:"id" doc:"The person's id."`
	IfMatch string `header:"If-Match" required:"true" pattern:"^ *([*]|(W/)?\"[!#-~]*\"( *, *(W/)?\"[!#-~]*\")*) *$" example:"\"3\"" doc:"The ETag of the version that you decided on, or * for any. Needed."`
	Reason  string `header:"Erasure-Reason" required:"true" minLength:"1" maxLength:"300" example:"Article 17 request, case 4711" doc:"Why, in at most 300 characters. It is kept for ever: name nobody. Needed."`
}

func (a *API) erasePerson(ctx context.Context, in *eraseInput) (*struct{}, error) {
	id, err := (idInput{in.ID}).id()
	if err != nil {
		return nil, err
	}
	change := changeOf(ctx)
	if change.Reason, err = reason(in.Reason); err != nil {
		return nil, err
	}
	err = a.onCurrent(ctx, id, in.IfMatch, func(current person.Person) error {
		_, err := a.deps.Register.Erase(ctx, change, id, current.Version)
		return err
	})
	return nil, err
}

// reason is what the audit will say of an erasure.
func reason(text string) (string, error) {
	text = strings.TrimSpace(text)
	var message string
	switch {
	case text == "":
		message = "must be given: why is this person erased?"
	case !utf8.ValidString(text):
		message = "must be valid UTF-8"
	case utf8.RuneCountInString(text) > person.MaxLine:
		message = "must be at most 300 characters"
	case strings.ContainsFunc(text, unicode.IsControl):
		message = "must not contain control characters"
	default:
		return text, nil
	}
	return "", &person.ValidationError{Fields: []person.FieldError{{Field: "Erasure-Reason", Message: message}}}
}

package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/audit"
	"personindex/oversight"
	"personindex/person"
)

func (a *API) routeUpdate() {
	register(a, operation{
		roles: []access.Role{access.Writer, access.Steward}, action: audit.Update, glass: true,
		Operation: huma.Operation{
			OperationID: "change-person", Method: http.MethodPatch, Path: "/persons/{id}", Tags: []string{tagPeople},
			Summary:     "Change some fields of a person",
			Description: "A JSON merge patch (RFC 7396): a field that is given replaces the one there is, null removes it, and a list is replaced as a whole. The person that results must be valid. Read-only fields are ignored. Where the person is restricted and you are not cleared, a patch that touches what is kept from you is refused, whatever it holds; you may raise the restriction and not lower it.",
		},
		body: personPatch, example: examplePatch(), answer: examplePerson(),
		problems: []kind{malformed, header, notFound, erased, idInUse, stale, mediaType, tooLarge, slowRequest, invalidPerson, crossReferenceInUse, preconditionRequired},
	}, a.changePerson)
}

type updateInput struct {
	ID      string `path:"id" doc:"The person's id."`
	IfMatch string `header:"If-Match" required:"true" pattern:"^ *([*]|(W/)?\"[!#-~]*\"( *, *(W/)?\"[!#-~]*\")*) *$" example:"\"3\"" doc:"The ETag of the version that the change is based on, or * for any. Needed."`
	Content jsonBody
}

func (a *API) changePerson(ctx context.Context, in *updateInput) (*personOutput, error) {
	id, err := (idInput{in.ID}).id()
	if err != nil {
		return nil, err
	}
	patch, err := in.Content.value()
	if err != nil {
		return nil, err
	}
	var changed person.Person
	err = a.onCurrent(ctx, id, in.IfMatch, func(current person.Person) error {
		a.notice(ctx, oversight.Opened(current))
		if touchesHidden(patch, current, clearanceOf(ctx)) {
			return person.ErrNotCleared
		}
		merged, err := a.merged(current, patch)
		if err != nil {
			return err
		}
		changed, err = a.deps.Register.Update(ctx, changeOf(ctx), current.Version, merged)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.personAnswer(ctx, changed), nil
}

// touchesHidden reports whether a patch names a field that is hidden from a caller of
// this clearance. Those that are read-only are ignored, as always.
func touchesHidden(patch value, current person.Person, clearance person.Restriction) bool {
	if current.Restriction <= clearance {
		return false
	}
	fields := fieldsOf(reflect.TypeFor[person.Person]())
	return slices.ContainsFunc(patch.members, func(m member) bool {
		return slices.Contains(person.HiddenFields(), m.name) && fields[m.name].Tag.Get("readOnly") != "true"
	})
}

// merged is the person with the patch applied, whole and valid.
//
// Decoding over the person is RFC 7396 exactly, since a person's members are
// texts and lists and no object is merged into another; a test compares it with
// a merge of the two documents. The reason of a restriction goes with it.
func (a *API) merged(current person.Person, patch value) (person.Person, error) {
	d := decoder{patch: true}
	wrong := d.decode(patch, &current)
	if current.Restriction == person.Unrestricted && !patch.has("restrictionReason") {
		current.RestrictionReason = "" // it was that of the restriction that goes
	}
	return current, a.validate(current, wrong)
}

package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

func (a *API) routeCreate() {
	problems := []kind{malformed, header, duplicate, inProgress, mediaType, tooLarge, slowRequest, invalidPerson, keyReused, crossReferenceInUse}
	register(a, operation{
		roles: []access.Role{access.Writer, access.Steward}, action: audit.Create,
		Operation: huma.Operation{
			OperationID: "create-person", Method: http.MethodPost, Path: "/persons", Tags: []string{tagPeople},
			DefaultStatus: http.StatusCreated,
			Summary:       "Create a person, unless they exist",
			Description:   createDescription,
		},
		body: newPerson, example: exampleNewPerson(), answer: examplePerson(), problems: problems,
	}, a.createPerson)
	register(a, operation{
		roles: []access.Role{access.Writer, access.Steward}, action: audit.Create,
		Operation: huma.Operation{
			OperationID: "create-person-with-id", Method: http.MethodPost, Path: "/persons/{id}", Tags: []string{tagPeople},
			DefaultStatus: http.StatusCreated,
			Summary:       "Create a person under an id of your own",
			Description:   "The id is 1 to 64 letters, digits or any of `-_.=~`, and not `.`, `..` or `search`.\n\n" + createDescription,
		},
		body: newPerson, example: exampleNewPerson(), answer: examplePerson(), problems: append(problems, idInUse, erased),
	}, a.createPersonWithID)
}

type createInput struct {
	IdempotencyKey string `header:"Idempotency-Key" pattern:"^[!-~]{1,128}$" doc:"1 to 128 visible characters of your choice, new for each person. For 24 hours the same request with the same key is done once and answered alike."`
	Acknowledged   string `header:"Acknowledge-Duplicates" pattern:"^[A-Za-z0-9_.=~, -]*$" doc:"The ids of people you have looked at and found to be somebody else, separated by commas."`
	Content        jsonBody
}

// createWithIDInput repeats createInput's fields: huma does not look into
// embedded types that are not exported.
type createWithIDInput struct {
	ID             string `path:"id" doc:"The id that the person shall have."`
	IdempotencyKey string `header:"Idempotency-Key" pattern:"^[!-~]{1,128}$" doc:"As of POST /persons."`
	Acknowledged   string `header:"Acknowledge-Duplicates" pattern:"^[A-Za-z0-9_.=~, -]*$" doc:"As of POST /persons."`
	Content        jsonBody
}

type createOutput struct {
	ETag     string `header:"ETag" doc:"The version of the person, in quotation marks, for If-Match."`
	Location string `header:"Location" doc:"Where the person is."`
	Body     person.Person
}

func (a *API) createPerson(ctx context.Context, in *createInput) (*createOutput, error) {
	return a.create(ctx, in, "")
}

func (a *API) createPersonWithID(ctx context.Context, in *createWithIDInput) (*createOutput, error) {
	id, err := person.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return a.create(ctx, &createInput{in.IdempotencyKey, in.Acknowledged, in.Content}, id)
}

// create is what both creates do. Without an id the register makes one.
func (a *API) create(ctx context.Context, in *createInput, id person.ID) (*createOutput, error) {
	p, err := a.newPerson(in.Content)
	if err != nil {
		return nil, err
	}
	p.ID = id
	acknowledged, err := idList(in.Acknowledged)
	if err != nil {
		return nil, err
	}
	key, err := in.idempotency(ctx, id)
	if err != nil {
		return nil, err
	}
	if earlier, err := a.recalled(ctx, key); earlier != nil || err != nil {
		return earlier, err
	}
	if err := a.gate(ctx, p, acknowledged); err != nil {
		return nil, err
	}
	created, err := a.deps.Register.Create(ctx, changeOf(ctx), p, key)
	if err != nil {
		return nil, err
	}
	requestOf(ctx).event.Name(created.ID)
	return a.createAnswer(ctx, created), nil
}

func (a *API) createAnswer(ctx context.Context, p person.Person) *createOutput {
	a.link(ctx, &p)
	return &createOutput{ETag: etag(p.Version), Location: "/persons/" + string(p.ID), Body: p.WithLists()}
}

// newPerson reads and validates a whole person.
func (a *API) newPerson(content jsonBody) (person.Person, error) {
	document, err := content.value()
	if err != nil {
		return person.Person{}, err
	}
	var p person.Person
	wrong := (&decoder{}).decode(document, &p)
	return p, a.validate(p, wrong)
}

// validate joins what was wrong with the document and what is wrong with the
// person in it, so that the caller learns of everything at once.
func (a *API) validate(p person.Person, wrong []person.FieldError) error {
	unread := wrong
	var invalid *person.ValidationError
	if err := p.Validate(a.deps.Rules, a.deps.Now()); err != nil && !errors.As(err, &invalid) {
		return err
	}
	if invalid != nil {
		for _, f := range invalid.Fields {
			if !follows(f, unread) {
				wrong = append(wrong, f)
			}
		}
	}
	if len(wrong) > 0 {
		return &person.ValidationError{Fields: wrong}
	}
	return nil
}

// follows reports whether e only says that something is missing which was sent
// and could not be read: it is about the same field as one of unread, or about
// one within or around it.
func follows(e person.FieldError, unread []person.FieldError) bool {
	return slices.ContainsFunc(unread, func(u person.FieldError) bool {
		return e.Field == u.Field || within(e.Field, u.Field) || within(u.Field, e.Field)
	})
}

// within reports whether a field is part of another; every field is part of the
// whole, whose name is empty.
func within(field, whole string) bool {
	rest, found := strings.CutPrefix(field, whole)
	return found && (whole == "" || strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "["))
}

// gate refuses a person who is on file already, as surely as the setting asks,
// until the caller acknowledges the candidates.
func (a *API) gate(ctx context.Context, p person.Person, acknowledged []person.ID) error {
	if p.ID != "" {
		// Without this the person who has the id would be found as a duplicate.
		if err := a.free(ctx, p.ID); err != nil {
			return err
		}
	}
	answer, err := a.deps.Searcher.Like(ctx, clearanceOf(ctx), p)
	if err != nil {
		return err
	}
	requestOf(ctx).searchID = answer.SearchID
	doubles := a.doubles(answer)
	if !slices.ContainsFunc(doubles, func(id person.ID) bool { return !slices.Contains(acknowledged, id) }) {
		return nil
	}
	// Whoever is refused is shown people, as by a search.
	if err := a.ask(ctx, p); err != nil {
		return err
	}
	return duplicateProblem(answer, doubles)
}

// free fails unless no person has, or had, the id.
func (a *API) free(ctx context.Context, id person.ID) error {
	_, err := a.deps.Register.Person(ctx, clearanceOf(ctx), id)
	switch {
	case errors.Is(err, person.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return person.ErrIDInUse
}

// doubles is the people whom the caller must acknowledge: those who reach the
// grade alone or, where they only reach it together (twins of whom one is sure
// to be meant), all that were found.
func (a *API) doubles(answer search.Answer) []person.ID {
	if !a.refusedAt(answer.Answer.Exists) {
		return nil
	}
	var alone, all []person.ID
	for _, r := range answer.Results {
		all = append(all, r.ID)
		if a.refusedAt(r.Grade) {
			alone = append(alone, r.ID)
		}
	}
	if len(alone) > 0 {
		return alone
	}
	return all
}

// refusedAt reports whether a grade is at least the one that refuses a create.
func (a *API) refusedAt(grade search.Grade) bool {
	at := slices.Index(gates(), grade)
	return at >= 0 && at <= slices.Index(gates(), a.config.DuplicateGrade)
}

func duplicateProblem(answer search.Answer, doubles []person.ID) *problem {
	p := refusal(duplicate, "The person is on file already, as it seems: see candidates. If it is none of them, send the ids of acknowledge in the header Acknowledge-Duplicates.")
	p.SearchID, p.Answer, p.Candidates, p.Acknowledge = answer.SearchID, &answer.Answer, answer.Results, doubles
	return p
}

// idList reads ids separated by commas.
func idList(text string) ([]person.ID, error) {
	if text == "" {
		return nil, nil
	}
	var ids []person.ID
	for part := range strings.SplitSeq(text, ",") {
		id, err := person.ParseID(strings.TrimSpace(part))
		if err != nil || len(ids) == person.MaxItems {
			return nil, badHeader("Acknowledge-Duplicates", fmt.Sprintf("must be at most %d ids separated by commas", person.MaxItems))
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func badHeader(name, message string) *problem {
	return refusal(header, "A header was not understood: see errors.", person.FieldError{Field: name, Message: message})
}

// changeOf says who changes something.
func changeOf(ctx context.Context) storage.Change {
	r := requestOf(ctx)
	return storage.Change{Actor: r.caller.Subject, Clearance: clearanceOf(ctx), RequestID: r.id, Event: r.known()}
}

package api

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/person"
)

// The groups of operations in the document.
const (
	tagSearch   = "Search"
	tagPeople   = "People"
	tagExtended = "Extended data"
	tagService  = "Service"
)

func tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: tagSearch, Description: "Does this resident already exist?"},
		{Name: tagPeople, Description: "The records: one for each resident."},
		{Name: tagExtended, Description: "What one service area keeps about a resident, for its own eyes."},
		{Name: tagService, Description: "For whoever runs the service."},
	}
}

const apiDescription = `One question, answered well: does this resident already exist?

Names are camelCase and their case counts. What is not known is refused by name, never ignored. Dates are answered in ISO 8601, as precise as known (` + "`1989-10-11`, `1989-10`, `1989`" + `), and taken in the forms people write in the UK. Errors are problem documents (RFC 9457) whose type leads to an explanation; whatever is wrong with a request is told at once. Every answer names its request in ` + "`X-Request-ID`" + `, and takes over yours.`

const searchDescription = `Answers with the probability that the resident is on file, the people it may be with a grade and the evidence for each, and the one question that would help most. All criteria are optional and one must be given. Only people graded possible or better are shown.`

const createDescription = `Asks first whether the person exists already. If so, as it seems, nothing is created and the answer is 409 with the candidates and their evidence; if it is none of them, send the request again with their ids in Acknowledge-Duplicates. Read-only fields are ignored. Any field may be missing, but not all.`

// The ways to say who one is.
const (
	schemeBearer = "bearer"
	schemeBasic  = "basic"
)

func securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		schemeBearer: {
			Type: "http", Scheme: "bearer", BearerFormat: "JWT",
			Description: "A token of the council's identity provider, or an API key.",
		},
		schemeBasic: {
			Type: "http", Scheme: "basic",
			Description: "For tools that know nothing else: an API key as the password. The user name does not count.",
		},
	}
}

// secure publishes who may use the operation.
func (op *operation) secure() {
	if slices.Contains(op.roles, everyone) {
		return
	}
	op.Security = []map[string][]string{{schemeBearer: {}}, {schemeBasic: {}}}
	op.Description = strings.TrimSpace(op.Description + " For callers with the role " + either(op.roles) + ".")
}

// either is some roles in words.
func either(roles []access.Role) string {
	var words []string
	for _, role := range roles {
		words = append(words, string(role))
	}
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " or " + words[last]
	}
	return strings.Join(words, "")
}

// component names a schema that no Go type says.
type component string

// What may be sent of a person: without what must be there in an answer.
const (
	newPerson   component = "NewPerson"
	personPatch component = "PersonPatch"
)

func (c component) ref() *huma.Schema {
	return &huma.Schema{Ref: "#/components/schemas/" + string(c)}
}

// dateSchema stands for person.Date in the document.
type dateSchema struct{}

// Schema is for huma, which publishes it.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	longest := 40
	return &huma.Schema{
		Type: huma.TypeString, MaxLength: &longest,
		Pattern:     `^ *[0-9A-Za-z]+[0-9A-Za-z .,/:\-]*$`,
		Description: "A date that may be known only to the month or year. Answered in ISO 8601; taken also as 11/10/1989, 11-10-1989, 11 Oct 1989, 11101989 and 10/1989.",
		Examples:    []any{"1989-10-11", "1989-10", "1989"},
	}
}

// restrictionSchema stands for person.Restriction in the document.
type restrictionSchema struct{}

// Schema is for huma, which publishes it.
func (restrictionSchema) Schema(huma.Registry) *huma.Schema {
	schema := &huma.Schema{Type: huma.TypeString}
	for _, r := range person.Restrictions() {
		schema.Enum = append(schema.Enum, r.String())
	}
	return schema
}

// personSchemas adds what may be sent of a person: as the answer's schema, but
// with nothing required, and for a patch with null to remove.
func personSchemas(schemas huma.Registry) {
	schemas.Schema(reflect.TypeFor[person.Person](), true, "")
	full := schemas.Map()["Person"].Properties
	schemas.Map()[string(newPerson)] = sentPerson(full,
		"A person as sent: any field may be missing, but not all. Read-only fields are ignored.")
	nullable := map[string]*huma.Schema{}
	for name, property := range full {
		p := *property
		p.Nullable = !p.ReadOnly
		if p.Nullable && len(p.Enum) > 0 {
			p.Enum = append(slices.Clone(p.Enum), nil)
		}
		nullable[name] = &p
	}
	schemas.Map()[string(personPatch)] = sentPerson(nullable,
		"What changes of a person: null removes a field, a list is replaced as a whole.")
}

func sentPerson(properties map[string]*huma.Schema, description string) *huma.Schema {
	one := 1
	return &huma.Schema{
		Type: huma.TypeObject, Description: description, Properties: properties,
		AdditionalProperties: false, MinProperties: &one,
	}
}

// withoutNullLists says of every list that it is never null, which huma takes
// for granted of none.
func withoutNullLists(schemas huma.Registry) {
	for name, schema := range schemas.Map() {
		if name == string(personPatch) {
			continue
		}
		for _, property := range schema.Properties {
			if property.Type == huma.TypeArray {
				property.Nullable = false
			}
		}
	}
}

// parametersOf publishes the fields of a struct as query parameters.
func parametersOf(schemas huma.Registry, query any) []*huma.Param {
	if query == nil {
		return nil
	}
	var parameters []*huma.Param
	for _, f := range reflect.VisibleFields(reflect.TypeOf(query)) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || f.Anonymous {
			continue
		}
		schema := filled(huma.SchemaFromField(schemas, f, ""))
		parameters = append(parameters, &huma.Param{Name: name, In: "query", Description: schema.Description, Schema: schema})
	}
	return parameters
}

// filled says that a text is not empty, as criteria must not be.
func filled(schema *huma.Schema) *huma.Schema {
	if schema.Type == huma.TypeString {
		one := 1
		schema.MinLength = &one
	}
	return schema
}

// problemResponses publishes the kinds of problem an operation may answer with,
// an example of each under its status.
func (a *API) problemResponses(kinds []kind) map[string]*huma.Response {
	schema := a.schemas().Schema(reflect.TypeFor[problem](), true, "")
	responses := map[string]*huma.Response{}
	told := map[kind]bool{}
	for _, k := range kinds {
		if told[k] {
			continue
		}
		told[k] = true
		about := k.about()
		status := strconv.Itoa(about.status)
		r := responses[status]
		if r == nil {
			media := &huma.MediaType{Schema: schema, Examples: map[string]*huma.Example{}}
			r = &huma.Response{Content: map[string]*huma.MediaType{(&problem{}).ContentType(""): media}}
			responses[status] = r
		}
		for _, media := range r.Content {
			media.Examples[string(k)] = &huma.Example{Summary: about.title, Value: a.exampleProblem(k)}
		}
		r.Description = strings.TrimPrefix(r.Description+"; "+about.title, "; ")
	}
	return responses
}

// document publishes what huma cannot see, since it must not read it.
func (a *API) document(op operation) {
	published := a.published(op.Method, op.Path)
	if op.body != nil {
		published.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
		for _, mediaType := range mediaTypes(op.Method) {
			published.RequestBody.Content[mediaType] = &huma.MediaType{Schema: a.schemaOf(op.body), Example: op.example}
		}
	}
	success := published.Responses[strconv.Itoa(published.DefaultStatus)]
	success.Description = op.Summary
	for _, media := range success.Content {
		media.Example = op.answer
		if op.schema != nil {
			media.Schema = op.schema
		}
	}
}

func (a *API) published(method, path string) *huma.Operation {
	item := a.huma.OpenAPI().Paths[path]
	switch method {
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	}
	return item.Get
}

func (a *API) schemaOf(body any) *huma.Schema {
	if c, ok := body.(component); ok {
		return c.ref()
	}
	return a.schemas().Schema(reflect.TypeOf(body), true, "")
}

// oneOf is any of some schemas.
func oneOf(names ...component) *huma.Schema {
	s := &huma.Schema{}
	for _, name := range names {
		s.OneOf = append(s.OneOf, name.ref())
	}
	return s
}

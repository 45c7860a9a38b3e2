package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"personindex/person"
)

// maxParameters is more than any request has, and few enough to be read.
const maxParameters = 50

// queryString is the query as sent. huma's own reading of parameters passes
// over unknown, repeated and empty ones.
type queryString struct{ raw string }

// Resolve takes the query from the request; huma calls it.
func (q *queryString) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	q.raw = u.RawQuery
	return nil
}

// decode fills target, a pointer to a struct whose JSON names are the
// parameters there are.
func (q queryString) decode(target any) error {
	wrong, err := q.read(target)
	if err == nil && len(wrong) > 0 {
		return notUnderstood(wrong)
	}
	return err
}

// read is decode for a caller who may find more that is wrong.
func (q queryString) read(target any) (wrong []person.FieldError, err error) {
	parameters, wrong, err := q.value()
	if err != nil {
		return nil, err
	}
	d := decoder{noun: "parameter", query: true, filled: true, errors: wrong}
	return d.decode(parameters, target), nil
}

// value is the query as an object of texts, in the order sent, without those
// that are wrong.
func (q queryString) value() (v value, wrong []person.FieldError, err error) {
	v.kind = object
	if strings.Count(q.raw, "&") >= maxParameters {
		return v, nil, refusal(parameter, "There are too many parameters.")
	}
	values, err := url.ParseQuery(q.raw)
	if err != nil {
		return v, nil, refusal(parameter, "The query string is not encoded as it must be.")
	}
	for pair := range strings.SplitSeq(q.raw, "&") {
		raw, _, _ := strings.Cut(pair, "=")
		name, _ := url.QueryUnescape(raw)
		given := values[name]
		delete(values, name)
		switch {
		case len(given) == 0:
		case len(given) > 1:
			wrong = append(wrong, person.FieldError{Field: printable(name), Message: "is given more than once"})
		case !utf8.ValidString(given[0]):
			wrong = append(wrong, person.FieldError{Field: printable(name), Message: "must be valid UTF-8"})
		default:
			v.members = append(v.members, member{name, value{kind: text, text: given[0]}})
		}
	}
	return v, wrong, nil
}

func notUnderstood(wrong []person.FieldError) *problem {
	return refusal(parameter, "The parameters were not understood: see errors.", wrong...)
}

// jsonBody is the body as sent, or the problem of reading it. huma's own reading
// loses the difference between null and absent, and repeats what was sent.
type jsonBody struct {
	document []byte
	problem  *problem
}

// Resolve reads the body; huma calls it. Its problem is for the handler, which
// may have something more telling to say first.
func (b *jsonBody) Resolve(ctx huma.Context) []error {
	if !takes(ctx) {
		b.problem = refusal(mediaType, "Send "+strings.Join(mediaTypes(ctx.Method()), " or ")+".")
		b.problem.headers.Set(acceptHeader(ctx.Method()), strings.Join(mediaTypes(ctx.Method()), ", "))
		return nil
	}
	document, err := io.ReadAll(ctx.BodyReader())
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		b.problem = refusal(tooLarge, "The body is larger than 1 MB.")
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.problem = refusal(slowRequest, "The body did not arrive in time.")
	case err != nil:
		b.problem = refusal(malformed, "The body was cut off.")
	}
	b.document = document
	return nil
}

func takes(ctx huma.Context) bool {
	sent, parameters, err := mime.ParseMediaType(ctx.Header("Content-Type"))
	if err != nil || ctx.Header("Content-Encoding") != "" {
		return false
	}
	if charset, given := parameters["charset"]; given && !strings.EqualFold(charset, "utf-8") {
		return false
	}
	for _, known := range mediaTypes(ctx.Method()) {
		if sent == known {
			return true
		}
	}
	return false
}

func mediaTypes(method string) []string {
	if method == http.MethodPatch {
		return []string{"application/merge-patch+json", "application/json"}
	}
	return []string{"application/json"}
}

func acceptHeader(method string) string {
	if method == http.MethodPatch {
		return "Accept-Patch"
	}
	return "Accept-Post"
}

// value is the body as one JSON object.
func (b jsonBody) value() (value, error) {
	if b.problem != nil {
		return value{}, b.problem
	}
	v, err := parse(b.document)
	var syntax *syntaxError
	switch {
	case errors.As(err, &syntax) && syntax.field != "":
		return value{}, refusal(malformed, "The body is ambiguous: see errors.", person.FieldError{Field: syntax.field, Message: syntax.message})
	case errors.As(err, &syntax):
		return value{}, refusal(malformed, "The body "+syntax.message+".")
	case err != nil:
		return value{}, err
	case v.kind != object:
		return value{}, refusal(malformed, "The body must be a JSON object.")
	}
	return v, nil
}

package api

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"personindex/person"
)

// maxAttempts is how often a change that takes whatever version there is, is
// tried against others that come between.
const maxAttempts = 5

// precondition is a parsed If-Match: the versions that a change may be based on.
type precondition struct {
	any  bool
	tags []string // strong ones, with their quotation marks
}

var entityTag = regexp.MustCompile(`^(W/)?("[\x21\x23-\x7e\x80-\xff]*")$`)

// ifMatch reads the header by RFC 9110. A weak tag is a tag, and never matches.
func ifMatch(text string) (precondition, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return precondition{}, refusal(preconditionRequired, "Send the ETag of the person you read in If-Match.")
	}
	if text == "*" {
		return precondition{any: true}, nil
	}
	var p precondition
	for part := range strings.SplitSeq(text, ",") {
		m := entityTag.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return precondition{}, badHeader("If-Match", `must be an ETag such as "3", in its quotation marks, or *`)
		}
		if m[1] == "" {
			p.tags = append(p.tags, m[2])
		}
	}
	return p, nil
}

func (p precondition) holds(version int64) bool {
	return p.any || slices.Contains(p.tags, etag(version))
}

// onCurrent reads the person, checks the precondition and hands them to change,
// which must write on that very version. A change that takes any version is
// tried again when another one comes between.
func (a *API) onCurrent(ctx context.Context, id person.ID, given string, change func(current person.Person) error) error {
	condition, err := ifMatch(given)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		current, err := a.deps.Register.Person(ctx, clearanceOf(ctx), id)
		if err != nil {
			return err
		}
		if !condition.holds(current.Version) {
			return person.ErrVersionConflict
		}
		err = change(current)
		if !errors.Is(err, person.ErrVersionConflict) || !condition.any || attempt == maxAttempts {
			return err
		}
	}
}

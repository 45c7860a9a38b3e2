package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
)

func (a *API) routeAudit() {
	register(a, operation{
		roles: []access.Role{access.Auditor}, action: audit.Read,
		Operation: huma.Operation{
			OperationID: "read-audit", Method: http.MethodGet, Path: "/persons/{id}/audit", Tags: []string{tagPeople},
			Summary: "Who has looked at a person, and who was shown them",
			Description: "Every request that was about this id or showed this person, the newest first, refused ones too, whether the id is somebody's, nobody's or an erased person's. " +
				"Sessions of searches that go on come first, with `open`. `next` leads to older ones; the last page has none. What was searched for is not told: `persons audit show` opens it with the auditors' key.",
		},
		query: auditPage{}, answer: exampleAudit(), problems: []kind{notFound},
	}, a.readAudit)
}

// auditPage is which part of an audit to answer with, by the key of the last
// event seen.
type auditPage struct {
	Before int64 `json:"before,omitempty" minimum:"1" doc:"Only events below this one; what next holds."`
	Limit  int   `json:"limit,omitempty" minimum:"1" maximum:"100" doc:"Events at most, open sessions not counted; 20 where not given."`
}

type auditInput struct {
	ID    string `path:"id" doc:"The person's id."`
	Query queryString
}

type auditOutput struct{ Body auditTrail }

type auditTrail struct {
	Events []auditEvent `json:"events" doc:"The newest first."`
	Next   string       `json:"next,omitempty" format:"uri-reference" doc:"Where the older events are; absent from the last page."`
}

// auditEvent is an event as auditors are told it.
type auditEvent struct {
	ID         int64         `json:"id,omitempty" doc:"Names the event; absent while it is open."`
	At         time.Time     `json:"at"`
	Since      *time.Time    `json:"since,omitempty" doc:"When a session of searches began."`
	Caller     string        `json:"caller"`
	Roles      []access.Role `json:"roles"`
	Areas      []access.Area `json:"areas"`
	From       string        `json:"from" doc:"Network address."`
	RequestIDs []string      `json:"requestIds"`
	Operation  string        `json:"operation" doc:"As this document names it; empty for what keepers run."`
	Action     audit.Action  `json:"action" example:"read"`
	Status     int           `json:"status" doc:"As answered; 0 where nobody was."`
	Fields     []string      `json:"fields" doc:"That were changed."`
	Reason     string        `json:"reason,omitempty"`
	Searches   int           `json:"searches,omitempty" doc:"Of a session of searches: how many."`
	Flags      []string      `json:"flags" doc:"Why somebody should look at it."`
	Open       bool          `json:"open,omitempty" doc:"A session of searches that goes on."`
}

func (a *API) readAudit(ctx context.Context, in *auditInput) (*auditOutput, error) {
	id, err := (idInput{in.ID}).id()
	if err != nil {
		return nil, err
	}
	asked := auditPage{Limit: defaultPage}
	if err := in.Query.decode(&asked); err != nil {
		return nil, err
	}
	// One more than asked tells whether there is a next page.
	events, err := a.deps.Register.AuditOf(ctx, clearanceOf(ctx), id, asked.Before, asked.Limit+1)
	if err != nil {
		return nil, err
	}
	return &auditOutput{Body: trailOf(id, events, asked.Limit)}, nil
}

// trailOf is one page, with the way to the next if there are more events than it
// holds.
func trailOf(id person.ID, events []audit.Event, limit int) auditTrail {
	trail := auditTrail{Events: []auditEvent{}}
	written := 0
	for _, e := range events {
		if e.ID != 0 {
			written++
		}
		if written > limit {
			last := trail.Events[len(trail.Events)-1]
			trail.Next = fmt.Sprintf("/persons/%s/audit?before=%d&limit=%d", id, last.ID, limit)
			break
		}
		trail.Events = append(trail.Events, tellEvent(e))
	}
	return trail
}

func tellEvent(e audit.Event) auditEvent {
	told := auditEvent{
		ID: e.ID, At: e.At.UTC(), Since: e.Since, Caller: e.Caller, Roles: all(e.Roles), Areas: all(e.Areas), From: e.From,
		RequestIDs: all(e.RequestIDs), Operation: e.Route, Action: e.Action, Status: e.Status, Fields: all(e.Fields),
		Reason: e.Reason, Flags: all(e.Flags), Open: e.ID == 0,
	}
	if e.Session != "" {
		told.Searches = len(e.RequestIDs)
	}
	return told
}

// all is list, or an empty one: JSON takes nil for null.
func all[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

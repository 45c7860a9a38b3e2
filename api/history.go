package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/audit"
	"personindex/oversight"
	"personindex/person"
	"personindex/storage"
)

func (a *API) routeHistory() {
	register(a, operation{
		roles: []access.Role{access.Reader, access.Writer, access.Steward}, action: audit.Read, glass: true,
		Operation: huma.Operation{
			OperationID: "read-history", Method: http.MethodGet, Path: "/persons/{id}/history", Tags: []string{tagPeople},
			Summary:     "What a person's record was",
			Description: "Every version, the newest first, with who changed which fields and when. `next` leads to older ones; the last page has none.",
		},
		query: historyPage{}, answer: exampleHistory(), problems: []kind{notFound, erased},
	}, a.readHistory)
}

const defaultPage = 20

// historyPage is which part of a history to answer with. The key of the last version
// seen leads on, so that a change in between shifts nothing.
type historyPage struct {
	Before int64 `json:"before,omitempty" minimum:"1" doc:"Only versions below this one; what next holds."`
	Limit  int   `json:"limit,omitempty" minimum:"1" maximum:"100" doc:"Versions at most; 20 where not given."`
}

// version is what a person was from one change to the next.
type version struct {
	Version   int64         `json:"version"`
	ChangedAt time.Time     `json:"changedAt"`
	Actor     string        `json:"actor" doc:"Who made this version."`
	Fields    []string      `json:"fields" doc:"Which fields this version changed."`
	Person    person.Person `json:"person" doc:"The person as they were then."`
}

type historyInput struct {
	ID    string `path:"id" doc:"The person's id."`
	Query queryString
}

type historyOutput struct{ Body history }

type history struct {
	Versions []version `json:"versions" doc:"The newest first."`
	Next     string    `json:"next,omitempty" format:"uri-reference" doc:"Where the older versions are; absent from the last page."`
}

func (a *API) readHistory(ctx context.Context, in *historyInput) (*historyOutput, error) {
	id, err := (idInput{in.ID}).id()
	if err != nil {
		return nil, err
	}
	asked := historyPage{Limit: defaultPage}
	if err := in.Query.decode(&asked); err != nil {
		return nil, err
	}
	// One more than asked tells whether there is a next page.
	versions, err := a.deps.Register.History(ctx, clearanceOf(ctx), id, asked.Before, asked.Limit+1)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		a.notice(ctx, oversight.Opened(v.Person))
	}
	return &historyOutput{Body: historyOf(id, versions, asked.Limit)}, nil
}

// historyOf is one page, with the way to the next if there are more versions
// than it holds.
func historyOf(id person.ID, versions []storage.Version, limit int) history {
	h := history{Versions: []version{}}
	for _, v := range versions[:min(limit, len(versions))] {
		v.Person = v.Person.WithLists()
		h.Versions = append(h.Versions, version(v))
	}
	if len(versions) > limit {
		h.Next = fmt.Sprintf("/persons/%s/history?before=%d&limit=%d", id, h.Versions[limit-1].Version, limit)
	}
	return h
}

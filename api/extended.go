package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	jsonpatch "github.com/evanphx/json-patch/v5"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
	"personindex/storage"
)

const extendedPath = "/persons/{id}/extended/{area}"

// extendedDocument is any object: only its area knows what it means.
const extendedDocument component = "ExtendedData"

func (a *API) routeExtended() {
	a.schemas().Map()[string(extendedDocument)] = &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: true,
		Description: "Any JSON object: what the service area keeps about the person.",
	}
	readers := []access.Role{access.Reader, access.Writer, access.Steward}
	writers := []access.Role{access.Writer, access.Steward}
	changing := []kind{malformed, header, notFound, erased, stale, mediaType, tooLarge, slowRequest, preconditionRequired, noKeys}
	register(a, operation{
		roles: readers, action: audit.Read,
		Operation: huma.Operation{
			OperationID: "read-extended-data", Method: http.MethodGet, Path: extendedPath, Tags: []string{tagExtended},
			Summary: "What your service area keeps about a person", Description: extendedDescription,
		},
		answer: exampleExtended(), schema: extendedDocument.ref(), problems: []kind{notFound, erased, noKeys},
	}, a.readExtended)
	register(a, operation{
		roles: readers, action: audit.Read,
		Operation: huma.Operation{
			OperationID: "read-extended-history", Method: http.MethodGet, Path: extendedPath + "/history", Tags: []string{tagExtended},
			Summary:     "What your service area kept about a person",
			Description: "Every version, the newest first; `next` leads to older ones. " + extendedDescription,
		},
		query: historyPage{}, answer: exampleExtendedHistory(), problems: []kind{notFound, erased, noKeys},
	}, a.readExtendedHistory)
	register(a, operation{
		roles: writers, action: audit.Update,
		Operation: huma.Operation{
			OperationID: "replace-extended-data", Method: http.MethodPut, Path: extendedPath, Tags: []string{tagExtended},
			Summary:     "Keep something about a person",
			Description: "Replaces the whole document. `If-Match` is needed where there is one. " + extendedDescription,
		},
		body: extendedDocument, example: exampleExtended(), answer: exampleExtended(), schema: extendedDocument.ref(), problems: changing,
	}, a.replaceExtended)
	register(a, operation{
		roles: writers, action: audit.Update,
		Operation: huma.Operation{
			OperationID: "change-extended-data", Method: http.MethodPatch, Path: extendedPath, Tags: []string{tagExtended},
			Summary:     "Change some of what is kept about a person",
			Description: "A JSON merge patch (RFC 7396). " + extendedDescription,
		},
		body: extendedDocument, example: map[string]any{"keyWorker": "J. Sample"}, answer: exampleExtended(), schema: extendedDocument.ref(), problems: changing,
	}, a.changeExtended)
	register(a, operation{
		roles: writers, action: audit.Update,
		Operation: huma.Operation{
			OperationID: "delete-extended-data", Method: http.MethodDelete, Path: extendedPath, Tags: []string{tagExtended},
			DefaultStatus: http.StatusNoContent,
			Summary:       "Keep nothing about a person any more",
			Description:   "The past stays in the area's history until the person is erased. " + extendedDescription,
		},
		problems: []kind{header, notFound, erased, stale, preconditionRequired, noKeys},
	}, a.deleteExtended)
}

const extendedDescription = "Only callers of the area see it, encrypted as it is in the database: for everybody else there is nothing here, as for a person who is not on file."

// extendedID is the person and the area of a path.
type extendedID struct {
	ID   string `path:"id" doc:"The person's id."`
	Area string `path:"area" doc:"Your service area, such as housing."`
}

// parse fails as if there were nothing, unless the caller works in the area.
func (in extendedID) parse(ctx context.Context) (person.ID, access.Area, error) {
	id, err := person.ParseID(in.ID)
	area := access.Area(in.Area)
	if err != nil || !callerOf(ctx).In(area) {
		return "", "", nothingKept()
	}
	return id, area, nil
}

// nothingKept is the same whether the area, the person or the document is missing
// or hidden.
func nothingKept() *problem {
	return refusal(notFound, "There is nothing here, or it is another service area's.")
}

// hiding makes a person that there is not the same as a document that there is not.
func hiding(err error) error {
	if errors.Is(err, person.ErrNotFound) {
		return nothingKept()
	}
	return err
}

type extendedOutput struct {
	ETag string `header:"ETag" doc:"The version of the document, in quotation marks, for If-Match."`
	Body json.RawMessage
}

func extendedAnswer(e storage.Extended) *extendedOutput {
	return &extendedOutput{ETag: etag(e.Version), Body: e.Document}
}

func (a *API) readExtended(ctx context.Context, in *extendedID) (*extendedOutput, error) {
	id, area, err := in.parse(ctx)
	if err != nil {
		return nil, err
	}
	a.noticeOf(ctx, id)
	now, err := a.deps.Register.Extended(ctx, clearanceOf(ctx), id, area)
	if err == nil && now.Document == nil {
		err = person.ErrNotFound
	}
	if err != nil {
		return nil, hiding(err)
	}
	return extendedAnswer(now), nil
}

type extendedHistoryInput struct {
	ID    string `path:"id" doc:"The person's id."`
	Area  string `path:"area" doc:"Your service area, such as housing."`
	Query queryString
}

type extendedHistoryOutput struct{ Body extendedHistory }

type extendedHistory struct {
	Versions []extendedVersion `json:"versions" doc:"The newest first."`
	Next     string            `json:"next,omitempty" format:"uri-reference" doc:"Where the older versions are; absent from the last page."`
}

// extendedVersion is what an area kept from one change to the next.
type extendedVersion struct {
	Version   int64           `json:"version"`
	ChangedAt time.Time       `json:"changedAt"`
	Actor     string          `json:"actor" doc:"Who made this version."`
	Document  json.RawMessage `json:"document,omitempty" doc:"What was kept then; absent where it was deleted."`
}

func (a *API) readExtendedHistory(ctx context.Context, in *extendedHistoryInput) (*extendedHistoryOutput, error) {
	id, area, err := extendedID{in.ID, in.Area}.parse(ctx)
	if err != nil {
		return nil, err
	}
	asked := historyPage{Limit: defaultPage}
	if err := in.Query.decode(&asked); err != nil {
		return nil, err
	}
	a.noticeOf(ctx, id)
	versions, err := a.deps.Register.ExtendedHistory(ctx, clearanceOf(ctx), id, area, asked.Before, asked.Limit+1)
	if err == nil && len(versions) == 0 && asked.Before == 0 {
		err = person.ErrNotFound
	}
	if err != nil {
		return nil, hiding(err)
	}
	h := extendedHistory{Versions: []extendedVersion{}}
	for _, v := range versions[:min(asked.Limit, len(versions))] {
		h.Versions = append(h.Versions, extendedVersion{v.Version, v.ChangedAt, v.Actor, v.Document})
	}
	if len(versions) > asked.Limit {
		h.Next = fmt.Sprintf("/persons/%s/extended/%s/history?before=%d&limit=%d", id, area, h.Versions[asked.Limit-1].Version, asked.Limit)
	}
	return &extendedHistoryOutput{Body: h}, nil
}

type writeExtendedInput struct {
	ID      string `path:"id" doc:"The person's id."`
	Area    string `path:"area" doc:"Your service area, such as housing."`
	IfMatch string `header:"If-Match" pattern:"^ *([*]|(W/)?\"[!#-~]*\"( *, *(W/)?\"[!#-~]*\")*) *$" example:"\"3\"" doc:"The ETag of the version that the change is based on, or * for any. Needed where there is one."`
	Content jsonBody
}

func (a *API) replaceExtended(ctx context.Context, in *writeExtendedInput) (*extendedOutput, error) {
	return a.writeExtended(ctx, in, func(now, sent []byte) ([]byte, error) {
		if now == nil && in.IfMatch != "" {
			return nil, person.ErrVersionConflict // of none of the versions that it is based on
		}
		return sent, nil
	})
}

func (a *API) changeExtended(ctx context.Context, in *writeExtendedInput) (*extendedOutput, error) {
	return a.writeExtended(ctx, in, func(now, patch []byte) ([]byte, error) {
		if now == nil {
			return nil, nothingKept()
		}
		merged, err := jsonpatch.MergePatch(now, patch)
		if err != nil {
			return nil, errors.New("merge extended data") // the library's words may quote it
		}
		return merged, nil
	})
}

// writeExtended keeps what change makes of the present document and the one that
// was sent.
func (a *API) writeExtended(ctx context.Context, in *writeExtendedInput, change func(now, sent []byte) ([]byte, error)) (*extendedOutput, error) {
	id, area, err := extendedID{in.ID, in.Area}.parse(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := in.Content.value(); err != nil {
		return nil, err
	}
	return a.reviseExtended(ctx, id, area, in.IfMatch, func(now []byte) ([]byte, error) {
		document, err := change(now, in.Content.document)
		if err != nil {
			return nil, err
		}
		return a.fitting(document)
	})
}

// fitting is a document without what means nothing, unless it is too large.
func (a *API) fitting(document []byte) ([]byte, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, document); err != nil {
		return nil, errors.New("compact extended data")
	}
	if compact.Len() > a.config.MaxExtended {
		return nil, refusal(tooLarge, fmt.Sprintf("The document would be larger than %d bytes.", a.config.MaxExtended))
	}
	return compact.Bytes(), nil
}

type deleteExtendedInput struct {
	ID      string `path:"id" doc:"The person's id."`
	Area    string `path:"area" doc:"Your service area, such as housing."`
	IfMatch string `header:"If-Match" required:"true" pattern:"^ *([*]|(W/)?\"[!#-~]*\"( *, *(W/)?\"[!#-~]*\")*) *$" example:"\"3\"" doc:"The ETag of the version that you decided on, or * for any. Needed."`
}

func (a *API) deleteExtended(ctx context.Context, in *deleteExtendedInput) (*struct{}, error) {
	id, area, err := extendedID{in.ID, in.Area}.parse(ctx)
	if err != nil {
		return nil, err
	}
	_, err = a.reviseExtended(ctx, id, area, in.IfMatch, func(now []byte) ([]byte, error) {
		if now == nil {
			return nil, nothingKept()
		}
		return nil, nil
	})
	return nil, err
}

// reviseExtended writes what revise makes of the present document, of which
// If-Match must be true where there is one. A change that takes any version is
// tried again when another one comes between.
func (a *API) reviseExtended(ctx context.Context, id person.ID, area access.Area, given string, revise func(now []byte) ([]byte, error)) (*extendedOutput, error) {
	if given != "" {
		if _, err := ifMatch(given); err != nil {
			return nil, err
		}
	}
	a.noticeOf(ctx, id)
	for attempt := 1; ; attempt++ {
		now, err := a.deps.Register.Extended(ctx, clearanceOf(ctx), id, area)
		if err != nil {
			return nil, hiding(err)
		}
		condition, err := onExtended(now, given)
		if err != nil {
			return nil, err
		}
		document, err := revise(now.Document)
		if err != nil {
			return nil, err
		}
		revised, err := a.deps.Register.ReviseExtended(ctx, changeOf(ctx), id, area, now.Version, document)
		switch {
		case err == nil:
			return extendedAnswer(revised), nil
		case !errors.Is(err, person.ErrVersionConflict) || !condition.any || attempt == maxAttempts:
			return nil, hiding(err)
		}
	}
}

// onExtended is the precondition of a change, unless it does not hold.
func onExtended(now storage.Extended, given string) (precondition, error) {
	if now.Document == nil {
		return precondition{}, nil
	}
	condition, err := ifMatch(given)
	if err == nil && !condition.holds(now.Version) {
		err = person.ErrVersionConflict
	}
	return condition, err
}

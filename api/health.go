package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
)

const (
	healthPath = "/healthz"
	readyPath  = "/readyz"
	// checkTimeout bounds the check of one dependency: an orchestrator asks
	// again soon.
	checkTimeout = 2 * time.Second
)

// Dependency is something the service needs, and how to see that it is there.
type Dependency struct {
	Name string
	// Check fails where the dependency cannot be used. Its error is logged and
	// not told.
	Check func(ctx context.Context) error
	// Optional says that the service answers without it, degraded: it is named
	// as missing and the service is ready all the same.
	Optional bool
}

func (a *API) routeHealth() {
	register(a, operation{
		roles: []access.Role{everyone},
		Operation: huma.Operation{
			OperationID: "health", Method: http.MethodGet, Path: healthPath, Tags: []string{tagService},
			Summary: "Whether the process is alive", Description: "It asks nobody else.",
		},
		answer: map[string]any{"alive": true},
	}, a.health)
	register(a, operation{
		roles: []access.Role{everyone},
		Operation: huma.Operation{
			OperationID: "readiness", Method: http.MethodGet, Path: readyPath, Tags: []string{tagService},
			Summary:     "Whether the service can answer",
			Description: "Names each dependency and whether it is there: 200 where all needed ones are, 503 otherwise. Without an optional one the service answers degraded.",
		},
		answer: exampleReadiness(true),
	}, a.readiness)
	ready := a.published(http.MethodGet, readyPath).Responses
	ready["503"] = &huma.Response{Description: "A needed dependency is missing", Content: map[string]*huma.MediaType{
		"application/json": {Schema: ready["200"].Content["application/json"].Schema, Example: exampleReadiness(false)},
	}}
}

type healthOutput struct {
	Body struct {
		Alive bool `json:"alive"`
	}
}

func (a *API) health(context.Context, *struct{}) (*healthOutput, error) {
	var out healthOutput
	out.Body.Alive = true
	return &out, nil
}

type readinessOutput struct {
	Status int
	Body   readiness
}

type readiness struct {
	Ready        bool              `json:"ready" doc:"Whether every needed dependency is there."`
	Dependencies []dependencyState `json:"dependencies"`
}

type dependencyState struct {
	Name     string `json:"name"`
	Ready    bool   `json:"ready"`
	Optional bool   `json:"optional" doc:"Without it the service answers degraded."`
}

func (a *API) readiness(ctx context.Context, _ *struct{}) (*readinessOutput, error) {
	states := a.check(ctx)
	out := &readinessOutput{Status: http.StatusOK, Body: readiness{Ready: true, Dependencies: states}}
	for _, s := range states {
		if !s.Ready && !s.Optional {
			out.Status, out.Body.Ready = http.StatusServiceUnavailable, false
		}
	}
	return out, nil
}

// check asks every dependency at once.
func (a *API) check(ctx context.Context) []dependencyState {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	states := make([]dependencyState, len(a.deps.Dependencies))
	var all sync.WaitGroup
	for i, d := range a.deps.Dependencies {
		all.Go(func() {
			err := d.Check(ctx)
			if err != nil {
				a.log.WarnContext(ctx, "dependency missing", "dependency", d.Name, "error", redacted(err))
			}
			states[i] = dependencyState{d.Name, err == nil, d.Optional}
		})
	}
	all.Wait()
	return states
}

package api

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"
)

// The pages and what they load, so that they work without the internet. Swagger
// UI is as published, with its licence beside it.
//
//go:embed docs
var pages embed.FS

const (
	openAPIPath  = "/openapi.json"
	docsPath     = "/docs"
	problemsPath = "/docs/problems"

	// Swagger UI sets styles on its elements; scripts are only the page's own.
	docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// serveDocs adds the OpenAPI document and the pages that show and explain it.
func (a *API) serveDocs(engine *gin.Engine) {
	withoutNullLists(a.schemas())
	for _, criterion := range a.schemas().Map()["Query"].Properties {
		filled(criterion)
	}
	serve(engine, openAPIPath, "application/openapi+json", mustMarshal(a.huma.OpenAPI()))
	serve(engine, docsPath, "text/html; charset=utf-8", page("index.html"))
	serve(engine, problemsPath, "text/html; charset=utf-8", problemsPage())
	serve(engine, docsPath+"/start.js", "text/javascript; charset=utf-8", page("start.js"))
	serve(engine, docsPath+"/swagger-ui-bundle.js", "text/javascript; charset=utf-8", page("swagger-ui-bundle.js"))
	serve(engine, docsPath+"/swagger-ui.css", "text/css; charset=utf-8", page("swagger-ui.css"))
	serve(engine, docsPath+"/problems.css", "text/css; charset=utf-8", page("problems.css"))
}

func serve(engine *gin.Engine, path, contentType string, content []byte) {
	engine.GET(path, func(c *gin.Context) {
		c.Header("Content-Security-Policy", docsPolicy)
		c.Data(http.StatusOK, contentType, content)
	})
}

// page is an embedded file. One that is missing is missing from the program.
func page(name string) []byte {
	content, err := pages.ReadFile("docs/" + name)
	if err != nil {
		panic(err)
	}
	return content
}

// problemsPage explains every kind of problem, each under its own fragment.
func problemsPage() []byte {
	type row struct {
		Kind, Title, Meaning, Remedy string
		Status                       int
	}
	var rows []row
	for _, e := range explanations() {
		rows = append(rows, row{string(e.kind), e.title, e.meaning, e.remedy, e.status})
	}
	var out bytes.Buffer
	if err := template.Must(template.New("problems").Parse(string(page("problems.html")))).Execute(&out, rows); err != nil {
		panic(err) // the template does not fit the table
	}
	return out.Bytes()
}

func mustMarshal(v any) []byte {
	document, err := json.Marshal(v)
	if err != nil {
		panic(err) // the document is made of this package's own values
	}
	return document
}

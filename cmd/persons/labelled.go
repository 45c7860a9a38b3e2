package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"personindex/internal/layout"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

// readLayout reads a column map, and gives the form of generate where none is named.
func readLayout(path string) (layout.Map, error) {
	if path == "" {
		return layout.Flat(), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return layout.Read(file)
}

// withScratch runs fn on a database and an index of its own, removed afterwards.
func withScratch(cmd *cobra.Command, fn func(context.Context, *app) error) (err error) {
	ctx := cmd.Context()
	config, err := devConfig(ctx, cmd, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	scratch, drop, err := storage.Scratch(ctx, config.Postgres)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	config.Postgres = scratch
	// What is measured is who is found, which must not depend on how busy the
	// machine is.
	config.Search.Deadline, config.Search.IndexDeadline = time.Minute, time.Minute
	config.Elasticsearch.IndexPrefix = "scratch-" + uuid.NewString()[:8]
	a, err := open(ctx, config, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer a.close()
	defer func() { err = errors.Join(err, a.indexer.Remove(context.WithoutCancel(ctx))) }()
	return fn(ctx, a)
}

// loaded says which person each resident of a file became.
type loaded struct {
	reference map[person.ID]string
	unread    int // residents with a value that could not be read and was left out
}

// readRow reads a person from one line of a file. A person.FieldError tells of a
// value that could not be read, and the person has all else.
func readRow(columns layout.Map, line []byte) (p person.Person, reference string, err error) {
	var row map[string]any
	if err := json.Unmarshal(line, &row); err != nil {
		return person.Person{}, "", err
	}
	return columns.Person(row)
}

// loadSet makes the residents of a file all there is to search: on file, counted
// and indexed.
func (a *app) loadSet(ctx context.Context, path string, columns layout.Map, report progress) (loaded, error) {
	result, err := a.loadResidents(ctx, path, columns, report)
	if err != nil {
		return loaded{}, err
	}
	if _, err := a.countNames(ctx, report); err != nil {
		return loaded{}, err
	}
	return result, a.indexer.Ensure(ctx, report.indexing())
}

// loadResidents stores every resident of a file. A date that no calendar has is
// kept as far as it makes sense, since real registers hold such dates.
func (a *app) loadResidents(ctx context.Context, path string, columns layout.Map, report progress) (loaded, error) {
	result := loaded{reference: map[person.ID]string{}}
	var people []person.Person
	err := eachLine(path, func(line []byte) error {
		p, reference, err := readRow(columns, line)
		var unread person.FieldError
		switch {
		case errors.As(err, &unread):
			result.unread++
		case err != nil:
			return err
		}
		p.ID = person.ID(fmt.Sprintf("r%d", len(people)+1))
		p.CrossReferences = []person.CrossReference{{System: "evaluate", Reference: reference}}
		result.reference[p.ID] = reference
		people = append(people, p)
		return nil
	})
	if err != nil {
		return loaded{}, err
	}
	all := func(yield func(person.Person, error) bool) {
		for _, p := range people {
			if !yield(p, nil) {
				return
			}
		}
	}
	return result, loadPeople(ctx, a.store, all, len(people), report)
}

// question is one line of a file of questions.
type question struct {
	Query struct {
		FirstName   string          `json:"firstName"`
		LastName    string          `json:"lastName"`
		DateOfBirth string          `json:"dateOfBirth"`
		Address     json.RawMessage `json:"address"` // an object of lines and postcode, or one line
		NI          string          `json:"ni"`
		Email       string          `json:"email"`
		Phone       string          `json:"phone"`
		Gender      string          `json:"gender"`
		UPRN        string          `json:"uprn"`
		Q           string          `json:"q"`
	} `json:"query"`
	Expect    *string  `json:"expect"`
	ExpectAll []string `json:"expectAll"`
	Kind      string   `json:"kind"`
}

func readQuestions(path string) ([]question, error) {
	var questions []question
	err := eachLine(path, func(line []byte) error {
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		if q.Expect != nil && len(q.ExpectAll) == 0 {
			q.ExpectAll = []string{*q.Expect}
		}
		questions = append(questions, q)
		return nil
	})
	return questions, err
}

// search is the question as the service is asked it. Its date may be one that no
// calendar has, as callers do give: the digits are compared all the same.
func (q question) search() (search.Query, error) {
	asked := q.Query
	query := search.Query{
		Q: asked.Q, FirstName: asked.FirstName, LastName: asked.LastName, NI: asked.NI,
		Email: asked.Email, Phone: asked.Phone, Gender: asked.Gender, UPRN: asked.UPRN,
		DateOfBirth: layout.Digits(asked.DateOfBirth), IncludeDeceased: true,
	}
	if len(asked.Address) == 0 || string(asked.Address) == "null" {
		return query, nil
	}
	if asked.Address[0] == '"' {
		return query, json.Unmarshal(asked.Address, &query.Address)
	}
	var lines struct{ Line1, Line2, Line3, Town, Postcode, UPRN string }
	if err := json.Unmarshal(asked.Address, &lines); err != nil {
		return query, err
	}
	given := slices.DeleteFunc([]string{lines.Line1, lines.Line2, lines.Line3, lines.Town}, func(s string) bool { return s == "" })
	query.Address, query.Postcode = strings.Join(given, ", "), lines.Postcode
	if query.UPRN == "" {
		query.UPRN = lines.UPRN
	}
	return query, nil
}

// eachLine calls fn with each line of a file that is not empty.
func eachLine(path string, fn func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(make([]byte, 64<<10), 1<<20)
	for n := 1; scanner.Scan(); n++ {
		if len(scanner.Bytes()) == 0 {
			continue
		}
		if err := fn(scanner.Bytes()); err != nil {
			return fmt.Errorf("%s line %d: %w", path, n, err)
		}
	}
	return scanner.Err()
}

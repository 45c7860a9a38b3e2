package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"personindex/audit"
	"personindex/person"
	"personindex/storage"
)

// showOptions are what the command line of audit show says.
type showOptions struct {
	keys                  []string
	person, caller, since string
	limit                 int
	asJSON                bool
}

func auditShowCommand() *cobra.Command {
	var options showOptions
	cmd := &cobra.Command{
		Use:   "show [--key FILE]...",
		Short: "List events of the audit, newest first, with what was asked",
		Long: `show lists events, newest first. With the auditors' private key it also tells what was searched for, and why the glass was
broken; with several keys, what was sealed to any of them. That somebody looked is on the audit.`,
		Example: "  persons audit show --key auditor.pem --person 01936d2a-7c1e-7b63-9f0e-2f5d7c9a4b11\n" +
			"  persons audit show --key auditor.pem --caller \"council 2f1c\" --since 2026-11-01",
		Args: cobra.NoArgs,
		RunE: withRegister(func(cmd *cobra.Command, store *storage.Store) error {
			return options.show(cmd.Context(), store, cmd.OutOrStdout())
		}),
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&options.keys, "key", nil, "private key `file`; may be given several times")
	flags.StringVar(&options.person, "person", "", "only what was about, or showed, the person with this `id`")
	flags.StringVar(&options.caller, "caller", "", "only what this caller `name` did")
	flags.StringVar(&options.since, "since", "", "only from this `time` on, as 2026-11-01 or 2026-11-01T09:30:00Z")
	flags.IntVar(&options.limit, "limit", 100, "events at most; 0 for all")
	flags.BoolVar(&options.asJSON, "json", false, "one JSON object a line")
	return cmd
}

// show lists what the options ask for. It tells the audit first: who reads is
// read about.
func (o showOptions) show(ctx context.Context, store *storage.Store, to io.Writer) error {
	keys, err := readAuditKeys(o.keys)
	if err != nil {
		return err
	}
	filter := storage.AuditFilter{Person: person.ID(o.person), Caller: o.caller}
	if filter.Since, err = sinceTime(o.since); err != nil {
		return err
	}
	looked := audit.Event{Caller: operator(), Route: "audit show", Action: audit.Read, Flags: []string{"criteria-opened"}}
	if len(keys) == 0 {
		looked.Flags = nil
	}
	if o.person != "" {
		looked.Show(filter.Person)
	}
	if err := store.Record(ctx, looked); err != nil {
		return err
	}
	for shown := 0; o.limit == 0 || shown < o.limit; {
		page, err := store.AuditEvents(ctx, filter, pageOf(o.limit-shown))
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			if err := o.tell(to, e, keys); err != nil {
				return err
			}
		}
		shown += len(page)
		filter.Before = page[len(page)-1].ID
	}
	return nil
}

// pageOf is how many events to read at once, of so many that are wanted.
func pageOf(wanted int) int {
	const page = 1000
	if wanted <= 0 || wanted > page {
		return page
	}
	return wanted
}

func readAuditKeys(files []string) ([]*audit.PrivateKey, error) {
	var keys []*audit.PrivateKey
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read private key: %w", err)
		}
		key, err := audit.ParsePrivateKey(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func sinceTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("--since must be a day such as 2026-11-01, or a time such as 2026-11-01T09:30:00Z")
}

// toldEvent is an event as show writes it.
type toldEvent struct {
	ID         int64
	At         time.Time
	Since      *time.Time `json:",omitempty"`
	Caller     string
	From       string `json:",omitempty"`
	Roles      any    `json:",omitempty"`
	Areas      any    `json:",omitempty"`
	Action     audit.Action
	Operation  string            `json:",omitempty"`
	Status     int               `json:",omitempty"`
	RequestIDs []string          `json:",omitempty"`
	Persons    []person.ID       `json:",omitempty"`
	Fields     []string          `json:",omitempty"`
	Reason     string            `json:",omitempty"`
	Flags      []string          `json:",omitempty"`
	Stated     []audit.Statement `json:",omitempty"`
	Unopened   []string          `json:",omitempty"` // why
}

func (o showOptions) tell(to io.Writer, e audit.Event, keys []*audit.PrivateKey) error {
	told := toldEvent{
		ID: e.ID, At: e.At.UTC(), Since: e.Since, Caller: e.Caller, From: e.From, Roles: e.Roles, Areas: e.Areas, Action: e.Action,
		Operation: e.Route, Status: e.Status, RequestIDs: e.RequestIDs, Persons: e.Persons, Fields: e.Fields, Reason: e.Reason, Flags: e.Flags,
	}
	for _, sealed := range e.Sealed {
		s, err := openStatement(e.Caller, sealed, keys)
		if err != nil {
			told.Unopened = append(told.Unopened, err.Error())
			continue
		}
		told.Stated = append(told.Stated, s)
	}
	if o.asJSON {
		return json.NewEncoder(to).Encode(told)
	}
	_, err := io.WriteString(to, told.text())
	return err
}

// openStatement opens with the key that it was sealed to.
func openStatement(caller string, sealed []byte, keys []*audit.PrivateKey) (audit.Statement, error) {
	err := errors.New("sealed: give the auditors' key with --key")
	for _, key := range keys {
		var s audit.Statement
		if s, err = key.Open(caller, sealed); !errors.Is(err, audit.ErrOtherKey) {
			return s, err
		}
	}
	return audit.Statement{}, err
}

// text is an event in a line, and a line for each more that is to be told of it.
func (e toldEvent) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d  %s  %s  %s", e.ID, e.At.Format(time.RFC3339), e.Caller, e.Action)
	if e.Status != 0 {
		fmt.Fprintf(&b, " %d", e.Status)
	}
	line := func(name string, values ...string) {
		if text := strings.TrimSpace(strings.Join(values, " ")); text != "" {
			fmt.Fprintf(&b, "\n    %-9s %s", name, text)
		}
	}
	line("roles", strings.Trim(fmt.Sprint(e.Roles), "[]"))
	line("areas", strings.Trim(fmt.Sprint(e.Areas), "[]"))
	line("from", e.From, e.Operation)
	line("requests", e.RequestIDs...)
	for _, id := range e.Persons {
		line("person", string(id))
	}
	line("changed", e.Fields...)
	line("reason", e.Reason)
	line("flags", e.Flags...)
	for _, s := range e.Stated {
		line("asked", s.At.Format(time.RFC3339), string(s.Criteria), s.Reason)
	}
	for _, why := range e.Unopened {
		line("asked", why)
	}
	b.WriteString("\n")
	return b.String()
}

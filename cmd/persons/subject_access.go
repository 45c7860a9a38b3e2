package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"personindex/audit"
	"personindex/person"
	"personindex/subject"
)

func subjectAccessCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "subject-access ID",
		Short: "Write everything held about one person, as JSON and as a page to read",
		Long: `subject-access writes what every table and the search index hold about one person, to answer a subject access request:
ID.json, complete, and ID.html, to read, to redact and to print. The page says at its top who else is named in it.

The files hold personal data, whatever the person's restriction; nobody else can read them. Remove them when they are sent.`,
		Args: cobra.ExactArgs(1),
		RunE: withApp(func(cmd *cobra.Command, a *app) error {
			folder, err := cmd.Flags().GetString("out")
			if err != nil {
				return err
			}
			id := person.ID(cmd.Flags().Arg(0))
			report, err := a.report(cmd, id)
			if err != nil {
				return err
			}
			told := audit.Event{Caller: operator(), Route: "subject-access", Action: audit.Export, Persons: []person.ID{id}}
			if err := a.store.Record(cmd.Context(), told); err != nil {
				return err
			}
			return writeReport(cmd.OutOrStdout(), folder, report)
		}),
	}
	cmd.Flags().String("out", ".", "`folder` for the two files")
	return cmd
}

// report gathers everything held about one person.
func (a *app) report(cmd *cobra.Command, id person.ID) (*subject.Report, error) {
	ctx := cmd.Context()
	held, err := a.store.Holdings(ctx, id)
	if err != nil {
		return nil, err
	}
	index, err := a.indexer.Documents(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("a report without the search index would not be complete: %w", err)
	}
	var from map[string]person.Provenance
	p, err := a.store.Person(ctx, person.VeryRestricted, id)
	if err == nil {
		from, err = a.store.Provenance(ctx, person.VeryRestricted, p)
	}
	if err != nil && !errors.Is(err, person.ErrErased) {
		return nil, err
	}
	report := subject.New(id, time.Now(), held, from, index)
	return report, a.addAreas(ctx, report)
}

// addAreas opens what service areas hold.
func (a *app) addAreas(ctx context.Context, report *subject.Report) error {
	areas, err := report.AreasOf()
	if err != nil {
		return err
	}
	for _, area := range areas {
		versions, err := a.store.ExtendedHistory(ctx, person.VeryRestricted, report.ID, area, 0, math.MaxInt32)
		if err != nil {
			return fmt.Errorf("what %s holds: %w", area, err)
		}
		report.Add(area, versions)
	}
	return nil
}

// writeReport writes both forms to files that only this user may read. An id has no
// character that a path gives a meaning.
func writeReport(out io.Writer, folder string, report *subject.Report) error {
	for extension, write := range map[string]func(io.Writer) error{".json": report.WriteJSON, ".html": report.WritePage} {
		path := filepath.Join(folder, string(report.ID)+extension)
		file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("write report: %w", err)
		}
		if err := errors.Join(write(file), file.Close()); err != nil {
			return err
		}
		fmt.Fprintln(out, "wrote", path)
	}
	return nil
}

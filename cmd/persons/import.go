package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"personindex/internal/layout"
	"personindex/person"
	"personindex/storage"
)

// importOptions are what the command line of import says.
type importOptions struct {
	system, columns             string
	format, encoding, delimiter string
	dryRun                      bool
}

func importCommand() *cobra.Command {
	var options importOptions
	cmd := &cobra.Command{
		Use:   "import FILE --system NAME",
		Short: "Take in another system's file of people, or what it changed since the last one",
		Long: `import reads a file of another system, one person a row: NDJSON (a JSON object a line) or CSV with a header. Format,
delimiter and encoding are detected. --map says which column holds which field; docs/import.md has the language and two
worked maps. Without it, the file must have the columns that "persons generate" writes.

Each row needs a reference, what the system calls the person. A reference that is new makes a person. Of a known one,
only what the file changed since the system's last import is applied, so that nothing an officer entered is undone.
A reference whose bearer was erased is skipped. Of several rows with one reference the last wins.

Rows that cannot be taken go to FILE.rejects.csv with line, field and reason, and the others are loaded. It may be
interrupted at any time: run again, it loads nothing twice. A file that says nothing new changes nothing.

It needs the setting import.key (PERSONS_IMPORT_KEY or PERSONS_IMPORT_KEY_FILE), Postgres, and no Elasticsearch: the
indexer takes up what changed. After a large import, run "persons frequencies".`,
		Example: `  persons import residents.csv --system council-tax --map council-tax.yaml --dry-run
  persons import residents.csv --system council-tax --map council-tax.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runImport(cmd, args[0], options) },
	}
	flags := cmd.Flags()
	flags.StringVar(&options.system, "system", "", "`name` of the system that the file comes from, always the same one")
	flags.StringVar(&options.columns, "map", "", "column map `file` (YAML)")
	flags.BoolVar(&options.dryRun, "dry-run", false, "tell what would be done, write the rejects, and leave the register alone")
	flags.StringVar(&options.format, "format", "", "csv or ndjson, where it is not to be detected")
	flags.StringVar(&options.encoding, "encoding", "", "utf-8, utf-16 or windows-1252, where it is not to be detected")
	flags.StringVar(&options.delimiter, "delimiter", "", "`character` between columns, or tab, where it is not to be detected")
	_ = cmd.MarkFlagRequired("system")
	return cmd
}

func runImport(cmd *cobra.Command, path string, options importOptions) (err error) {
	config, err := load(cmd)
	if err != nil {
		return err
	}
	file, err := options.open(path)
	if err != nil {
		return err
	}
	store, err := storage.Open(cmd.Context(), config.StoreConfig())
	if err != nil {
		return err
	}
	defer store.Close()
	if err := checkRegister(cmd.Context(), store, config); err != nil {
		return err
	}
	rejects := &rejects{path: path + ".rejects.csv"}
	if err := rejects.forget(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rejects.close()) }()
	report, finish := newProgress(cmd.ErrOrStderr())
	run := &importing{store: store, file: file, options: options, rules: config.Rules(), rejects: rejects, report: report}
	err = store.WithImport(cmd.Context(), options.system, run.all)
	finish()
	if err != nil {
		return err
	}
	run.tell(cmd.OutOrStdout())
	return nil
}

// open finds out how the file is written and holds the map to its columns.
func (o importOptions) open(path string) (*layout.File, error) {
	form := layout.Form{Format: o.format, Encoding: o.encoding}
	x := person.CrossReference{System: o.system, Reference: "any"}
	switch {
	case o.system == person.Service:
		return nil, fmt.Errorf("--system cannot be %s: that is this service itself", person.Service)
	case person.Person{CrossReferences: []person.CrossReference{x}}.Validate(person.Rules{}, time.Now()) != nil:
		return nil, errors.New("--system must be 1 to 200 characters, and none of them a control character")
	case o.format != "" && o.format != layout.CSV && o.format != layout.NDJSON:
		return nil, errors.New("--format must be csv or ndjson")
	case o.encoding != "" && !slices.Contains(layout.Encodings(), o.encoding):
		return nil, fmt.Errorf("--encoding must be one of %s", strings.Join(layout.Encodings(), ", "))
	case o.delimiter == "tab":
		form.Delimiter = '\t'
	case len(o.delimiter) == 1 && !strings.Contains("\"\r\n", o.delimiter) && o.delimiter[0] < 0x80:
		form.Delimiter = o.delimiter[0]
	case o.delimiter != "":
		return nil, errors.New("--delimiter must be one ASCII character that is no quotation mark, or tab")
	}
	columns, err := readLayout(o.columns)
	if err != nil {
		return nil, err
	}
	return layout.Open(path, columns, form, o.columns == "")
}

// importing is one run of import.
type importing struct {
	store   *storage.Store
	file    *layout.File
	options importOptions
	rules   person.Rules
	rejects *rejects
	report  progress

	survey     *layout.Survey
	superseded int

	mutex sync.Mutex // guards what follows, and rejects and report
	rows  int        // done with
	total storage.Imported
}

// importWorkers is how many batches are written at once. With two, one is being
// standardised while Postgres works on the other.
const importWorkers = 2

// all reads the file twice: to find the rows that later ones supersede, and to
// import the others.
func (run *importing) all(ctx context.Context) (err error) {
	if run.survey, err = run.file.Survey(func(rows int) { run.report("reading", int64(rows), 0) }); err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	batches := make(chan batch)
	group.Go(func() error {
		defer close(batches)
		return run.read(ctx, batches)
	})
	for range importWorkers {
		group.Go(func() error {
			for b := range batches {
				if err := run.load(ctx, b); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// batch is some rows that one transaction takes, and how many of the file they
// stand for.
type batch struct {
	rows  []storage.ImportRow
	lines []int
	read  int
}

// read makes batches of the rows that count.
func (run *importing) read(ctx context.Context, batches chan<- batch) error {
	var b batch
	send := func() error {
		select {
		case batches <- b:
			b = batch{}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	n, now := 0, time.Now()
	for row, err := range run.file.Rows() {
		if err != nil {
			return fmt.Errorf("read file: %w", err)
		}
		b.read++
		if run.survey.Superseded(n) {
			run.superseded++
		} else if row.Wrong = run.wrong(row, now); len(row.Wrong) > 0 {
			if err := run.reject(row.Line, row.Wrong); err != nil {
				return err
			}
		} else {
			b.rows = append(b.rows, storage.ImportRow{Reference: row.Reference, Person: row.Person})
			b.lines = append(b.lines, row.Line)
		}
		n++
		if len(b.rows) == loadBatch || b.read == 10*loadBatch {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// wrong is why a row cannot be taken, by the names of its columns.
func (run *importing) wrong(row layout.Row, now time.Time) []person.FieldError {
	if len(row.Wrong) > 0 {
		return row.Wrong
	}
	borne := person.Person{CrossReferences: []person.CrossReference{{System: run.options.system, Reference: row.Reference}}}
	return append(run.invalid(borne, person.Rules{}, now), run.invalid(row.Person, run.rules, now)...)
}

// invalid is all that is wrong with p, by the names of columns.
func (run *importing) invalid(p person.Person, rules person.Rules, now time.Time) []person.FieldError {
	var invalid *person.ValidationError
	if errors.As(p.Validate(rules, now), &invalid) {
		return run.byColumn(p, invalid)
	}
	return nil
}

// byColumn are the errors as the file names the fields.
func (run *importing) byColumn(p person.Person, invalid *person.ValidationError) []person.FieldError {
	wrong := slices.Clone(invalid.Fields)
	for i := range wrong {
		wrong[i].Field = run.file.ColumnOf(p, wrong[i].Field)
	}
	return wrong
}

// load imports a batch, or tries to.
func (run *importing) load(ctx context.Context, b batch) (err error) {
	source := storage.Source{System: run.options.system, Fields: run.file.Fields()}
	var done storage.Imported
	switch {
	case len(b.rows) == 0:
	case run.options.dryRun:
		done, err = run.store.TryImport(ctx, source, b.rows)
	default:
		done, err = run.store.Import(ctx, storage.Change{Actor: "import " + run.options.system}, source, b.rows)
	}
	if err != nil {
		return err
	}
	for _, refusal := range done.Refused {
		wrong := run.byColumn(b.rows[refusal.Row].Person, refusal.Err)
		if err := run.reject(b.lines[refusal.Row], wrong); err != nil {
			return err
		}
	}
	run.mutex.Lock()
	defer run.mutex.Unlock()
	run.total.Created += done.Created
	run.total.Changed += done.Changed
	run.total.Unchanged += done.Unchanged
	run.total.Erased += done.Erased
	run.rows += b.read
	run.report("importing", int64(run.rows), int64(run.survey.Rows))
	return nil
}

func (run *importing) reject(line int, wrong []person.FieldError) error {
	run.mutex.Lock()
	defer run.mutex.Unlock()
	return run.rejects.add(line, wrong)
}

// tell sums the run up.
func (run *importing) tell(to io.Writer) {
	if run.options.dryRun {
		fmt.Fprintln(to, "nothing was written to the register; an import would give:")
	}
	form := run.file.Form
	kind := form.Format + ", " + form.Encoding
	if form.Format == layout.CSV {
		kind += fmt.Sprintf(", delimiter %q", rune(form.Delimiter))
	}
	for _, line := range []struct {
		n    int
		what string
	}{
		{run.survey.Rows, "rows read (" + kind + ")"},
		{run.total.Created, "people new"},
		{run.total.Changed, "changed"},
		{run.total.Unchanged, "unchanged"},
		{run.superseded, "superseded by a later row of the same reference"},
		{run.total.Erased, "skipped: erased before"},
		{run.rejects.rows, "rejected"},
	} {
		fmt.Fprintf(to, "%9d %s\n", line.n, line.what)
	}
	if run.rejects.rows > 0 {
		fmt.Fprintln(to, "what was rejected, and why:", run.rejects.path)
	}
}

// rejects are the rows that were not taken, in a file that there is only when
// there are any. It holds no values, so that it may be sent around.
type rejects struct {
	path string
	rows int
	file *os.File
	out  *csv.Writer
}

// forget removes what an earlier run rejected.
func (r *rejects) forget() error {
	if err := os.Remove(r.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove old rejects: %w", err)
	}
	return nil
}

func (r *rejects) add(line int, wrong []person.FieldError) (err error) {
	if r.file == nil {
		if r.file, err = os.OpenFile(r.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
			return fmt.Errorf("write rejects: %w", err)
		}
		r.out = csv.NewWriter(r.file)
		_ = r.out.Write([]string{"line", "field", "reason"}) // Flush tells
	}
	r.rows++
	for _, f := range wrong {
		_ = r.out.Write([]string{strconv.Itoa(line), f.Field, f.Message})
	}
	return r.out.Error()
}

func (r *rejects) close() error {
	if r.file == nil {
		return nil
	}
	r.out.Flush()
	return errors.Join(r.out.Error(), r.file.Close())
}

package generate

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Write generates into the folder dir, which it makes if need be:
//
//	residents.jsonl  a Resident a line
//	clusters.csv     id,cluster: records of one person share the cluster
//	queries.jsonl    a Query a line, unless o.Queries is below zero
//
// The files come into place together when all are complete; after an error, and
// when ctx ends, whatever was in dir before is as it was.
func Write(ctx context.Context, dir string, o Options) error {
	if err := o.validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	scratch, err := os.MkdirTemp(dir, ".generating-")
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	defer os.RemoveAll(scratch)
	if err := writeFiles(ctx, scratch, o); err != nil {
		return err
	}
	return moveFiles(scratch, dir)
}

func writeFiles(ctx context.Context, dir string, o Options) error {
	g := newGenerator(o)
	r, err := o.recipe()
	if err != nil {
		return err
	}
	if o.Queries < 0 {
		return writeResidents(ctx, dir, g, func(*person) {}, o.progressFrom(0))
	}
	set := newQuestionSet(g, o.queries(), r)
	if err := writeResidents(ctx, dir, g, set.sampler.see, o.progressFrom(0)); err != nil {
		return err
	}
	queries, err := set.make(ctx, o.progressFrom(o.N))
	if err != nil {
		return err
	}
	return writeQueries(dir, queries)
}

func (o Options) progressFrom(before int) func(done int) {
	total := o.N
	if o.Queries >= 0 {
		total *= 2
	}
	return func(done int) {
		if o.Progress != nil {
			o.Progress(before+done, total)
		}
	}
}

func writeResidents(ctx context.Context, dir string, g *generator, see func(*person), progress func(int)) (err error) {
	residents, err := create(dir, "residents.jsonl")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, residents.close()) }()
	clusters, err := create(dir, "clusters.csv")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clusters.close()) }()
	if _, err := clusters.WriteString("id,cluster\n"); err != nil {
		return err
	}
	lines := residents.lines()
	return g.every(ctx, progress, func(p *person) error {
		see(p)
		if _, err := clusters.WriteString(p.file.ID + "," + p.cluster + "\n"); err != nil {
			return err
		}
		return lines.Encode(&p.file)
	})
}

func writeQueries(dir string, queries []Query) (err error) {
	file, err := create(dir, "queries.jsonl")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.close()) }()
	lines := file.lines()
	for _, q := range queries {
		if err := lines.Encode(q); err != nil {
			return fmt.Errorf("generate: %w", err)
		}
	}
	return nil
}

// output is a buffered file; what went wrong in writing shows when it is closed.
type output struct {
	*bufio.Writer
	under *os.File
}

func create(dir, name string) (output, error) {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return output{}, fmt.Errorf("generate: %w", err)
	}
	return output{bufio.NewWriterSize(f, 1<<16), f}, nil
}

func (f output) lines() *json.Encoder {
	lines := json.NewEncoder(f)
	lines.SetEscapeHTML(false)
	return lines
}

func (f output) close() error {
	if err := errors.Join(f.Flush(), f.under.Close()); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return nil
}

// moveFiles puts the new files in place of the old. Old questions go even if
// there are no new ones: they are not about these residents.
func moveFiles(from, to string) error {
	for _, name := range []string{"queries.jsonl", "clusters.csv", "residents.jsonl"} {
		err := os.Rename(filepath.Join(from, name), filepath.Join(to, name))
		if errors.Is(err, fs.ErrNotExist) {
			err = os.RemoveAll(filepath.Join(to, name))
		}
		if err != nil {
			return fmt.Errorf("generate: %w", err)
		}
	}
	return nil
}

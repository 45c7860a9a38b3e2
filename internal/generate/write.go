package generate

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	set := newQuestionSet(g, o.queries())
	progress := o.progressFrom(0)
	if err := writeResidents(ctx, dir, g, set.sampler, progress); err != nil {
		return err
	}
	if o.queries() == 0 {
		return nil
	}
	queries, err := set.make(ctx, o.progressFrom(o.N))
	if err != nil {
		return err
	}
	return writeQueries(dir, queries)
}

func (o Options) progressFrom(before int) func(done int) {
	total := o.N
	if o.queries() > 0 {
		total *= 2
	}
	return func(done int) {
		if o.Progress != nil {
			o.Progress(before+done, total)
		}
	}
}

func writeResidents(ctx context.Context, dir string, g *generator, sampler *sampler, progress func(int)) (err error) {
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
	clusters.WriteString("id,cluster\n")
	lines := residents.lines()
	return g.every(ctx, progress, func(p *person) error {
		sampler.see(p)
		clusters.WriteString(p.file.ID + "," + p.cluster + "\n")
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

// file is a buffered file; what went wrong in writing shows when it is closed.
type file struct {
	*bufio.Writer
	under *os.File
}

func create(dir, name string) (file, error) {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return file{}, fmt.Errorf("generate: %w", err)
	}
	return file{bufio.NewWriterSize(f, 1<<16), f}, nil
}

func (f file) lines() *json.Encoder {
	lines := json.NewEncoder(f)
	lines.SetEscapeHTML(false)
	return lines
}

func (f file) close() error {
	if err := errors.Join(f.Flush(), f.under.Close()); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return nil
}

func moveFiles(from, to string) error {
	made, err := os.ReadDir(from)
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	for _, f := range made {
		if err := os.Rename(filepath.Join(from, f.Name()), filepath.Join(to, f.Name())); err != nil {
			return fmt.Errorf("generate: %w", err)
		}
	}
	return nil
}

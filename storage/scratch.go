package storage

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Scratch makes a migrated database of its own on the server of c, for work that
// must touch nobody's data. It returns the configuration that opens it, and what
// drops it again with all connections to it. The user of c must be allowed to
// create databases.
func Scratch(ctx context.Context, c Config) (scratch Config, drop func(context.Context) error, err error) {
	address, err := url.Parse(c.URL)
	if err != nil {
		return Config{}, nil, fmt.Errorf("postgres URL cannot be read")
	}
	name := "persons_scratch_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	quoted := pgx.Identifier{name}.Sanitize()
	if err := administer(ctx, c, "create database "+quoted); err != nil {
		return Config{}, nil, err
	}
	drop = func(ctx context.Context) error {
		return administer(ctx, c, "drop database if exists "+quoted+" with (force)")
	}
	address.Path = "/" + name
	scratch = c
	scratch.URL = address.String()
	if err := Migrate(ctx, scratch, io.Discard); err != nil {
		return Config{}, nil, fmt.Errorf("%w (and drop it again: %w)", err, drop(context.WithoutCancel(ctx)))
	}
	return scratch, drop, nil
}

// administer runs a statement that concerns whole databases and so takes no
// arguments and no transaction.
func administer(ctx context.Context, c Config, statement string) error {
	config, err := c.pool()
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return translate("open database", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, statement)
	return translate("create or drop a scratch database", err)
}

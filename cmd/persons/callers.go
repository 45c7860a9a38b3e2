package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"personindex/access"
	"personindex/configs"
	"personindex/identity"
	"personindex/internal/devissuer"
	"personindex/person"
)

// newCallers makes what knows callers: the issuers of the configuration, the
// development issuer where there is one, and API keys.
func (a *app) newCallers() error {
	config := a.config.IdentityConfig()
	if a.config.Access.DevelopmentIssuer != "" {
		issuer, err := developmentIssuer(a.config)
		if err != nil {
			return err
		}
		a.issuer = issuer
		config.Issuers = append(slices.Clone(config.Issuers), issuer.Settings(config.Areas))
	}
	var err error
	a.callers, err = identity.New(config, a.store, a.log)
	return err
}

// developmentIssuer is the issuer whose key is in .local/.
func developmentIssuer(config configs.Config) (*devissuer.Issuer, error) {
	key, err := devissuer.LoadKey(filepath.Join(".local", "development-issuer.pem"))
	if err != nil {
		return nil, err
	}
	return devissuer.New("http://"+config.Access.DevelopmentIssuer, key), nil
}

// issuerServer serves the development issuer.
func (a *app) issuerServer() *http.Server {
	return &http.Server{Addr: a.config.Access.DevelopmentIssuer, Handler: a.issuer, ReadHeaderTimeout: 5 * time.Second}
}

// requireCallers refuses to serve where nobody could ever be known.
func (a *app) requireCallers(ctx context.Context) error {
	if len(a.config.Access.Issuers) > 0 || a.issuer != nil {
		return nil
	}
	found, err := a.store.HasAPIKey(ctx)
	if err != nil || found {
		return err
	}
	return errors.New("nobody could call: set access.issuers (docs/keeping.md says how), " +
		"or make an API key with `persons api-key create`. To develop, use `persons dev run`")
}

// rights are what flags say that a caller may do.
type rights struct {
	roles, areas []string
	clearance    string
}

func (r *rights) flags(flags *pflag.FlagSet) {
	flags.StringSliceVar(&r.roles, "role", nil, "a `role`: "+listed(access.Roles())+"; may be repeated")
	flags.StringSliceVar(&r.areas, "area", nil, "a service `area` of access.areas; may be repeated")
	flags.StringVar(&r.clearance, "clearance", "none", "sees `people` who are none, restricted or very-restricted")
}

// caller is who has the rights, if there are such roles, areas and clearance.
func (r rights) caller(config configs.Config) (access.Caller, error) {
	var c access.Caller
	if len(r.roles) == 0 {
		return c, errors.New("--role must name what the bearer may do: " + listed(access.Roles()))
	}
	for _, text := range r.roles {
		role := access.Role(text)
		if !slices.Contains(access.Roles(), role) {
			return c, fmt.Errorf("--role %s is none of %s", text, listed(access.Roles()))
		}
		c.Roles = append(c.Roles, role)
	}
	for _, text := range r.areas {
		area := access.Area(text)
		if !slices.Contains(config.Access.Areas, area) {
			return c, fmt.Errorf("--area %s is none of access.areas: %s", text, listed(config.Access.Areas))
		}
		c.Areas = append(c.Areas, area)
	}
	var err error
	if c.Clearance, err = person.ParseRestriction(r.clearance); err != nil {
		return c, fmt.Errorf("--clearance %w", err)
	}
	c.BreakGlass = c.Clearance
	return c, nil
}

// listed is names in a row.
func listed[T ~string](names []T) string {
	var texts []string
	for _, name := range names {
		texts = append(texts, string(name))
	}
	return strings.Join(texts, ", ")
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"personindex/access"
	"personindex/configs"
	"personindex/internal/devissuer"
	"personindex/person"
)

const (
	// developmentAddress is where the development issuer listens, unless the
	// configuration says otherwise.
	developmentAddress = "127.0.0.1:8090"
	// tokenTime is a working day with its evening.
	tokenTime = 12 * time.Hour
)

// developmentAreas are the service areas where the configuration names none.
func developmentAreas() []access.Area { return []access.Area{"housing", "social-care"} }

func tokenCommand() *cobra.Command {
	var may rights
	var who access.Caller
	var breakGlass string
	lasting := tokenTime
	cmd := &cobra.Command{
		Use:   "token --role ROLE",
		Short: "Make a token of the development issuer",
		Long: `token prints a token that "persons dev run" of this checkout accepts. It is made with the key in .local/, so nothing
need be running. Nobody else believes it.`,
		Example: `  curl -H "Authorization: Bearer $(persons token --role reader)" 'http://127.0.0.1:8080/persons?lastName=Example'`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := load(cmd)
			if err != nil {
				return err
			}
			if config, err = withIssuer(config); err != nil {
				return err
			}
			caller, err := may.caller(config)
			if err != nil {
				return err
			}
			if caller.BreakGlass, err = person.ParseRestriction(breakGlass); err != nil {
				return fmt.Errorf("--break-glass %w", err)
			}
			caller.Subject, caller.Forename, caller.Surname, caller.Postcode = who.Subject, who.Forename, who.Surname, who.Postcode
			return printToken(cmd.OutOrStdout(), config, caller, lasting)
		},
	}
	flags := cmd.Flags()
	may.flags(flags)
	flags.StringVar(&breakGlass, "break-glass", "none", "may see `people` in an emergency who are restricted or very-restricted")
	flags.StringVar(&who.Subject, "subject", "developer", "`name` of the bearer in history and audit")
	flags.StringVar(&who.Forename, "forename", "", "of the bearer, as are the next two")
	flags.StringVar(&who.Surname, "surname", "", "")
	flags.StringVar(&who.Postcode, "postcode", "", "")
	flags.DurationVar(&lasting, "for", tokenTime, "how long it is valid")
	return cmd
}

func printToken(to io.Writer, config configs.Config, c access.Caller, lasting time.Duration) error {
	issuer, err := developmentIssuer(config)
	if err != nil {
		return err
	}
	token, err := issuer.Token(c, lasting)
	if err != nil {
		return err
	}
	fmt.Fprintln(to, token)
	return nil
}

// withIssuer is a configuration with the development issuer, and with service areas
// where it names none. It refuses one that says production.
func withIssuer(config configs.Config) (configs.Config, error) {
	if config.Production {
		return configs.Config{}, errors.New("production is set: tokens are made by the council's issuers, not by this program")
	}
	config.Access.DevelopmentIssuer = cmp.Or(config.Access.DevelopmentIssuer, developmentAddress)
	if len(config.Access.Areas) == 0 {
		config.Access.Areas = developmentAreas()
	}
	return config, config.Validate()
}

// bearer is somebody to be in development.
type bearer struct {
	name   string
	caller access.Caller
}

// bearers are those for whom make run makes tokens.
func bearers(areas []access.Area) []bearer {
	first := areas[:min(1, len(areas))]
	return []bearer{
		{"officer", access.Caller{Roles: []access.Role{access.Reader, access.Writer}, Areas: first, BreakGlass: person.Restricted}},
		{"steward", access.Caller{
			Roles: []access.Role{access.Reader, access.Writer, access.Steward}, Areas: areas,
			Clearance: person.Restricted, BreakGlass: person.VeryRestricted,
		}},
		{"analyst", access.Caller{Roles: []access.Role{access.Analyst}}},
		{"support", access.Caller{Roles: []access.Role{access.Support}}},
		{"auditor", access.Caller{Roles: []access.Role{access.Auditor}}},
		{"admin", access.Caller{Roles: []access.Role{access.Admin}, Clearance: person.VeryRestricted}},
	}
}

// tokens are one for each bearer, by name.
func tokens(issuer *devissuer.Issuer, areas []access.Area) (map[string]string, error) {
	made := map[string]string{}
	for _, b := range bearers(areas) {
		b.caller.Subject = b.name
		token, err := issuer.Token(b.caller, tokenTime)
		if err != nil {
			return nil, err
		}
		made[b.name] = token
	}
	return made, nil
}

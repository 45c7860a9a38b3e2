package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"personindex/access"
	"personindex/configs"
	"personindex/storage"
)

func apiKeyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "api-key",
		Short: "Keep the credentials of programs that cannot get a token",
		Long: `api-key keeps credentials for tools such as Qlik's REST connector, which cannot get a token. A key is sent as
"Authorization: Bearer KEY", or as the password of Basic with any user name. Only its hash is kept, so it is shown once.`,
	}
	cmd.AddCommand(apiKeyCreate(), apiKeyList(), apiKeyRevoke())
	return cmd
}

func apiKeyCreate() *cobra.Command {
	var may rights
	var name, expires string
	cmd := &cobra.Command{
		Use:     "create --name NAME --role ROLE --expires 90d",
		Short:   "Make a key, and show it this once",
		Example: "  persons api-key create --name qlik --role analyst --expires 90d",
		Args:    cobra.NoArgs,
		RunE: withStore(func(cmd *cobra.Command, _ []string, config configs.Config, store *storage.Store) error {
			caller, err := may.caller(config)
			if err != nil {
				return err
			}
			lasting, err := keyTime(expires)
			if err != nil {
				return err
			}
			if name = strings.TrimSpace(name); name == "" || len([]rune(name)) > 100 {
				return errors.New("--name must say in 1 to 100 characters what the key is for")
			}
			secret := access.NewSecret()
			key, err := store.AddAPIKey(cmd.Context(), storage.Change{Actor: operator()}, access.Key{
				ID: secret.ID, Name: name, Hash: secret.Hash(), Roles: caller.Roles, Areas: caller.Areas, Clearance: caller.Clearance,
			}, lasting)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "key %s is valid until %s; it is not shown again\n", key.ID, key.ExpiresAt.UTC().Format(time.DateOnly))
			fmt.Fprintln(cmd.OutOrStdout(), secret.Text())
			return nil
		}),
	}
	may.flags(cmd.Flags())
	cmd.Flags().StringVar(&name, "name", "", "what the key is for")
	cmd.Flags().StringVar(&expires, "expires", "", "after how many `days` it is valid no more, such as 90d; a year at most")
	_ = cmd.MarkFlagRequired("name")
	_ = cmd.MarkFlagRequired("role")
	_ = cmd.MarkFlagRequired("expires")
	return cmd
}

var dayForm = regexp.MustCompile(`^([1-9][0-9]{0,2})d$`)

// keyTime reads how long a key is valid.
func keyTime(text string) (time.Duration, error) {
	found := dayForm.FindStringSubmatch(text)
	if found == nil {
		return 0, errors.New("--expires must be a number of days such as 90d")
	}
	days, _ := strconv.Atoi(found[1]) // three digits
	lasting := time.Duration(days) * 24 * time.Hour
	if lasting > access.MaxKeyAge {
		return 0, errors.New("--expires must be a year at most: whoever needs the key longer makes another then")
	}
	return lasting, nil
}

func apiKeyList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the keys, the newest first, without their secrets",
		Args:  cobra.NoArgs,
		RunE: withStore(func(cmd *cobra.Command, _ []string, _ configs.Config, store *storage.Store) error {
			keys, err := store.APIKeys(cmd.Context())
			if err != nil {
				return err
			}
			now, err := store.Now(cmd.Context())
			if err != nil {
				return err
			}
			return listKeys(cmd.OutOrStdout(), keys, now)
		}),
	}
}

func listKeys(to io.Writer, keys []access.Key, now time.Time) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tNAME\tSTATE\tROLES\tAREAS\tCLEARANCE\tEXPIRES\tLAST USED")
	for _, k := range keys {
		fmt.Fprintf(table, "%s\t%q\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, keyState(k, now),
			listed(k.Roles), listed(k.Areas), k.Clearance, k.ExpiresAt.UTC().Format(time.DateOnly), day(k.UsedOn))
	}
	return table.Flush()
}

func keyState(k access.Key, now time.Time) string {
	switch {
	case k.RevokedAt != nil:
		return "revoked"
	case !k.Live(now):
		return "expired"
	}
	return "live"
}

func day(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.UTC().Format(time.DateOnly)
}

func apiKeyRevoke() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "End a key; services that run refuse it within three seconds",
		Args:  cobra.ExactArgs(1),
		RunE: withStore(func(cmd *cobra.Command, args []string, _ configs.Config, store *storage.Store) error {
			// Whoever has only the key at hand, as found in a file, may give that.
			id := args[0]
			if secret, ok := access.ParseSecret(id); ok {
				id = secret.ID
			}
			found, err := store.RevokeAPIKey(cmd.Context(), storage.Change{Actor: operator()}, id)
			if err == nil && !found {
				err = errors.New("there is no key of this id: see persons api-key list")
			}
			return err
		}),
	}
}

// withStore opens the register for a command that needs nothing else.
func withStore(run func(*cobra.Command, []string, configs.Config, *storage.Store) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		config, err := load(cmd)
		if err != nil {
			return err
		}
		store, err := openStore(cmd.Context(), config)
		if err != nil {
			return err
		}
		defer store.Close()
		return run(cmd, args, config, store)
	}
}

// openStore opens a register whose schema is current.
func openStore(ctx context.Context, config configs.Config) (*storage.Store, error) {
	store, err := storage.Open(ctx, config.StoreConfig())
	if err != nil {
		return nil, err
	}
	if err := checkSchema(ctx, store); err != nil {
		store.Close()
		return nil, err
	}
	return store, nil
}

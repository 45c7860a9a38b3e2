// Command persons is the person index: its service, its indexer and what its
// keepers run, one verb each. `persons --help` lists them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := newCommand().ExecuteContext(ctx); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "persons:", err)
		os.Exit(1)
	}
}

// newCommand is the whole command line.
func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "persons",
		Short:         "One index of every resident a council serves",
		Long:          "persons answers whether a resident is on file already, keeps the records, and keeps the search index true to them.",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().String("config", "", "configuration `file` (YAML); every setting is in configs/default.yaml")
	root.AddCommand(
		serveCommand(), indexCommand(), migrateCommand(), importCommand(), reindexCommand(), verifyCommand(),
		frequenciesCommand(), generateCommand(), trainCommand(), evaluateCommand(), encryptionCommand(),
		devCommand(), healthCommand(),
		tokenCommand(), apiKeyCommand(), auditCommand(),
		erasuresCommand(), subjectAccessCommand(),
	)
	root.CompletionOptions.DisableDefaultCmd = true
	return root
}

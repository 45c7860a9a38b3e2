package main

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"personindex/audit"
	"personindex/storage"
)

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Prove, read and keep the audit of who did and saw what"}
	cmd.AddCommand(auditKeygenCommand(), auditShowCommand(), auditVerifyCommand(), auditDropCommand())
	return cmd
}

func auditKeygenCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "keygen --out FILE",
		Short: "Make the auditors' keys: a private one in FILE, and the service's, printed",
		Long: `keygen makes the pair of keys to which what is searched for is sealed. Run it where the auditors are. FILE holds the
private key and is all that opens what was sealed to it: keep it, and a copy, away from the service. The line that is
printed is the setting audit.publicKey of the service (PERSONS_AUDIT_PUBLIC_KEY).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			public, err := writeAuditKey(file)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "key %s; the private half is in %s\n", public.ID(), file)
			fmt.Fprintln(cmd.OutOrStdout(), public)
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "out", "", "`file` for the private key; one that is there is not overwritten")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

// writeAuditKey makes a pair of keys and writes the private one to a new file.
func writeAuditKey(path string) (*audit.PublicKey, error) {
	public, private, err := audit.GenerateKey()
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write private key: %w", err)
	}
	_, err = file.Write(private)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, fmt.Errorf("write private key: %w", err)
	}
	return public, nil
}

// withRegister runs a verb that needs Postgres and nothing else.
func withRegister(run func(*cobra.Command, *storage.Store) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		config, err := load(cmd)
		if err != nil {
			return err
		}
		store, err := storage.Open(cmd.Context(), config.StoreConfig())
		if err != nil {
			return err
		}
		defer store.Close()
		if err := store.CheckSchema(cmd.Context()); err != nil {
			return err
		}
		return run(cmd, store)
	}
}

// operator is who runs this program, as the audit names them.
func operator() string {
	who, err := user.Current()
	if err != nil {
		return fmt.Sprintf("operator %d", os.Getuid())
	}
	return "operator " + who.Username
}

func auditVerifyCommand() *cobra.Command {
	var noted string
	cmd := &cobra.Command{
		Use:   "verify [--head NUMBER:HASH]",
		Short: "Prove that nothing on the audit was changed, removed or inserted; exit 1 if something was",
		Long: `verify follows the chain of seals from its beginning, computes every hash again and looks for events that are in no seal.
With --head it also proves that the chain holds the seal that was noted elsewhere: in the service's log ("audit sealed"),
in what this command printed last time, or in the metrics. Without it, somebody with every right on the database
could have written the chain anew. What it prints last is the head to note.`,
		Example: "  persons audit verify --head 1207:9c1f...",
		Args:    cobra.NoArgs,
		RunE: withRegister(func(cmd *cobra.Command, store *storage.Store) error {
			head := audit.Head{}
			if noted != "" {
				var err error
				if head, err = audit.ParseHead(noted); err != nil {
					return err
				}
			}
			return verifyAudit(cmd, store, head)
		}),
	}
	cmd.Flags().StringVar(&noted, "head", "", "`NUMBER:HASH` of a seal that was noted elsewhere")
	return cmd
}

// verifyAudit prints what is wrong with the audit, and fails if anything is.
func verifyAudit(cmd *cobra.Command, store *storage.Store, noted audit.Head) error {
	last, err := store.LastSeal(cmd.Context())
	if err != nil {
		return err
	}
	total := int64(0)
	if last != nil {
		total = last.Number
	}
	progress, finish := newProgress(cmd.ErrOrStderr())
	report, err := audit.Verify(cmd.Context(), store, noted, func(seals int64) { progress("seals", seals, max(seals, total)) })
	finish()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%d seals over %d events", report.Seals, report.Events)
	if report.Dropped > 0 {
		fmt.Fprintf(out, ", and over %d that are no longer kept", report.Dropped)
	}
	fmt.Fprintln(out)
	for _, wrong := range report.Wrong {
		fmt.Fprintln(out, "WRONG:", wrong)
	}
	if report.Head.Number > 0 {
		fmt.Fprintln(out, "head", report.Head)
	}
	if len(report.Wrong) > 0 {
		return errors.New("the audit is not as it was written")
	}
	return nil
}

func auditDropCommand() *cobra.Command {
	var before string
	cmd := &cobra.Command{
		Use:   "drop [--before YYYY-MM]",
		Short: "Remove the events of whole months that need not be kept any more; their seals stay",
		Long: `drop removes the events of every month before the given one, or all but the last audit.keepMonths months. It verifies the
chain first and drops nothing from one that does not hold, nor a month with events that are not sealed. What it drops is
on the audit. It needs the rights of the audit's owner, which the service does not have.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := load(cmd)
			if err != nil {
				return err
			}
			limit, err := firstKept(before, config.Audit.KeepMonths, time.Now())
			if err != nil {
				return err
			}
			return withRegister(func(cmd *cobra.Command, store *storage.Store) error {
				return dropAudit(cmd, store, limit)
			})(cmd, args)
		},
	}
	cmd.Flags().StringVar(&before, "before", "", "the first `month` to keep, as 2026-01")
	return cmd
}

// firstKept is the first month to keep.
func firstKept(before string, keep int, now time.Time) (time.Time, error) {
	if before == "" {
		if keep == 0 {
			return time.Time{}, errors.New("say which month is the first to keep, with --before or audit.keepMonths")
		}
		return audit.MonthOf(now).AddDate(0, -keep, 0), nil
	}
	month, err := time.Parse("2006-01", before)
	if err != nil {
		return time.Time{}, errors.New("--before must be a month such as 2026-01")
	}
	return month, nil
}

func dropAudit(cmd *cobra.Command, store *storage.Store, before time.Time) error {
	if err := verifyAudit(cmd, store, audit.Head{}); err != nil {
		return err
	}
	months, err := store.AuditMonths(cmd.Context())
	if err != nil {
		return err
	}
	for _, month := range months {
		if !month.Before(before) {
			break
		}
		dropped, err := store.DropAudit(cmd.Context(), operator(), month)
		if err != nil {
			return fmt.Errorf("drop %s: %w", month.Format("2006-01"), err)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "dropped %s: %d events\n", month.Format("2006-01"), dropped.Events)
	}
	return nil
}

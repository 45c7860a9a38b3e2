package localstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// provide sees to it that what the servers need is installed: those that run
// need nothing.
func provide(ctx context.Context, c checkout, servers []server) error {
	var missing []string
	for _, s := range servers {
		if !s.base().running() {
			missing = append(missing, s.missing()...)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	missing = slices.Compact(missing)
	_, noApt := exec.LookPath("apt-get")
	if err := mayInstall(missing, os.Geteuid() == 0, noApt == nil); err != nil {
		return err
	}
	c.say("installing %s …", strings.Join(missing, " "))
	return install(ctx, missing)
}

// mayInstall is nil if this process can install the packages itself, and an
// error with what to do instead if not.
func mayInstall(packages []string, root, apt bool) error {
	names := strings.Join(packages, " ")
	switch {
	case !apt:
		return fmt.Errorf("not installed: what Debian calls %s", names)
	case !root:
		return fmt.Errorf("not installed: %s; run\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends %s", names, names)
	}
	return nil
}

// noMainCluster is a setting of Debian's postgresql-common: without it the
// package, once installed, starts a Postgres of its own on port 5432.
const noMainCluster = "/etc/postgresql-common/createcluster.d/personindex.conf"

// install has apt install packages. The setting goes again: it is meant for
// this installation, not for what an administrator installs later.
func install(ctx context.Context, packages []string) error {
	// apt refuses to run twice at once, and only half of it knows how to wait.
	unlock, err := lock(ctx, "/var/lib/apt", func() {})
	if err != nil {
		return err
	}
	defer unlock()
	if err := os.MkdirAll("/etc/postgresql-common/createcluster.d", 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(noMainCluster, []byte("create_main_cluster = false\n"), 0o644); err != nil {
		return err
	}
	defer os.Remove(noMainCluster)

	if err := apt(ctx, "update"); err != nil {
		return err
	}
	return apt(ctx, append([]string{"install", "-y", "--no-install-recommends"}, packages...)...)
}

func apt(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-q", "-o", "DPkg::Lock::Timeout=300"}, args...)...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("apt-get %s: %w:\n%s", args[0], errors.Join(err, ctx.Err()), lastLines(out, 20))
	}
	return nil
}

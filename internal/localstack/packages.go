package localstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A need is what a server cannot start without.
type need struct {
	debian string // the Debian package that has it
	unmet  error  // nil when it is installed
}

// provide sees to it that what the servers need is installed. Servers that run
// need nothing.
func provide(ctx context.Context, c checkout, servers []server) error {
	packages, unmet := unmetNeeds(servers)
	if unmet == nil {
		return nil
	}
	_, noApt := exec.LookPath("apt-get")
	if err := mayInstall(packages, os.Geteuid() == 0, noApt == nil); err != nil {
		return fmt.Errorf("%w; %w", unmet, err)
	}
	c.say("installing %s …", strings.Join(packages, " "))
	if err := c.install(ctx, packages); err != nil {
		return err
	}
	_, unmet = unmetNeeds(servers) // an older Debian has an older Postgres
	return unmet
}

// unmetNeeds are the packages to install before a start, sorted, and why.
func unmetNeeds(servers []server) (packages []string, unmet error) {
	for _, s := range servers {
		if s.base().running() {
			continue
		}
		for _, n := range s.needs() {
			if n.unmet != nil {
				packages = append(packages, n.debian)
				unmet = errors.Join(unmet, n.unmet)
			}
		}
	}
	slices.Sort(packages)
	return slices.Compact(packages), unmet
}

// mayInstall is nil if this process can install the packages itself, and else
// an error that says what to do.
func mayInstall(packages []string, root, apt bool) error {
	names := strings.Join(packages, " ")
	switch {
	case !apt:
		return fmt.Errorf("install what Debian calls %s", names)
	case !root:
		return fmt.Errorf("run\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends %s", names)
	}
	return nil
}

// noMainCluster is a setting of Debian's postgresql-common: without it the
// package, once installed, starts a Postgres of its own on port 5432.
const noMainCluster = "/etc/postgresql-common/createcluster.d/personindex.conf"

// install has apt install packages. The setting goes again: it is meant for
// this installation, not for what an administrator installs later.
func (c checkout) install(ctx context.Context, packages []string) error {
	// apt fails when it runs twice at once, and only its second half knows how
	// to wait. Its own locks are of the other kind (fcntl), so this one, among
	// checkouts, does not get in their way.
	held, err := lock(ctx, "/var/lib/dpkg/lock", func() {})
	if err != nil {
		return err
	}
	defer held.Close()
	if err := os.MkdirAll(filepath.Dir(noMainCluster), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(noMainCluster, []byte("create_main_cluster = false\n"), 0o644); err != nil {
		return err
	}
	defer os.Remove(noMainCluster)

	if err := c.apt(ctx, "update"); err != nil {
		return err
	}
	return c.apt(ctx, append([]string{"install", "-y", "--no-install-recommends"}, packages...)...)
}

func (c checkout) apt(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-q", "-o", "DPkg::Lock::Timeout=300"}, args...)...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	return c.run(cmd)
}

package localstack

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// An account is the user that the servers run as.
type account struct {
	name     string
	uid, gid int
}

// serverAccount is the caller or, since Postgres refuses root and Elasticsearch
// is better without it, for root the user that Debian's package makes.
func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{"you", os.Geteuid(), os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2); err != nil {
			return account{}, fmt.Errorf("user %s: %w", name, err)
		}
		return account{name, uid, gid}, nil
	}
	return account{}, errors.New("root needs an unprivileged user to run the servers as: neither postgres nor nobody exists")
}

// confine makes cmd run as the servers' user. Where cmd.Dir lies below a
// folder which that user may not enter, as a checkout in /root does, the
// command gets the one capability it takes to go there.
func confine(cmd *exec.Cmd) error {
	if cmd.SysProcAttr = (&syscall.SysProcAttr{}); os.Geteuid() != 0 {
		return nil
	}
	a, err := serverAccount()
	if err != nil {
		return err
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	for _, grant := range grants() {
		grant(cmd.SysProcAttr)
		probe := exec.Command("true")
		probe.Dir, probe.SysProcAttr = cmd.Dir, cmd.SysProcAttr
		if err = probe.Run(); err == nil {
			return nil
		}
	}
	return fmt.Errorf("the user %s, as whom root runs the servers, cannot enter %s: move the checkout, or run as another user than root: %w", a.name, cmd.Dir, err)
}

// makeOwnDirectory makes dir, for the servers' user alone.
func makeOwnDirectory(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return giveAway(dir)
}

// giveAway makes the servers' user the owner of path.
func giveAway(path string) error {
	a, err := serverAccount()
	if err != nil {
		return err
	}
	return os.Chown(path, a.uid, a.gid)
}

// checkOwner refuses data of somebody else, as a run with sudo leaves them:
// the servers' own messages about that are hard to read.
func checkOwner(dir string) error {
	a, err := serverAccount()
	if err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if owner := int(info.Sys().(*syscall.Stat_t).Uid); owner != a.uid {
		return fmt.Errorf("%s belongs to user %d, not to %s (%d): run as who made it, or forget the data with make clean", dir, owner, a.name, a.uid)
	}
	return nil
}

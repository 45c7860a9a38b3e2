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

// An identity is the user that a server runs as, and its capabilities.
type identity struct{ syscall.SysProcAttr }

// identify chooses the identity of a server whose folders are dirs. It is the
// caller's own or, for root, that of an unprivileged user. A checkout in /root
// is out of that user's reach: then the first of the exceptions that reaches
// dirs is taken.
func identify(exceptions func(unprivileged syscall.Credential) []syscall.SysProcAttr, dirs ...string) (identity, error) {
	if os.Geteuid() != 0 {
		return identity{}, nil
	}
	unprivileged, err := unprivilegedUser()
	if err != nil {
		return identity{}, err
	}
	candidates := append([]syscall.SysProcAttr{{Credential: &unprivileged}}, exceptions(unprivileged)...)
	for _, c := range candidates {
		id := identity{c}
		if err = id.reach(dirs); err == nil {
			return id, nil
		}
	}
	return identity{}, fmt.Errorf("user %d, as whom root runs the servers, has no way into the checkout: move it, or run as another user than root: %w", unprivileged.Uid, err)
}

// unprivilegedUser is the one that Debian's package of Postgres makes, or nobody.
func unprivilegedUser() (syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		return syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
	}
	return syscall.Credential{}, errors.New("root needs another user to run the servers as: neither postgres nor nobody exists")
}

// reach reports whether the identity can enter all of dirs.
func (id identity) reach(dirs []string) error {
	args := make([]string, len(dirs))
	for i, dir := range dirs {
		args[i] = dir + "/."
	}
	probe := exec.Command("stat", args...)
	id.assume(probe)
	return run(probe)
}

// assume makes cmd run with the identity. Capabilities come with the execution
// of cmd, after its working directory is entered, so that is the root.
func (id identity) assume(cmd *exec.Cmd) {
	cmd.Dir, cmd.SysProcAttr = "/", &id.SysProcAttr
}

// uid and gid are the owners of the identity's files.
func (id identity) uid() int {
	if id.Credential == nil {
		return os.Geteuid()
	}
	return int(id.Credential.Uid)
}

func (id identity) gid() int {
	if id.Credential == nil {
		return os.Getegid()
	}
	return int(id.Credential.Gid)
}

// makeDirectory makes dir, for the identity alone.
func (id identity) makeDirectory(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chown(dir, id.uid(), id.gid())
}

// checkOwner refuses data of somebody else, as a run with sudo leaves them:
// the servers' own messages about that are hard to read.
func (id identity) checkOwner(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if owner := int(info.Sys().(*syscall.Stat_t).Uid); owner != id.uid() {
		return fmt.Errorf("%s belongs to user %d, not to %d: run as who made it, or forget the data with make clean", dir, owner, id.uid())
	}
	return nil
}

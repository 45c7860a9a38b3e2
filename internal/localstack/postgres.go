package localstack

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The names inside the server: a superuser and a database are called the same.
const postgresName = "persons"

// oldestPostgres is the major version the project's SQL needs.
const oldestPostgres = 15

// postgres is the checkout's own Postgres: a cluster made by initdb, on a port
// of its own on the loopback address, without a socket in the file system (its
// path may be 107 bytes long at most) and with a generated password, for other
// users of the machine can reach that port too.
type postgres struct{ daemon }

func newPostgres(c checkout) postgres {
	home := c.path("postgres")
	return postgres{daemon{
		checkout: c,
		name:     "Postgres",
		home:     home,
		data:     filepath.Join(home, "cluster"),
		pidFile:  "postmaster.pid",
		ending:   syscall.SIGINT,  // "fast": open transactions are rolled back
		patience: 2 * time.Minute, // replaying what a crash left takes a while
	}}
}

func (p postgres) base() daemon { return p.daemon }

func (p postgres) needs() []need {
	_, err := p.binaries()
	return []need{{"postgresql", err}}
}

// identity is with a capability where it takes one: Postgres refuses root.
func (p postgres) identity() (identity, error) { return identify(capable, p.home) }

// prepare makes the cluster where there is none. It is made aside and renamed,
// so that a cluster that exists is whole.
func (p postgres) prepare(ctx context.Context) error {
	if err := os.MkdirAll(p.home, 0o755); err != nil {
		return err
	}
	id, err := p.identity()
	if err != nil {
		return err
	}
	if _, err := os.Stat(p.data); err == nil {
		return id.checkOwner(p.data)
	}
	p.say("creating a Postgres cluster …")
	aside := filepath.Join(p.home, "new")
	if err := os.RemoveAll(aside); err != nil {
		return err
	}
	if err := id.makeDirectory(aside); err != nil {
		return err
	}
	if err := p.initialise(ctx, id, aside); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(aside, "cluster"), p.data); err != nil {
		return err
	}
	return os.RemoveAll(aside)
}

// initialise makes a cluster with our user and database in aside/cluster.
func (p postgres) initialise(ctx context.Context, id identity, aside string) error {
	bin, err := p.binaries()
	if err != nil {
		return err
	}
	password := rand.Text()
	if err := writeFile(p.passwordFile(), password+"\n", 0o600); err != nil {
		return err
	}
	// initdb runs as another user and cannot read ours.
	handed := filepath.Join(aside, "password")
	if err := writeFile(handed, password+"\n", 0o600); err != nil {
		return err
	}
	if err := os.Chown(handed, id.uid(), id.gid()); err != nil {
		return err
	}
	cluster := filepath.Join(aside, "cluster")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata", cluster,
		"--username", postgresName, "--pwfile", handed, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C.UTF-8")
	if err := p.runAs(id, initdb, ""); err != nil {
		return err
	}
	// The server alone, without a network, so that no step needs a port.
	single := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--single", "-D", cluster, "postgres")
	return p.runAs(id, single, "CREATE DATABASE "+postgresName+"\n")
}

// runAs runs a command that works on the cluster.
func (p postgres) runAs(id identity, cmd *exec.Cmd, input string) error {
	id.assume(cmd)
	cmd.Env, cmd.Stdin = serverEnvironment(), strings.NewReader(input)
	return p.run(cmd)
}

// command sets on the command line what differs from Postgres's defaults, so
// that a changed setting reaches clusters that exist. fsync and
// synchronous_commit stay on: tests kill the server and count on durability.
func (p postgres) command(port int) (*exec.Cmd, error) {
	bin, err := p.binaries()
	if err != nil {
		return nil, err
	}
	args := []string{"-D", p.data, "-p", strconv.Itoa(port)}
	for _, setting := range []string{
		"listen_addresses=127.0.0.1",
		"unix_socket_directories=",
		"max_connections=200", // many test binaries at once, each with a pool
		"shared_buffers=256MB",
		"timezone=UTC",
		"log_timezone=UTC",
		"log_destination=stderr",
		"logging_collector=off",
		// A failed statement and its error hold people's data. The client gets
		// both anyway; the log keeps what concerns the server itself.
		"log_min_messages=log",
		"log_min_error_statement=panic",
		"log_error_verbosity=terse",
	} {
		args = append(args, "-c", setting)
	}
	return exec.Command(filepath.Join(bin, "postgres"), args...), nil
}

// answers asks for TLS and takes any answer: that proves a postmaster at work,
// and not only a socket that a dying one still holds open. That it takes
// queries is what the last line of postmaster.pid says.
func (p postgres) answers(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address(port))
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	// SSLRequest of Postgres's protocol: its length and its code.
	if _, err := conn.Write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}); err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 1))
	return err
}

func (p postgres) describe(s *Stack) error {
	port, err := p.port()
	if err != nil {
		return err
	}
	password := firstLine(p.passwordFile())
	if password == "" {
		return fmt.Errorf("the password of Postgres cannot be read from %s", p.passwordFile())
	}
	s.PostgresURL = (&url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(postgresName, password),
		Host:     address(port),
		Path:     postgresName,
		RawQuery: "sslmode=disable",
	}).String()
	return nil
}

func (p postgres) passwordFile() string { return filepath.Join(p.home, "password") }

// binaries is the folder of initdb and postgres: the newest installed ones or,
// since a cluster is for one major version only, those that made the cluster.
func (p postgres) binaries() (string, error) {
	made := firstLine(filepath.Join(p.data, "PG_VERSION"))
	best, bestVersion := "", oldestPostgres-1
	for _, dir := range postgresFolders() {
		version := postgresVersion(dir)
		if made != "" && made == strconv.Itoa(version) {
			return dir, nil
		}
		if version > bestVersion {
			best, bestVersion = dir, version
		}
	}
	switch {
	case made != "":
		return "", fmt.Errorf("%s was made by Postgres %s, which is not installed: install it, or forget the data with make clean", p.data, made)
	case best == "":
		return "", fmt.Errorf("no Postgres %d or newer is installed", oldestPostgres)
	}
	return best, nil
}

// postgresFolders are the folders that hold an initdb: Debian keeps each major
// version in its own and off the PATH.
func postgresFolders() []string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if onPath, err := exec.LookPath("initdb"); err == nil {
		if onPath, err = filepath.EvalSymlinks(onPath); err == nil {
			found = append(found, onPath)
		}
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found
}

// postgresVersion is the major version of the server in dir, 0 if unknown.
func postgresVersion(dir string) int {
	out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output() // postgres (PostgreSQL) 15.18 (Debian …)
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(out), "(PostgreSQL) ")
	digits := after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
	version, _ := strconv.Atoi(digits)
	return version
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

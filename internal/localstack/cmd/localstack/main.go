// Command localstack starts and stops the checkout's own Postgres and
// Elasticsearch, for the Makefile.
//
//	localstack start        start what does not run; print the addresses
//	localstack env          print the addresses; exit 1 unless both run
//	localstack status       say what runs
//	localstack stop         stop what start started
//	localstack clean        stop, and forget the data
//	localstack fetch        fetch Elasticsearch unless it is there; print its folder
//	localstack run COMMAND  start, run a command, and stop what this started
//
// start and run use the servers that the environment names instead of starting
// any: PERSONS_POSTGRES_URL and PERSONS_ELASTICSEARCH_URLS for start,
// PERSONS_TEST_POSTGRES_URL and PERSONS_TEST_ELASTICSEARCH_URLS for run, since
// tests are what it is for.
//
// Addresses go to standard output as NAME=value lines, progress to standard
// error. The third line of start is LOCALSTACK=started, or LOCALSTACK=attached
// if there was nothing to start.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"personindex/internal/localstack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir := flag.String("dir", "", "the checkout (default: the one around the working directory)")
	heap := flag.String("heap", "1g", "heap of an Elasticsearch that is started")
	flag.Parse()
	if err := dispatch(ctx, *dir, *heap, flag.Args()); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) { // the command of run has said why itself
			os.Exit(exit.ExitCode())
		}
		fmt.Fprintln(os.Stderr, "localstack:", err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, dir, heap string, args []string) error {
	verb := ""
	if len(args) > 0 {
		verb = args[0]
	}
	switch {
	case verb == "start":
		return start(ctx, dir, heap)
	case verb == "env":
		return env(ctx, dir)
	case verb == "status":
		return status(ctx, dir)
	case verb == "stop":
		return localstack.Stop(ctx, dir, os.Stderr)
	case verb == "clean":
		return localstack.Clean(ctx, dir, os.Stderr)
	case verb == "fetch":
		return fetch(ctx, dir)
	case verb == "run" && len(args) > 1:
		return run(ctx, dir, heap, args[1:])
	}
	return errors.New("usage: localstack [-dir DIR] [-heap SIZE] start|env|status|stop|clean|fetch|run COMMAND")
}

func start(ctx context.Context, dir, heap string) error {
	stack, err := up(ctx, dir, heap, "PERSONS")
	if err != nil {
		return err
	}
	printAddresses(stack)
	if stack.Started {
		fmt.Println("LOCALSTACK=started")
	} else {
		fmt.Println("LOCALSTACK=attached")
	}
	return nil
}

func up(ctx context.Context, dir, heap, prefix string) (*localstack.Stack, error) {
	o := localstack.FromEnvironment(prefix)
	o.Dir, o.ElasticsearchHeap, o.Progress = dir, heap, os.Stderr
	return localstack.Start(ctx, o)
}

func env(ctx context.Context, dir string) error {
	stack, err := localstack.Running(ctx, dir)
	if err != nil {
		return err
	}
	if stack.PostgresURL == "" || len(stack.ElasticsearchURLs) == 0 {
		return errors.New("not running")
	}
	printAddresses(stack)
	return nil
}

func printAddresses(stack *localstack.Stack) {
	fmt.Println("PERSONS_POSTGRES_URL=" + stack.PostgresURL)
	fmt.Println("PERSONS_ELASTICSEARCH_URLS=" + strings.Join(stack.ElasticsearchURLs, ","))
}

func status(ctx context.Context, dir string) error {
	stack, err := localstack.Running(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Println("Postgres:     ", runningAt(stack.PostgresURL))
	fmt.Println("Elasticsearch:", runningAt(strings.Join(stack.ElasticsearchURLs, ",")))
	return nil
}

func runningAt(address string) string {
	if address == "" {
		return "not running"
	}
	return "running at " + address
}

func fetch(ctx context.Context, dir string) error {
	folder, err := localstack.Fetch(ctx, dir, os.Stderr)
	if err != nil {
		return err
	}
	fmt.Println(folder)
	return nil
}

// run leaves Ctrl-C to the command, which gets it from the terminal too, and
// stops the servers once the command has ended.
func run(ctx context.Context, dir, heap string, command []string) error {
	stack, err := up(ctx, dir, heap, "PERSONS_TEST")
	if err != nil {
		return err
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if stack.Started {
		err = errors.Join(err, localstack.Stop(context.WithoutCancel(ctx), dir, os.Stderr))
	}
	return err
}

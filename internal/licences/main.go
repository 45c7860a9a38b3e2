// Command licences prints, as Markdown, under which licence each module stands that
// the program is built from, and fails if one is not among those we may use. It
// reads the texts in the module cache.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if err := report(os.Stdout, "."); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// module is a dependency and what it asks of us.
type module struct {
	path, version, dir string
	licence            string // empty where it is not known
	notice             bool   // whether it comes with a notice that must be passed on
}

// permissive are the licences that what we ship may stand under.
func permissive() []string {
	return []string{"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Unlicense"}
}

// report writes the page for the checkout at root. Its error names every module
// whose licence is unknown or not allowed. Modules that only tests use may stand
// under the MPL too, since they are not passed on.
func report(to io.Writer, root string) error {
	shipped, err := modules(root, "./cmd/persons")
	if err != nil {
		return err
	}
	all, err := modules(root, "-test", "./...")
	if err != nil {
		return err
	}
	testing := slices.DeleteFunc(all, func(m module) bool { return slices.Contains(shipped, m) })
	page := bufio.NewWriter(to)
	fmt.Fprintf(page, "# Licences\n\nOf the modules that `persons` is built from. Made by `make licences`, which fails for any other than\n%s. A notice is a text that must be passed on with the program.\n", strings.Join(permissive(), ", "))
	write(page, shipped)
	fmt.Fprintf(page, "\n## Only for building and tests\n\nThese are not passed on, and may stand under MPL-2.0 as well.\n")
	write(page, testing)
	return errors.Join(page.Flush(), refuse(shipped, permissive()), refuse(testing, append(permissive(), "MPL-2.0")))
}

func write(to io.Writer, list []module) {
	fmt.Fprint(to, "\n| module | version | licence | notice |\n|---|---|---|---|\n")
	for _, m := range list {
		notice := ""
		if m.notice {
			notice = "yes"
		}
		fmt.Fprintf(to, "| %s | %s | %s | %s |\n", m.path, m.version, cmp.Or(m.licence, "unknown"), notice)
	}
}

func refuse(list []module, allowed []string) error {
	var errs []error
	for _, m := range list {
		if !slices.Contains(allowed, m.licence) {
			errs = append(errs, fmt.Errorf("%s %s: the licence is %s", m.path, m.version, cmp.Or(m.licence, "unknown")))
		}
	}
	return errors.Join(errs...)
}

// modules are those that the packages need, by path.
func modules(root string, packages ...string) ([]module, error) {
	const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"
	list := exec.Command("go", append([]string{"list", "-deps", "-f", format}, packages...)...)
	list.Dir, list.Stderr = root, os.Stderr
	output, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list modules: %w", err)
	}
	lines := slices.Compact(slices.Sorted(strings.Lines(string(output))))
	var found []module
	for _, line := range lines {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 {
			continue
		}
		m := module{path: fields[0], version: fields[1], dir: fields[2]}
		if err := m.read(); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, nil
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([.-].*)?$`)
	noticeFile  = regexp.MustCompile(`(?i)^notice(\..*)?$`)
)

// read finds the licence in the module's top folder.
func (m *module) read() error {
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return fmt.Errorf("read module %s: %w", m.path, err)
	}
	for _, entry := range entries {
		m.notice = m.notice || noticeFile.MatchString(entry.Name())
		if entry.IsDir() || m.licence != "" || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.dir, entry.Name()))
		if err != nil {
			return fmt.Errorf("read licence of %s: %w", m.path, err)
		}
		m.licence = classify(text)
	}
	return nil
}

// classify names a licence by what only its text says, or returns an empty string.
// Those that ask more come first: a text may quote others.
func classify(text []byte) string {
	text = bytes.Join(bytes.Fields(text), []byte(" "))
	has := func(phrase string) bool { return bytes.Contains(text, []byte(phrase)) }
	switch {
	case has("GNU AFFERO"), has("GNU GENERAL PUBLIC LICENSE"), has("GNU LESSER"), has("GNU LIBRARY"):
		return "GPL or kin"
	case has("Mozilla Public License"):
		return "MPL-2.0"
	case has("Apache License Version 2.0"), has("Apache License, Version 2.0"):
		return "Apache-2.0"
	case has("Neither the name") && has("Redistribution and use in source and binary forms"):
		return "BSD-3-Clause"
	case has("Redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	case has("Permission is hereby granted, free of charge"):
		return "MIT"
	case has("Permission to use, copy, modify, and"):
		return "ISC"
	case has("This is free and unencumbered software"):
		return "Unlicense"
	}
	return ""
}

package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestThePageIsTrueAndEveryLicenceAllowed(t *testing.T) {
	t.Parallel()
	// Read here so that a cached result is not kept when they change.
	for _, file := range []string{"../../go.mod", "../../go.sum"} {
		if _, err := os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	var page bytes.Buffer
	if err := report(&page, "../.."); err != nil {
		t.Error(err)
	}
	written, err := os.ReadFile("../../docs/licences.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(written), page.String()); diff != "" {
		t.Errorf("run make licences: docs/licences.md differs (-written +now)\n%s", diff)
	}
}

func TestLicencesAreToldApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Permission is hereby granted,\n  free of charge":                                                      "MIT",
		"Apache License\n   Version 2.0, January 2004":                                                         "Apache-2.0",
		"GNU GENERAL PUBLIC LICENSE Version 3":                                                                 "GPL or kin",
		"Mozilla Public License Version 2.0":                                                                   "MPL-2.0",
		"Redistribution and use in source and binary forms, with or without modification. Neither the name of": "BSD-3-Clause",
		"all rights reserved":                                                                                  "",
	} {
		if got := classify([]byte(text)); got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
}

func TestOtherLicencesAreRefused(t *testing.T) {
	t.Parallel()
	for _, licence := range []string{"", "GPL or kin", "MPL-2.0"} {
		if refuse([]module{{path: "example.org/m", licence: licence}}, permissive()) == nil {
			t.Errorf("%q is allowed", licence)
		}
	}
}

package main

import (
	"strings"
	"testing"
)

func TestFrequenciesCountsWhoeverIsOnFile(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	a := in.open()
	defer a.close()
	const people = 300
	if err := loadPeople(t.Context(), a.store, sample(people, sampleSeed), people, func(string, int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"frequencies are at version 1", "frequencies are at version 2"} {
		cmd, output := in.command("frequencies")
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		if text := output.String(); !strings.Contains(text, "counting: 300 of 300") || !strings.Contains(text, want) {
			t.Errorf("it says %q, not %q", text, want)
		}
	}
	counted, err := a.store.Frequencies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if counted.Version != 2 || counted.MeanSurname() >= 0.1 || counted.MeanSurname() <= counted.Surname("unheardof")/2 {
		t.Errorf("version %d, the mean share of surnames is %v", counted.Version, counted.MeanSurname())
	}
}

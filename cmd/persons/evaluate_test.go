package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"personindex/match"
)

func TestEvaluateMeasuresAGeneratedSet(t *testing.T) {
	t.Parallel()
	in := newInstallation(t, "PERSONS_LOG_SLOW_QUERY=0") // what is logged must not stand among the figures
	dir := t.TempDir()
	generate, _ := in.command("generate", "--n", "1500", "--seed", "3", "--queries", "120", "--out", dir)
	if err := generate.Run(); err != nil {
		t.Fatal(err)
	}
	files := []string{"--residents", filepath.Join(dir, "residents.jsonl"), "--queries", filepath.Join(dir, "queries.jsonl")}
	drawing := filepath.Join(dir, "reliability.svg")
	evaluate := func(flags ...string) (found figures) {
		t.Helper()
		command, output := in.command(slices.Concat([]string{"evaluate", "--json"}, flags, files)...)
		if err := command.Run(); err != nil {
			t.Fatal(err)
		}
		text := output.String()
		if err := json.Unmarshal([]byte(text[strings.Index(text, "{"):]), &found); err != nil {
			t.Fatal(err)
		}
		return found
	}
	got := evaluate("--reliability", drawing)
	if got.Residents != 1500 || got.Degraded != 0 || got.Unread != 0 {
		t.Errorf("%d residents, %d unread, %d answers degraded", got.Residents, got.Unread, got.Degraded)
	}
	// Far below what is reached, and far above what a broken search would reach.
	if got.Hit1 < 0.9 || got.RecallAt1PercentFalse < 0.3 || got.LostByRetrieval > got.Answerable/50 {
		t.Errorf("figures are %+v", got)
	}
	if got.MedianMs <= 0 || got.P99Ms < got.MedianMs || len(got.Kinds) < 20 {
		t.Errorf("times or kinds are missing: %+v", got)
	}
	if within := got.TrueExistsInterval; within[0] > got.TrueExists || within[1] < got.TrueExists || within[0] == within[1] {
		t.Errorf("told \"exists\" rightly is %v, its interval %v", got.TrueExists, within)
	}
	if svg, err := os.ReadFile(drawing); err != nil || !strings.HasPrefix(string(svg), "<svg ") || len(got.Reliability) < 3 {
		t.Errorf("the diagram is missing: %v; bins are %v", err, got.Reliability)
	}
	if told := got.Grades[2]; len(got.Grades) != 3 || told.Said == 0 || told.Stated != 0.02 || told.WrongInterval[0] > told.Wrong || told.WrongInterval[1] < told.Wrong {
		t.Errorf("the grades are %+v", got.Grades)
	}
	// Where hardly anybody is on file, fewer are told to exist on the same evidence.
	if rare := evaluate("--on-file", "0.0001"); rare.OnFile != 0.0001 || rare.TrueExists >= got.TrueExists || rare.Hit1 < got.Hit1-0.01 {
		t.Errorf("told %v at P(on file) %v, and %v at %v", rare.TrueExists, rare.OnFile, got.TrueExists, got.OnFile)
	}
	if sure, _ := in.command(append([]string{"evaluate", "--on-file", "1"}, files...)...); sure.Run() == nil {
		t.Error("everybody is assumed to be on file")
	}

	model := filepath.Join(dir, "model.json")
	train, _ := in.command(append([]string{"train", "--estimate", "--name", "tried", "--out", model, "--splink", filepath.Join(dir, "splink.json")}, files...)...)
	if err := train.Run(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	if learnt, err := match.ParseModel(data); err != nil || learnt.Name() != "tried" {
		t.Errorf("the model learnt is %v, %v", learnt, err)
	}

	if _, err := os.Stat(filepath.Join(dir, "splink.json")); err != nil {
		t.Error(err)
	}

	mapped, _ := in.command(append([]string{"evaluate", "--map", "nowhere.yaml"}, files...)...)
	if mapped.Run() == nil {
		t.Error("a column map that does not exist is accepted")
	}
}

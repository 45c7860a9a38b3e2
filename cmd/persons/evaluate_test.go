package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"personindex/match"
)

func TestEvaluateMeasuresAGeneratedSet(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	dir := t.TempDir()
	generate, _ := in.command("generate", "--n", "1500", "--seed", "3", "--queries", "120", "--out", dir)
	if err := generate.Run(); err != nil {
		t.Fatal(err)
	}
	files := []string{"--residents", filepath.Join(dir, "residents.jsonl"), "--queries", filepath.Join(dir, "queries.jsonl")}
	drawing := filepath.Join(dir, "reliability.svg")
	evaluate, output := in.command(append([]string{"evaluate", "--json", "--reliability", drawing}, files...)...)
	if err := evaluate.Run(); err != nil {
		t.Fatal(err)
	}
	text := output.String()
	var got figures
	if err := json.Unmarshal([]byte(text[strings.Index(text, "{"):]), &got); err != nil {
		t.Fatal(err)
	}
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
	if within := got.RecallAt1PercentFalseInterval; within[0] > got.RecallAt1PercentFalse || within[1] < got.RecallAt1PercentFalse || within[0] == within[1] {
		t.Errorf("R@1%% is %v, its interval %v", got.RecallAt1PercentFalse, within)
	}
	if svg, err := os.ReadFile(drawing); err != nil || !strings.HasPrefix(string(svg), "<svg ") || len(got.Reliability) < 3 {
		t.Errorf("the diagram is missing: %v; bins are %v", err, got.Reliability)
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

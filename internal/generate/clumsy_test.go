package generate

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestClumsyQuestionsAreAskedInTheirOwnKinds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Write(t.Context(), dir, Options{N: 1500, Seed: 5, Queries: 400, Mix: Clumsy}); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(dir, "queries.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	answerable := map[string]int{}
	absent := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var q Query
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		if q.Expect == nil {
			absent++
			continue
		}
		answerable[q.Kind]++
		if !strings.HasPrefix(q.Kind, "clumsy_") {
			t.Errorf("a question of kind %s is not clumsy", q.Kind)
		}
	}
	if len(answerable) != 6 || absent == 0 {
		t.Errorf("kinds with an answer %v, %d questions without", answerable, absent)
	}
}

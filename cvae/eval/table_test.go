package eval

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Every number of a report has exactly one row, but for counts of what was
// measured and verdicts, and every row a number.
func TestTableCoversReport(t *testing.T) {
	text, err := json.Marshal(blank())
	if err != nil {
		t.Fatal(err)
	}
	var report map[string]any
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	unlisted := []string{"run", "corpus", "split", "method", "examples", "tokens", "nll.iw_samples", "nll.iw_examples", "latent_dim", "latent.shape", "findings", "collapse.information", "collapse.kl", "collapse.prior", "collapse.context_only"}
	used := make(map[string]bool)
	var walk func(path string, value any)
	walk = func(path string, value any) {
		if object, ok := value.(map[string]any); ok {
			for key, inside := range object {
				walk(strings.TrimPrefix(path+"."+key, "."), inside)
			}
			return
		}
		rows := 0
		for _, m := range Table() {
			if path == m.Key || strings.HasPrefix(path, m.Key+".") {
				rows++
				used[m.Key] = true
			}
		}
		if slices.Contains(unlisted, path) != (rows == 0) || rows > 1 {
			t.Errorf("%s has %d rows", path, rows)
		}
	}
	walk("", report)
	for _, m := range Table() {
		if !used[m.Key] {
			t.Errorf("%s has the key %s, which no report has", m.Name, m.Key)
		}
		if m.Name == "" || m.Formula == "" || m.Unit == "" || m.Direction == "" || m.Source == "" {
			t.Errorf("the row %+v has a hole", m)
		}
	}
}

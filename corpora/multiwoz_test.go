package corpora

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

const multiWOZData = `{
"A.json": {"goal": {}, "log": [{"text": "u"}, {"text": "s"}, {"text": "u"}, {"text": "s", "dialog_act": {"Hotel-Inform": []}}]},
"B.json": {"goal": {}, "log": [{"text": "u"}, {"text": "s"}]}
}`

// withActs is data.json with a file of acts beside it.
func withActs(t testing.TB, name, acts string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{"data.json": multiWOZData, name: acts} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "data.json")
}

// actsOf are the acts of the turns, in order.
func actsOf(all []dialog.Dialogue) (acts []string) {
	for _, d := range all {
		for _, turn := range d.Turns {
			acts = append(acts, turn.Labels["act"])
		}
	}
	return acts
}

// TestMultiWOZActs: the file of acts numbers the turns of the system from 1, and
// the acts in data.json go before it.
func TestMultiWOZActs(t *testing.T) {
	for name, c := range map[string]struct{ file, acts, want string }{
		"of 2.1":             {"system_acts.json", `{"A": {"1": {"b": [], "a": []}, "2": {"x": []}}, "B": {"1": {"c": []}}}`, "|a+b||Hotel-Inform||c"},
		"of 2.0":             {"dialogue_acts.json", `{"A.json": {"1": {"a": []}}}`, "|a||Hotel-Inform||"},
		"no annotation":      {"system_acts.json", `{"A": {"1": "No Annotation"}, "B": {}}`, "|||Hotel-Inform||"},
		"of turns elsewhere": {"system_acts.json", `{"A": {"0": {"a": []}, "3": {"a": []}}}`, "|||Hotel-Inform||"},
		"another file":       {"acts.json", `{"A": {"1": {"a": []}}}`, "|||Hotel-Inform||"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := readAll(readAllMultiWOZ(withActs(t, c.file, c.acts)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, strings.Join(actsOf(all), "|")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestMultiWOZBadActs: a fault of the acts names their file, and takes no
// dialogue with it where it may be skipped.
func TestMultiWOZBadActs(t *testing.T) {
	for name, c := range map[string]struct {
		acts, want string
		whole      bool // the rest of the file is lost
	}{
		"no object of turns": {"{\n\"A\": 1,\n\"B\": {\"1\": {\"c\": []}}}", "system_acts.json:2: the acts of the dialogue are no JSON object", false},
		"no JSON":            {"{\n\"A\": {1},\n\"B\": {\"1\": {\"c\": []}}}", "system_acts.json:2: the line is not JSON", false},
		"half a file":        {"{\n\"A\": {\"1\"", "system_acts.json:2: the file ends before", true},
		"a list":             {"[]", "system_acts.json:1: there is no JSON object", true},
	} {
		t.Run(name, func(t *testing.T) {
			var faults []error
			var all []dialog.Dialogue
			for d, err := range readAllMultiWOZ(withActs(t, "system_acts.json", c.acts)) {
				if err == nil {
					all = append(all, d)
					continue
				}
				faults = append(faults, err)
				if bad := new(fault.Malformed); errors.As(err, &bad) == c.whole {
					t.Errorf("to be skipped: %t, %v", !c.whole, err)
				}
				if c.whole {
					break
				}
			}
			if len(faults) != 1 {
				t.Fatalf("faults: %v", faults)
			}
			wantError(t, faults[0], c.want)
			if got := strings.Join(actsOf(all), "|"); !c.whole && got != "|||Hotel-Inform||c" {
				t.Errorf("the acts are %q", got)
			}
		})
	}
}

// TestMultiWOZ22Acts: dialog_acts.json, above the folders of the splits, numbers all turns
// from 0, and the acts of frames go before it. A fault in it is said once.
func TestMultiWOZ22Acts(t *testing.T) {
	one := func(id string) string {
		return `[{"dialogue_id":"` + id + `","services":["hotel"],"turns":[{"speaker":"USER","utterance":"a"},{"speaker":"SYSTEM","utterance":"b"},` +
			`{"speaker":"USER","utterance":"c","frames":[{"actions":[{"act":"own"}]}]}]}]`
	}
	acts := `{"A.json":{"0":{"dialog_act":{"b":[],"a":[["x","y"]]},"span_info":[]},"2":{"dialog_act":{"c":[]}}},` + "\n" + `"B":1,` + "\n" + `"C.json":{"1":{"dialog_act":{"d":[]}}}}`
	c, err := openMap(t, Options{SkipBad: true}, map[string]string{
		"train/dialogues_001.json": one("A.json"), "dev/dialogues_001.json": one("B.json"), "test/dialogues_001.json": one("C.json"), "dialog_acts.json": acts,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[dialog.Split]string{dialog.Train: "a+b||own", dialog.Valid: "||own", dialog.Test: "|d|own"}
	for split, acts := range want {
		var all []dialog.Dialogue
		for d, err := range c.Dialogues(split) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, d)
		}
		if got := strings.Join(actsOf(all), "|"); got != acts {
			t.Errorf("%s: the acts are %q, want %q", split, got, acts)
		}
	}
	if content, err := c.Content(); err != nil || len(content) != 4 {
		t.Errorf("the corpus is %v, %v; want the file of acts in it", content, err)
	}
	if c.Format().Name != "sgd" || c.Skipped() != 1 {
		t.Errorf("format %s, %d skipped", c.Format().Name, c.Skipped())
	}
}

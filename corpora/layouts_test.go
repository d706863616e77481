package corpora

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// sayings are what is said in the dialogues of a source, with a bar between turns.
func sayings(t *testing.T, s source.Dialogues) []string {
	t.Helper()
	all, err := readAll(s)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, d := range all {
		var turns []string
		for _, turn := range d.Turns {
			turns = append(turns, turn.Text)
		}
		said = append(said, strings.Join(turns, "|"))
	}
	return said
}

// TestSelfDialogue: columns in the order of their numbers, an empty one ends
// the dialogue, quotes may hold quotes and line breaks, and the rows of blocked
// workers are left out.
func TestSelfDialogue(t *testing.T) {
	got := sayings(t, readSelfDialogue("testdata/selfdialogue/corpus/tea/tea0.csv", []string{"BAD1"}))
	want := []string{"One|two, please|three|four|five|six|seven|eight|nine|ten", "Is it \"green\"?|It is\nboth.", "Milk?|No.",
		"Hot?|Yes.", "Sugar?|Two.", "More?|Enough."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBlockedWorkers: the list is found from a folder inside the corpus, too.
func TestBlockedWorkers(t *testing.T) {
	for _, path := range []string{"", "/corpus", "/corpus/tea", "/corpus/tea/tea0.csv"} {
		s, err := site.Look("testdata/selfdialogue" + path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := workersBlocked(s)
		if diff := cmp.Diff([]string{"BAD1", "BAD2"}, got); diff != "" || err != nil {
			t.Errorf("from %q, error %v (-want +got):\n%s", path, err, diff)
		}
	}
}

func TestSelfDialogueHeader(t *testing.T) {
	_, err := readAll(readSelfDialogue(written(t, "WorkerId,Answer.sentence2\nW,a\n"), nil))
	wantError(t, err, "f:1: the header has the columns", "Answer.sentence1")
	var bad *fault.Malformed
	if errors.As(err, &bad) {
		t.Error("the error could be skipped")
	}
}

func TestPersonas(t *testing.T) {
	all, err := readAll(readPersonaChat(written(t, "1 your persona: i run .\n2 partner's persona: i swim .\n3 partner's persona: and dive .\n"+
		"4 __SILENCE__\thello .\n5 hi .\tcold ?\n1 bye .\tbye .\n1 your persona: i run .\n2 hi .\thi .\n3 bye .\n")))
	if err != nil {
		t.Fatal(err)
	}
	want := []dialog.Dialogue{
		{ID: "f:1", Turns: []dialog.Turn{{Speaker: "A", Text: "hello ."}, {Speaker: "B", Text: "hi ."}, {Speaker: "A", Text: "cold ?"}},
			Labels: map[string]string{"persona": "i run .", "partner_persona": "i swim .\nand dive ."}},
		{ID: "f:6", Turns: []dialog.Turn{{Speaker: "A", Text: "bye ."}, {Speaker: "B", Text: "bye ."}}},
		{ID: "f:7", Turns: []dialog.Turn{{Speaker: "A", Text: "hi ."}, {Speaker: "B", Text: "hi ."}, {Speaker: "A", Text: "bye ."}},
			Labels: map[string]string{"partner_persona": "i run ."}}, // the last word is not yours
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestConvAI2Versions: one version of a folder is read, with train if any has.
func TestConvAI2Versions(t *testing.T) {
	for name, c := range map[string]struct{ files, want string }{
		"self before both":      {"train_both_original.txt train_self_original.txt", "train_self_original.txt"},
		"original before":       {"train_self_original.txt train_self_revised.txt", "train_self_original.txt"},
		"without candidates":    {"train_self_original.txt train_self_original_no_cands.txt.gz", "train_self_original_no_cands.txt.gz"},
		"with train":            {"valid_self_original.txt train_none_original.txt valid_none_original.txt", "train_none_original.txt valid_none_original.txt"},
		"no train":              {"valid_none_original.txt README.md", "valid_none_original.txt"},
		"names that say little": {"train_self.txt train.txt", ""},
	} {
		files := convAI2Files(site.Site{Dir: true, Files: strings.Fields(c.files)})
		if got := strings.Join(slices.Sorted(maps.Values(files)), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestCornellMissing: a malformed utterance is missed by its conversation only.
func TestCornellMissing(t *testing.T) {
	files := map[string]string{
		cornellLines: "L1 +++$+++ u0 +++$+++ m0 +++$+++ ANNA +++$+++ na\xefve\nL2 +++$+++ bad\nL3 +++$+++ u1 +++$+++ m0 +++$+++ BEN +++$+++ yes\n",
		cornellConversations: strings.Repeat("u0 +++$+++ u1 +++$+++ m0 +++$+++ ['L1', 'L3']\n", 40) +
			"u0 +++$+++ u1 +++$+++ m0 +++$+++ ['L1', 'L2']\n",
	}
	_, err := readAll(openLines(t, Options{}, files).parts[0].sources[0])
	wantError(t, err, cornellConversations+":41: ", `no utterance "L2" in movie_lines.txt`)
	delete(files, cornellLines)
	_, err = openMap(t, Options{}, files)
	wantError(t, err, "movie_lines.txt cannot be read", "check the spelling")
}

// TestSwitchboardDev: a folder dev is the valid split where no val is.
func TestSwitchboardDev(t *testing.T) {
	for name, want := range map[string]int{"dev": 1, "val": 0} {
		s := site.Site{Dir: true, Files: []string{"dev/2001.txt", name + "/2002.txt", "train/2003.txt"}}
		got := 0
		for _, file := range s.Shards(switchboardPlace(s))[dialog.Valid] {
			if file == "dev/2001.txt" {
				got++
			}
		}
		if got != want {
			t.Errorf("beside %s, dev counts %d times, want %d", name, got, want)
		}
	}
}

// TestTopicalChatElsewhere: other folders have files of the same names.
func TestTopicalChatElsewhere(t *testing.T) {
	for name, want := range map[string]bool{
		"train.json": true, "valid_rare.json": true, "a/conversations/test_freq.json": true,
		"reading_sets/train.json": false, "train_audio.json": false, "valid_freq.txt": false,
	} {
		if _, got := topicalChatPlace(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// TestChatterBot: what YAML takes for other types are texts.
func TestChatterBot(t *testing.T) {
	got := sayings(t, readChatterBot("testdata/chatterbot/food.yml"))
	want := []string{"Are you hungry?|Always.", "Do you cook?|Yes: soup.|Good.\nI like soup.", "Salt?|no", "How many eggs?|3", "Bread?|Two slices."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

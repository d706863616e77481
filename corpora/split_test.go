package corpora

import (
	"maps"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/dialog"
)

// sizes counts the dialogues of each split.
func sizes(ids map[string]dialog.Split) [3]int {
	var n [3]int
	for _, s := range ids {
		for i, split := range dialog.Splits {
			if s == split {
				n[i]++
			}
		}
	}
	return n
}

func TestDrawnSplits(t *testing.T) {
	const n = 4000
	read := func(seed uint64) map[string]dialog.Split {
		c, err := openFile(t, Options{Seed: seed}, "a.txt", numbered(n))
		if err != nil {
			t.Fatal(err)
		}
		return idsOf(t, c)
	}
	one := read(1)
	got := sizes(one)
	// A share of 0.05 of 4000 is 200 with a standard deviation of 14.
	for _, held := range got[1:] {
		if held < 130 || held > 270 {
			t.Errorf("sizes are %v, want about 3600, 200, 200", got)
		}
	}
	if len(one) != n {
		t.Errorf("%d of %d dialogues are in a split", len(one), n)
	}
	if !maps.Equal(one, read(1)) {
		t.Error("one seed gives two splits")
	}
	if maps.Equal(one, read(2)) {
		t.Error("two seeds give one split")
	}
}

// TestBadLineMovesNothing spoils a line of a drawn corpus: the others stay.
func TestBadLineMovesNothing(t *testing.T) {
	whole, err := openFile(t, Options{}, "a.txt", numbered(300))
	if err != nil {
		t.Fatal(err)
	}
	spoilt, err := openFile(t, Options{SkipBad: true}, "a.txt",
		strings.Replace(numbered(300), "sentence 5\n", "\xff\n", 1))
	if err != nil {
		t.Fatal(err)
	}
	want := idsOf(t, whole)
	delete(want, "a.txt:5")
	if !maps.Equal(idsOf(t, spoilt), want) {
		t.Error("a bad line moved another dialogue")
	}
	if got := spoilt.Skipped(); got != 1 {
		t.Errorf("Skipped is %d after three passes over one bad line, want 1", got)
	}
}

func TestMissingSplits(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  func([3]int) bool
	}{
		"train alone":        {map[string]string{"train.txt": numbered(200)}, func(n [3]int) bool { return n[0] > 150 && n[1] > 0 && n[2] > 0 }},
		"no valid":           {map[string]string{"train.txt": numbered(200), "test.txt": "x\n"}, func(n [3]int) bool { return n[0]+n[1] == 200 && n[1] > 0 && n[1] < 30 && n[2] == 1 }},
		"no test":            {map[string]string{"train.txt": numbered(200), "val.txt": "x\n"}, func(n [3]int) bool { return n[0]+n[2] == 200 && n[2] > 0 && n[2] < 30 && n[1] == 1 }},
		"suffix, all splits": {map[string]string{"a.train.x": "1\n2\n", "a.dev.x": "3\n", "a.test.x": "4\n"}, func(n [3]int) bool { return n == [3]int{2, 1, 1} }},
		"suffix, no train":   {map[string]string{"a.dev.x": numbered(31), "a.dev.y": numbered(30), "a.test.x": "4\n"}, func(n [3]int) bool { return n == [3]int{1, 31, 30} || n == [3]int{1, 30, 31} }},
	} {
		t.Run(name, func(t *testing.T) {
			if n := sizes(idsOf(t, openLines(t, Options{}, c.files))); !c.want(n) {
				t.Errorf("sizes are %v", n)
			}
		})
	}
}

// TestHalvesIgnoreTheSeed: the rule of the format fixes seed 1.
func TestHalvesIgnoreTheSeed(t *testing.T) {
	files := map[string]string{"a.dev.x": numbered(50), "a.test.x": "4\n"}
	if !maps.Equal(idsOf(t, openLines(t, Options{Seed: 7}, files)), idsOf(t, openLines(t, Options{Seed: 8}, files))) {
		t.Error("halves depend on the seed")
	}
}

func TestSplitNames(t *testing.T) {
	for name, want := range map[string]string{
		"train.txt": "train txt", "ptb.valid.txt.gz": "valid txt", "dev": "valid ", "a.test": "test ",
		"val.tsv.zst": "valid tsv", "validation.jsonl": "valid jsonl",
		"training.jsonl": "train jsonl", "development.jsonl": "valid jsonl", "testing.tsv": "test tsv", "eval.json": "valid json",
		"my_train_set.jsonl": "train jsonl", "my-eval-set.jsonl": "valid jsonl", "test_set.csv": "test csv", "sunset.txt": " ",
		"train.test.txt": " ", "trainer.txt": " ", "Train.txt": " ", "": " ",
	} {
		s, ext, _ := site.SplitName(name)
		if got := string(s) + " " + ext; got != want {
			t.Errorf("splitName(%q) is %q, want %q", name, got, want)
		}
	}
}

package corpora

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

// openMap opens a folder with these files.
func openMap(t *testing.T, o Options, files map[string]string) (*Corpus, error) {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return openWhole(folder, o)
}

// openWhole opens a corpus as training does.
func openWhole(path string, o Options) (*Corpus, error) {
	c, err := Open(path, o)
	if err == nil {
		err = c.CheckSplits()
	}
	return c, err
}

func openLines(t *testing.T, o Options, files map[string]string) *Corpus {
	t.Helper()
	c, err := openMap(t, o, files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// openFile opens one file with this content.
func openFile(t *testing.T, o Options, name, content string) (*Corpus, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return openWhole(path, o)
}

// wantError checks that err is one clean sentence that holds the parts.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	for _, p := range append(parts, "corpora: ") {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not hold %q", err, p)
		}
	}
	if fault.Shown(err.Error()) != err.Error() {
		t.Errorf("error %q holds what no terminal should see", err)
	}
}

func TestDetectRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"nothing known":    {map[string]string{"a.png": "\x89PNG", "b.png": "x"}, []string{"matches no format", "a.png, b.png", "--format", "jsonl"}},
		"a table":          {map[string]string{"b.csv": "kind,words\na,good day to you\n"}, []string{`b.csv is a table with commas with the columns "kind", "words"`, "--map 'turns=words'"}},
		"two formats":      {map[string]string{"train.txt": "one\n", "train.jsonl": `{"turns":["a"]}`}, []string{"more than one format", "sentences (train.txt", "jsonl (train.jsonl", "--format"}},
		"other JSON Lines": {map[string]string{"train.jsonl": `{"utts":[]}`}, []string{"matches no format"}},
		"no files":         {nil, []string{"has no files in it"}},
		"no train":         {map[string]string{"test.txt": "one\n"}, []string{"has files for test and none for train"}},
		"two train files":  {map[string]string{"train.txt": "one\n", "a.train.txt": "two\n"}, []string{"two train files, a.train.txt and train.txt"}},
		"train twice": {map[string]string{"train/dialogues_train.txt": "a __eou__\n", "train/dialogues_train.txt.gz": "a __eou__\n"},
			[]string{"two train files"}},
		"label twice":      {map[string]string{"a.train.0": "one\n", "a.train.0.gz": "one\n"}, []string{"the same file twice"}},
		"an empty split":   {map[string]string{"train.txt": "one\n", "valid.txt": "two\n", "test.txt": ""}, []string{"no dialogue for test"}},
		"names to escape":  {map[string]string{"a\u202eb.png": "x"}, []string{`"a\u202eb.png"`}},
		"many files":       {map[string]string{"1.c": "x", "2.c": "x", "3.c": "x", "4.c": "x", "5.c": "x", "6.c": "x", "7.c": "x"}, []string{"5.c and 2 more"}},
		"damaged Parquet":  {map[string]string{"a.parquet": "PAR1 and no more"}, []string{"a.parquet cannot be read", "no whole Parquet file"}},
		"binary train.txt": {map[string]string{"train.txt": "\x00\x01\x02"}, []string{"matches no format"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openMap(t, Options{}, c.files)
			wantError(t, err, c.want...)
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "nowhere"), Options{})
	wantError(t, err, "nowhere cannot be read", "check the spelling")
	_, err = Open("", Options{})
	wantError(t, err, `"" cannot be read`)
	_, err = openFile(t, Options{}, "void.txt", "")
	wantError(t, err, "void.txt is empty")
	_, err = openFile(t, Options{}, "blank.txt", "\n \n")
	wantError(t, err, "matches no format")
	_, err = openFile(t, Options{Format: "sentences"}, "blank.txt", "\n \n")
	wantError(t, err, "no line or record in it holds a turn")
	_, err = openFile(t, Options{}, "a.csv", "a,"+strings.Repeat("é", 40))
	wantError(t, err, `begins with "a,ééééééééééééééééééé"…`) // cut at 40 bytes, between letters
	_, err = openFile(t, Options{}, "a.csv", "\xff\n")
	wantError(t, err, "without a line of UTF-8 text")
	_, err = openFile(t, Options{Format: "swda"}, "a.txt", "one\n")
	wantError(t, err, `no format "swda"`, "dailydialog, jsonl, sharegpt, huggingface")
	_, err = openFile(t, Options{Format: "suffix"}, "a.txt", "one\n")
	wantError(t, err, "one file", "give its folder")
	_, err = openMap(t, Options{Format: "suffix"}, map[string]string{"train.txt": "one\n"})
	wantError(t, err, "no files of format suffix", "train.txt")
	_, err = openFile(t, Options{}, "a.txt", strings.Repeat("one\n", 7))
	wantError(t, err, "too small", "7 dialogues")
}

func TestOpenUnreadable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "locked.txt")
	if err := os.WriteFile(path, []byte("one\n"), 0o200); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(path); err == nil {
		f.Close()
		t.Skip("this user may read every file")
	}
	for _, format := range []string{"", "sentences"} {
		_, err := Open(path, Options{Format: format})
		wantError(t, err, "locked.txt cannot be read", "permission")
	}
}

func TestOpenDamaged(t *testing.T) {
	for name, content := range map[string]string{
		"cut.gz":  "\x1f\x8b\x08\x00\x00\x00",
		"cut.zst": "\x28\xb5\x2f\xfd\x04",
		// A frame header that asks for a window of 2 GiB (RFC 8878, 3.1.1.1.2:
		// exponent 21 is 2^31).
		"huge.zst": "\x28\xb5\x2f\xfd\x00\xa8\x00\x00\x00",
	} {
		_, err := openFile(t, Options{Format: "sentences", SkipBad: true}, name, content)
		wantError(t, err, name+" cannot be read")
	}
}

// TestOneFile: a file whose name holds a split is still a whole corpus.
func TestOneFile(t *testing.T) {
	for name, want := range map[string]string{"ptb.train": "sentences", "all.txt": "sentences", "train.tsv": "labelled", "x.json": "jsonl", "x": "dailydialog"} {
		one := map[string]string{"sentences": "a b\n", "labelled": "l\ta b\n", "jsonl": `{"turns":["a"]}` + "\n", "dailydialog": "a __eou__\n"}[want]
		c, err := openFile(t, Options{}, name, strings.Repeat(one, 200))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := c.Format().Name; got != want {
			t.Errorf("%s is detected as %s, want %s", name, got, want)
		}
		if n := sizes(idsOf(t, c)); n[0]+n[1]+n[2] != 200 || n[1] == 0 {
			t.Errorf("sizes of %s are %v", name, n)
		}
	}
}

func TestCorpusNames(t *testing.T) {
	c, err := Open("testdata/jsonl/", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := [3]string{c.Name(), c.path, c.Format().Name}; got != [3]string{"jsonl", "testdata/jsonl/", "jsonl"} {
		t.Errorf("name, path and format are %q", got)
	}
}

// numbered returns n lines.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "sentence %d\n", i+1)
	}
	return b.String()
}

// idsOf returns the split of each dialogue.
func idsOf(t *testing.T, c *Corpus) map[string]dialog.Split {
	t.Helper()
	ids := map[string]dialog.Split{}
	for _, s := range dialog.Splits {
		for d, err := range c.Dialogues(s) {
			if err != nil {
				t.Fatal(err)
			}
			ids[d.ID] = s
		}
	}
	return ids
}

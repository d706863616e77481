package corpora_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cvae-go/cvae/corpora"
)

func fingerprint(t *testing.T, path string, o corpora.Options) string {
	t.Helper()
	c, err := corpora.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFingerprint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "talk.jsonl")
	if err := os.WriteFile(path, []byte(fingerprinted), 0o600); err != nil {
		t.Fatal(err)
	}
	first := fingerprint(t, path, corpora.Options{Seed: 1})
	if again := fingerprint(t, path, corpora.Options{Seed: 1}); again != first || first == "" {
		t.Errorf("the fingerprint of the same corpus is %q and %q", first, again)
	}
	if other := fingerprint(t, path, corpora.Options{Seed: 2}); other == first {
		t.Error("another seed, which splits differently, has the same fingerprint")
	}
	if other := fingerprint(t, path, corpora.Options{Seed: 1, Dedup: true}); other == first {
		t.Error("a corpus without duplicates has the same fingerprint")
	}
	// Neither the time nor the place of a file is its content.
	if err := os.Chtimes(path, time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "elsewhere.jsonl")
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	if same := fingerprint(t, moved, corpora.Options{Seed: 1}); same != first {
		t.Error("the same content elsewhere has another fingerprint")
	}
	// One other byte is, whatever size and time say.
	if err := os.WriteFile(moved, []byte(strings.Replace(fingerprinted, "fine", "fain", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(moved, time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	path = moved
	if other := fingerprint(t, path, corpora.Options{Seed: 1}); other == first {
		t.Error("other content of the same size and time has the same fingerprint")
	}
	if f := fingerprint(t, path, corpora.Options{Seed: 1, SkipBad: true}); f != "" {
		t.Errorf("a corpus whose malformed lines are counted has the fingerprint %q", f)
	}
	if f := fingerprint(t, "builtin", corpora.Options{}); f != "" {
		t.Errorf("the built-in corpus has the fingerprint %q", f)
	}
}

// fingerprinted is enough dialogues for three splits.
var fingerprinted = func() (text string) {
	for range 60 {
		text += `{"turns":["how are you","fine"]}` + "\n"
	}
	return text
}()

// TestFingerprintOfSides: labels that lie beside a file belong to it.
func TestFingerprintOfSides(t *testing.T) {
	for file, side := range map[string]string{
		"dailydialog/train/dialogues_train.txt": "dailydialog/train/dialogues_emotion_train.txt",
		"multiwoz/data.json":                    "multiwoz/system_acts.json",
	} {
		folder := t.TempDir()
		if err := os.CopyFS(folder, os.DirFS("testdata")); err != nil {
			t.Fatal(err)
		}
		first := fingerprint(t, filepath.Join(folder, file), corpora.Options{})
		f, err := os.OpenFile(filepath.Join(folder, side), os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = f.WriteString("\n"); err != nil || f.Close() != nil {
			t.Fatal(err)
		}
		if fingerprint(t, filepath.Join(folder, file), corpora.Options{}) == first {
			t.Errorf("%s was written, and %s has the same fingerprint", side, file)
		}
	}
}

func content(t *testing.T, path string) corpora.Content {
	t.Helper()
	c, err := corpora.Open(path, corpora.Options{})
	if err != nil {
		t.Fatal(err)
	}
	content, err := c.Content()
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// write writes files of a folder.
func write(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestContent: what is read decides, and a difference is named by its files.
func TestContent(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, map[string]string{"train.jsonl": fingerprinted, "valid.jsonl": fingerprinted, "test.jsonl": fingerprinted})
	first := content(t, folder)
	if len(first) != 3 || first[0].Name != "test.jsonl" || first[0].Size != int64(len(fingerprinted)) {
		t.Fatalf("the content is %+v", first)
	}
	write(t, folder, map[string]string{"README.md": "a note", "run/config.yaml": "seed: 1", "run/last.safetensors": "x"})
	if now := content(t, folder); now.Against(first) != "" {
		t.Errorf("what no format reads makes another corpus: %s", now.Against(first))
	}
	write(t, folder, map[string]string{"test.jsonl": fingerprinted + fingerprinted, "valid.jsonl": strings.Replace(fingerprinted, "fine", "fain", 1)})
	if err := os.Remove(filepath.Join(folder, "train.jsonl")); err != nil {
		t.Fatal(err)
	}
	write(t, folder, map[string]string{"train.jsonl.gz": fingerprinted})
	said := content(t, folder).Against(first)
	for _, part := range []string{"test.jsonl has", "valid.jsonl has other bytes", "train.jsonl.gz is new", "1 more"} {
		if !strings.Contains(said, part) {
			t.Errorf("%q does not say %q", said, part)
		}
	}
	one := content(t, "builtin")
	if len(one) != 1 || one.Against(content(t, "builtin")) != "" || one.Sum() == content(t, "synthetic").Sum() {
		t.Errorf("the corpora inside the program are %+v", one)
	}
}

// TestLinkedFolder: links to folders are followed, and one that leads back to its
// own folder is not.
func TestLinkedFolder(t *testing.T) {
	there, folder := t.TempDir(), t.TempDir()
	write(t, there, map[string]string{"sub/train.jsonl": fingerprinted})
	for name, to := range map[string]string{"talks": filepath.Join(there, "sub"), "again": folder} {
		if err := os.Symlink(to, filepath.Join(folder, name)); err != nil {
			t.Skip("no links here")
		}
	}
	if _, err := corpora.Open(folder, corpora.Options{Format: "jsonl"}); err == nil || strings.Contains(err.Error(), "no files in it") {
		t.Errorf("a folder with a linked folder: %v", err)
	}
	write(t, there, map[string]string{"texts/a.txt": "one\n\ntwo\n", "texts/b.txt": strings.Repeat("hi\nhello\n\n", 60)})
	if err := os.Symlink(filepath.Join(there, "texts"), filepath.Join(folder, "texts")); err != nil {
		t.Fatal(err)
	}
	linked, err := corpora.Open(folder, corpora.Options{Format: "text"})
	if err != nil {
		t.Fatal(err)
	}
	if stats, err := linked.Content(); err != nil || len(stats) != 3 {
		t.Errorf("the linked folders have %+v, %v", stats, err)
	}
}

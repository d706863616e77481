package corpora_test

import (
	"os"
	"path/filepath"
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
	if err := os.Chtimes(path, time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	if other := fingerprint(t, path, corpora.Options{Seed: 1}); other == first {
		t.Error("a file written again has the same fingerprint")
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
		if err := os.Chtimes(filepath.Join(folder, side), time.Time{}, time.Unix(1e9, 0)); err != nil {
			t.Fatal(err)
		}
		if fingerprint(t, filepath.Join(folder, file), corpora.Options{}) == first {
			t.Errorf("%s was written, and %s has the same fingerprint", side, file)
		}
	}
}

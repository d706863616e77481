package corpora

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

// convert writes a corpus as a Mixture of it alone is written.
func convert(ctx context.Context, c *Corpus, out string, t Target, splits ...dialog.Split) (Conversion, error) {
	return Mixture{Parts: []Share{{c, 1}}}.Convert(ctx, out, t, splits...)
}

// TestConvertFolders: every corpus in testdata, converted to a folder of each
// target, is detected as it and has the same dialogues in the same splits; in
// jsonl they are the same in every respect.
func TestConvertFolders(t *testing.T) {
	for _, f := range Formats() {
		if f.embedded {
			continue
		}
		for _, target := range Targets() {
			t.Run(f.Name+" to "+target.Name, func(t *testing.T) {
				from, err := Open(filepath.Join("testdata", f.Name), Options{})
				if err != nil {
					t.Fatal(err)
				}
				out := filepath.Join(t.TempDir(), "out")
				done, err := convert(context.Background(), from, out, target, dialog.Splits[:]...)
				if err != nil {
					t.Fatal(err)
				}
				to, err := Open(out, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := to.Format().Name; got != target.Name {
					t.Errorf("detected as %s", got)
				}
				compareConverted(t, from, to, target.Name == "jsonl", done)
			})
		}
	}
}

func compareConverted(t *testing.T, from, to *Corpus, exactly bool, done Conversion) {
	t.Helper()
	for i, s := range dialog.Splits {
		want, err := readAll(from.Dialogues(s))
		if err != nil {
			t.Fatal(err)
		}
		got, err := readAll(to.Dialogues(s))
		if err != nil {
			t.Fatal(err)
		}
		if exactly {
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(dialog.Dialogue{}, "ID")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", s, diff)
			}
		}
		turns := 0
		for _, d := range want {
			turns += len(d.Turns)
		}
		w := done.Files[i]
		if len(got) != len(want) || w.Dialogues != len(want) || w.Turns != turns || w.Path != filepath.Join(to.path, filepath.Base(w.Path)) {
			t.Errorf("%s: %d dialogues came back of %d with %d turns, and %+v is told", s, len(got), len(want), turns, w)
		}
	}
	if exactly && done.Lost != (Lost{}) {
		t.Errorf("lost %+v", done.Lost)
	}
}

// TestConvertFiles: one file holds the wanted splits in order, and its name
// says how it is compressed, by the magic bytes of RFC 1952 and RFC 8878.
func TestConvertFiles(t *testing.T) {
	c, err := Open("testdata/dailydialog", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		splits []dialog.Split
		magic  string
		want   int // 6 of train, 2 of valid, 3 of test
	}{
		"all.jsonl":      {dialog.Splits[:], `{"`, 11},
		"test.jsonl.gz":  {[]dialog.Split{dialog.Test}, "\x1f\x8b", 3},
		"valid.json.zst": {[]dialog.Split{dialog.Valid}, "\x28\xb5\x2f\xfd", 2},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), name)
			if _, err := convert(context.Background(), c, out, targetNamed("jsonl"), test.splits...); err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(b[:len(test.magic)]); got != test.magic {
				t.Errorf("the file begins with %q", got)
			}
			got, err := readAll(readJSONL(out))
			if err != nil || len(got) != test.want {
				t.Errorf("%d dialogues, error %v; want %d", len(got), err, test.want)
			}
		})
	}
}

// entries are the names in a folder, hidden ones too.
func entries(t *testing.T, folder string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestConvertRefusesWhatIsThere(t *testing.T) {
	c, err := Open("testdata/dailydialog", Options{})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "a.jsonl")
	if err := os.WriteFile(file, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{folder, file} {
		if _, err := convert(context.Background(), c, out, targetNamed("jsonl"), dialog.Test); !errors.Is(err, ErrExists) {
			t.Errorf("%s: error %v, want ErrExists", out, err)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "mine" {
		t.Errorf("the file holds %q, %v", b, err)
	}
	_, err = convert(context.Background(), c, filepath.Join(folder, "no", "where"), targetNamed("jsonl"), dialog.Test)
	wantError(t, err, "cannot be written", "make the folder it is in first")
}

// TestConvertLeavesNothing: a conversion that fails or is interrupted half-way
// leaves nothing behind.
func TestConvertLeavesNothing(t *testing.T) {
	for name, third := range map[string]string{"interrupted": "three", "failed": "\xff"} { // lines of train
		t.Run(name, func(t *testing.T) {
			c := openLines(t, Options{}, map[string]string{"train.txt": "one\ntwo\n" + third + "\n", "valid.txt": "a\n", "test.txt": "b\n"})
			for _, out := range []string{"out", "out.jsonl"} {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				folder, target := t.TempDir(), targetNamed("jsonl")
				encode, written := target.encode, 0
				target.encode = func(d dialog.Dialogue) (string, error) {
					if written++; written == 2 && name == "interrupted" {
						cancel()
					}
					return encode(d)
				}
				_, err := convert(ctx, c, filepath.Join(folder, out), target, dialog.Splits[:]...)
				var bad *fault.Malformed
				if errors.Is(err, context.Canceled) != (name == "interrupted") || errors.As(err, &bad) != (name == "failed") {
					t.Errorf("error %v", err)
				}
				if names := entries(t, folder); len(names) > 0 || written != 2 {
					t.Errorf("%q are left after %d dialogues", names, written)
				}
			}
		})
	}
}

func TestIsFile(t *testing.T) {
	for out, want := range map[string]bool{
		"a.jsonl": true, "a/b.jsonl.gz": true, "a.txt.zst": true,
		"a": false, "a.b/c": false, "a.b/": false, "a.gz": false, "": false,
	} {
		if got := IsFile(out); got != want {
			t.Errorf("IsFile(%q) is %t", out, got)
		}
	}
}

package corpora

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// zipFolder is an archive of the files of a folder, each below a prefix. Folders for which
// inner says so are archives in it.
func zipFolder(t *testing.T, folder, prefix string, inner func(name string) bool) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name string, content []byte) error {
		w, err := z.Create(prefix + name)
		if err == nil {
			_, err = w.Write(content)
		}
		return err
	}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && inner(name):
			if err := put(name+".zip", zipFolder(t, filepath.Join(folder, name), name+"/", inner)); err != nil {
				return err
			}
			return fs.SkipDir
		case e.IsDir():
			return nil
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		return put(name, content)
	})
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestZip: an archive is what it would be unpacked, also with archives in it, as
// DailyDialog is distributed.
func TestZip(t *testing.T) {
	never := func(string) bool { return false }
	for _, c := range []struct {
		folder, prefix string
		inner          func(string) bool
	}{
		{"dailydialog", "", never},
		{"dailydialog", "ijcnlp_dailydialog/", func(name string) bool { return name != "." && name != "ijcnlp_dailydialog" }},
		{"selfdialogue", "self_dialogue_corpus-master/", never},
		{"jsonl", "", never}, {"sgd", "dstc8-master/", never}, {"multiwoz", "", never}, {"cornell", "cornell movie-dialogs corpus/", never}, {"switchboard", "swda/", never},
	} {
		folder := "testdata/" + c.folder
		plain, err := Open(folder, Options{})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "corpus.zip")
		if err := os.WriteFile(path, zipFolder(t, folder, c.prefix, c.inner), 0o600); err != nil {
			t.Fatal(err)
		}
		zipped, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := func(c *Corpus) map[dialog.Split][]dialog.Dialogue {
			all := map[dialog.Split][]dialog.Dialogue{}
			for d, err := range c.pass(dialog.Splits[:]) {
				if err != nil {
					t.Fatal(err)
				}
				d.ID = "" // which names the archive
				all[d.Split] = append(all[d.Split], d.Dialogue)
			}
			return all
		}
		if diff := cmp.Diff(said(plain), said(zipped)); diff != "" {
			t.Errorf("%s (-folder +archive):\n%s", c.folder, diff)
		}
		content, err := zipped.Content()
		if err != nil || len(content) != 1 || content[0].Name != "corpus.zip" {
			t.Errorf("%s: the content is %v, %v", c.folder, content, err)
		}
		if plain.Format().Name != zipped.Format().Name {
			t.Errorf("%s is in format %s", c.folder, zipped.Format().Name)
		}
	}
}

// TestZipBeside: of a folder with the dialogues and archives of their splits, as the outer
// archive of DailyDialog makes it, the splits are read.
func TestZipBeside(t *testing.T) {
	folder := t.TempDir()
	one := "a __eou__ b __eou__\n"
	err := os.WriteFile(filepath.Join(folder, "dialogues_text.txt"), []byte(strings.Repeat(one, 60)), 0o600)
	for _, split := range []string{"train", "validation", "test"} {
		in := t.TempDir()
		if err == nil {
			err = os.WriteFile(filepath.Join(in, "dialogues_"+split+".txt"), []byte(one), 0o600)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, split+".zip"), zipFolder(t, in, split+"/", func(string) bool { return false }), 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(folder, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := sizes(idsOf(t, c)); n != [3]int{1, 1, 1} {
		t.Errorf("sizes are %v", n)
	}
	content, err := c.Content()
	if err != nil || len(content) < 3 || content[0].Name != "dialogues_text.txt" && content[0].Name != "test.zip" {
		t.Errorf("the content is %v, %v", content, err)
	}
}

// TestZipBomb: a file that expands a thousand times is not read to its end.
func TestZipBomb(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "a.tsv"), append([]byte(strings.Repeat("a b\tc d\n", 50)), make([]byte, 100<<20)...), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(path, zipFolder(t, folder, "", func(string) bool { return false }), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := read(filepath.Join(path, "a.tsv"), "tsv")
	wantError(t, err, "a.tsv cannot be read: it expands to more than 256 times its size")
}

package corpora

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ulikunitz/xz"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestEncodings: a named encoding is decoded, and so are the line ends of the old
// Macintosh and xz; a bzip2 file written by bzip2 1.0.8 is in testdata of no format.
func TestEncodings(t *testing.T) {
	text := strings.Repeat("le café est prêt ?\toui , très bientôt .\nqui a dit ça ?\tles élèves d'été .\n", 20)
	han := strings.Repeat("今天天气怎么样？\t今天天气很好。\n你喜欢喝茶吗？\t我很喜欢喝茶。\n", 20)
	encoded := func(e encoding.Encoding, s string) string {
		b, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var packed bytes.Buffer
	w, err := xz.NewWriter(&packed)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ content, encoding, first string }{
		"latin1": {encoded(charmap.Windows1252, text), "latin1", "le café est prêt ?"},
		"gbk":    {encoded(simplifiedchinese.GBK, han), "gbk", "今天天气怎么样？"},
		"mac":    {strings.ReplaceAll(text, "\n", "\r"), "", "le café est prêt ?"},
		"xz":     {packed.String(), "", "le café est prêt ?"},
	} {
		t.Run(name, func(t *testing.T) {
			c2, err := openFile(t, Options{Format: "tsv", Encoding: c.encoding}, "a.tsv", c.content)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for d, err := range c2.Dialogues("train") {
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 && d.Turns[0].Text != c.first || d.ID[:6] != "a.tsv:" {
					t.Errorf("%+v", d)
				}
				n++
			}
			if n < 30 {
				t.Errorf("%d dialogues", n)
			}
		})
	}
	_, err = openFile(t, Options{Encoding: "klingon"}, "a.tsv", "a\tb\n")
	wantError(t, err, `--encoding: there is no encoding "klingon"`)
	_, err = openFile(t, Options{}, "a.zip", "PK\x03\x04aaaa")
	wantError(t, err, "a.zip cannot be read: it is no whole zip archive")
	_, err = openFile(t, Options{}, "data-00000-of-00001.arrow", "\xff\xff\xff\xff\x00\x01\x00\x00")
	wantError(t, err, "data-00000-of-00001.arrow cannot be read: unexpected EOF")
	_, err = read("testdata/huggingface_saved/train/data-00000-of-00001.arrow", "tsv")
	wantError(t, err, "it is an Arrow table; leave --format away", "to_parquet")
}

// TestXZDictionary: a file that asks for a dictionary of 4 GiB is refused.
func TestXZDictionary(t *testing.T) {
	_, err := openFile(t, Options{Format: "text"}, "a.xz", "\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x28\x00\x00\x00\x00\x00")
	wantError(t, err, "its dictionary is larger than 128 MiB")
}

// TestClean: tags and annotations go, and turns that are nothing else.
func TestClean(t *testing.T) {
	c, err := openFile(t, Options{Format: "jsonl", Clean: true}, "a.jsonl", strings.Repeat(`{"turns":["<p>one</p>","<br>","{F Uh, } two. /"]}`+"\n", 60))
	if err != nil {
		t.Fatal(err)
	}
	for d, err := range c.Dialogues("train") {
		if err != nil || len(d.Turns) != 2 || d.Turns[0].Text != "one" || d.Turns[1].Text != "Uh, two." {
			t.Fatalf("%+v, %v", d, err)
		}
		break
	}
}

// TestNobodySays: what plain formats would read as turns, and nobody says, is refused.
func TestNobodySays(t *testing.T) {
	for name, c := range map[string]struct{ line, want string }{
		"dates":   {"12/31/23, 10:15 PM Ann Lee says tea ?\n", "begin with a date"},
		"times":   {"10:11 ann says tea ?\n", "begin with a time"},
		"numbers": {"12\n", "are numbers, times or IDs"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openFile(t, Options{}, "a.txt", strings.Repeat(c.line, 50))
			wantError(t, err, "a.txt looks like format", c.want, "or name it with --format")
		})
	}
}

// TestSeveralCorpora: a folder of corpora names them, in quotes where they need some.
func TestSeveralCorpora(t *testing.T) {
	_, err := openMap(t, Options{}, map[string]string{"a b/train.txt": "one\ntwo\n", "c/train.tsv": "how are you\tfine\n"})
	wantError(t, err, "a folder of several corpora; give one of them", "a b' (sentences)", "c (tsv)")
}

// TestEmptySplit: an empty file of a split is named.
func TestEmptySplit(t *testing.T) {
	_, err := openMap(t, Options{}, map[string]string{"train.tsv": ""})
	wantError(t, err, "train.tsv is empty, and it is the train split")
}

// TestUnspaced: a clause in Chinese is no label, and stats say so.
func TestUnspaced(t *testing.T) {
	files := map[string]string{"train.tsv": strings.Repeat("今天天气怎么样\t很好很好\n你喜欢喝茶吗\t我喜欢\n", 9), "valid.tsv": "你好吗你好\t很好\n", "test.tsv": "吃饭了没有呢\t没有\n"}
	c := openLines(t, Options{}, files)
	if got := c.Format().Name; got != "tsv" {
		t.Errorf("format %s", got)
	}
	s, err := c.Stats(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, w := range s.Warnings {
		names = append(names, w.Name)
	}
	if diff := cmp.Diff(true, strings.Contains(strings.Join(names, " "), "unspaced")); diff != "" {
		t.Errorf("warnings %v", names)
	}
}

// TestDailyDialogText: the one file of the distribution has its labels beside it.
func TestDailyDialogText(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{dailyText: "a __eou__ b __eou__\n", "dialogues_act.txt": "1 2\n", "dialogues_emotion.txt": "0 4\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := readAll(readDailyDialog(filepath.Join(dir, dailyText)))
	if err != nil || all[0].Turns[1].Labels["act"] != "question" || all[0].Turns[1].Labels["emotion"] != "happiness" {
		t.Errorf("%+v, %v", all, err)
	}
}

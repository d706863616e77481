package corpora

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// TestDetectEach: each corpus in testdata, which is named after its format, and
// after _ its layout, is in that format alone, and so is its train file by
// itself.
func TestDetectEach(t *testing.T) {
	folders, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if f.Name() == "fuzz" {
			continue
		}
		folder := filepath.Join("testdata", f.Name())
		format, _, _ := strings.Cut(f.Name(), "_")
		wantFormat(t, folder, format)
		train, err := filepath.Glob(filepath.Join(folder, "*train.*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range train {
			wantFormat(t, file, format)
		}
	}
	if got, want := len(folders), len(Formats())-1; got < want { // builtin has no files
		t.Errorf("testdata has %d folders, want one for each of %d formats", got, want)
	}
}

func wantFormat(t *testing.T, path, want string) {
	t.Helper()
	s, err := site.Look(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := detect(s)
	if err != nil || f.Name != want {
		t.Errorf("%s is in format %s, %v, want %s", path, f.Name, err, want)
	}
}

func TestDetectContent(t *testing.T) {
	for name, c := range map[string]struct{ file, content, want string }{
		"sentences":                {"a.txt", "one two\nthree\nfour\n", "sentences"},
		"a blank line at the end":  {"a.txt", "\none two\nthree\n\n\n", "sentences"},
		"a late blank line":        {"a.txt", strings.Repeat("turn\n", 5000) + "\nturn\n", "text"},
		"one-turn dialogues":       {"a.txt", "one\n\ntwo\n", "text"},
		"times are no speakers":    {"a.txt", "10:30 sharp\n11:30 sharp\n", "sentences"},
		"contexts":                 {"a.txt", "how are you ?\tfine\nhi\thello\nwhat now ?\tlunch\n", "tsv"},
		"several contexts":         {"a.tsv", "hi there\thello\tgood bye now\nok\tis it over ?\tyes\nwhat is it ?\tnothing\n", "tsv"},
		"a header says enough":     {"a.tsv", "Context\tResponse\nhi\thello\n", "tsv"},
		"responses alone":          {"a.tsv", "context\tresponse\n\thello\n", "tsv"},
		"labels":                   {"a.tsv", "good\tnice\nbad\tugly\ngood\tfine\n", "labelled"},
		"numbers as labels":        {"a.tsv", "1\tnice\n0\tugly\n1\tfine\n", "labelled"},
		"fields before text":       {"a.txt", "id:x\ttext:hi\tlabels:hello\n", "parlai"},
		"numbered facts":           {"a.txt", "1 the cat ran\n2 it sat\n3 where is it ?\there\n", "fbdialog"},
		"numbered, several words":  {"a.txt", "1 hello you\thi\n2 how is it ?\tfine\n1 bye\tciao\n", "fbdialog"},
		"bars in a numbered file":  {"2005.txt", "A|Okay.|b\nB|Right.|aa\n", "switchboard"},
		"utterances as lines":      {"a.jsonl", `{"utts":[["A","hi",["b",[0]]]]}`, "switchboard"},
		"conversations of a film":  {"movie_conversations.txt", "u0 +++$+++ u1 +++$+++ m0 +++$+++ ['L1', 'L2']\n", "cornell"},
		"a column of feelings":     {"a.csv", empatheticHeader + ",selfeval,tags\n", "empathetic"},
		"a file of one feeling":    {"a.csv", emotionsHeader + "\n", "empathetic"},
		"personas":                 {"a.txt", "1 your persona: i run .\n2 hello\thi\n", "personachat"},
		"a name of ConvAI2":        {"train_none_original.txt", "1 hello\thi\n1 bye\tciao\n", "personachat"},
		"conversations by name":    {"a.json", `{"t_1":{"content":[{"message":"hi"}]}}`, "topicalchat"},
		"sentences of workers":     {"a.csv", `"HITId","WorkerId","Answer.sentence1"`, "selfdialogue"},
		"deals":                    {"a.txt", "<input> 1 </input> <dialogue> YOU: hi </dialogue> <output>\n", "dealornodeal"},
		"YAML":                     {"a.yml", "conversations:\n- - hi\n  - hello\n", "chatterbot"},
		"conversations as lines":   {"a.jsonl", `{"conversations":[{"from":"gpt","value":"a"}]}`, "sharegpt"},
		"the first in many lines":  {"a.json", "\n\n[\n{\n\"conversations\":\n[{\"from\":\"gpt\",\"value\":\"a\"}]}]", "sharegpt"},
		"a bad first conversation": {"a.json", `[{"conversations":[]},{"conversations":[{"from":"gpt","value":"a"}]}]`, "sharegpt"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, []byte(c.content), 0o666); err != nil {
				t.Fatal(err)
			}
			wantFormat(t, path, c.want)
		})
	}
}

func TestDetectDoubts(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		want          []string
	}{
		"no word repeats":   {"a.tsv", "good\tnice\nbad\tugly\n", []string{"none repeats", "--format labelled", "--format tsv"}},
		"words and phrases": {"a.tsv", "good\tnice\nvery good\tugly\nbad\tx\ngood\ty\n", []string{"some after one word and some after several"}},
		"a column of years": {"a.tsv", "a b\t1999\tc\nd e\t2001\tf\n", []string{"a column is of numbers"}},
		"no blank lines":    {"a.txt", "Ann: hi\nBen: hello\nAnn: bye\n", []string{"no blank line", "--format text", "--format sentences"}},
		"bars":              {"a.txt", "A|Okay.|b\nB|Right.|aa\n", []string{"matches no format", `the columns "A", "Okay.", "b"`}},
		"markup":            {"a.txt", "<input> 1 </input> hi\n<input> 2 </input> ho\n", []string{"matches no format"}},
		"other JSON":        {"a.json", `[{"talk":[{"words":"a"}]}]`, []string{"matches no format"}},
		"empty array":       {"a.json", "[]", []string{"matches no format"}},
		"other YAML":        {"a.yml", "language: go\n", []string{"matches no format"}},
		"text like YAML":    {"a.md", "conversations:\n- one\n", []string{"matches no format"}},
		"another object":    {"a.json", `{"a":{"content":"b"}}`, []string{"matches no format"}},
		"another table":     {"a.csv", "WorkerId,Answer\n", []string{"matches no format"}},
		"a huge line":       {"a.json", `["` + strings.Repeat("x", 3*textfile.MaxLine), []string{"matches no format"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openFile(t, Options{}, c.file, c.content)
			wantError(t, err, c.want...)
		})
	}
}

// TestTextFolder: a folder of files without splits is read when it is asked for.
func TestTextFolder(t *testing.T) {
	files := map[string]string{"README.md": "no dialogue\n"}
	for _, folder := range []string{"", "more/"} {
		for _, name := range strings.Fields("a b c d e f g h i j k l m n o p q r s t") {
			files[folder+name+".txt"] = "Ann: hi\nBen: hello\n"
		}
	}
	_, err := openMap(t, Options{}, files)
	wantError(t, err, "matches no format")
	c := openLines(t, Options{Format: "text", Seed: 1}, files)
	ids := idsOf(t, c)
	if ids["more/a.txt:1"] == "" || len(ids) != 40 {
		t.Errorf("%d dialogues, want 40: %v", len(ids), ids)
	}
	_, err = openMap(t, Options{Format: "text"}, map[string]string{"a.csv": "x"})
	wantError(t, err, "no files of format text")
}

// TestUnsaid: where the format or the map is named, turns that nobody says are warned of; and so is one word before most.
func TestUnsaid(t *testing.T) {
	var numbers, tags, word, right strings.Builder
	for i := range 40 {
		fmt.Fprintf(&numbers, "{\"q\":\"%d\",\"r\":\"%d.5\"}\n", 37*i, 41*i)
		fmt.Fprintf(&tags, "{\"turns\":[\"<|user|> is it %d ?\",\"<|bot|> it is .\"]}\n", i)
		fmt.Fprintf(&word, "{\"turns\":[\"utt is it %d ?\",\"utt it is .\"]}\n", i)
		fmt.Fprintf(&right, "{\"turns\":[\"is it %d ?\",\"it is .\"]}\n", i)
	}
	for name, c := range map[string]struct {
		content string
		o       Options
		want    string // empty: nothing
	}{
		"numbers by a map": {numbers.String(), Options{Map: "turns=q + r"}, "unsaid: 80 of the first 80 turns are numbers, times or IDs"},
		"tags by a format": {tags.String(), Options{Format: "jsonl"}, "unsaid: 80 of the first 80 turns are tags"},
		"one first word":   {word.String(), Options{}, `first_word: 80 turns begin with the same word, "utt"`},
		"right":            {right.String(), Options{Format: "jsonl"}, ""},
		"right by a map":   {right.String(), Options{Map: "turns=turns"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			corpus, err := openFile(t, c.o, "a.jsonl", c.content)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			for _, w := range corpus.Unsaid() {
				got += w.Name + ": " + w.Message
			}
			if !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
				t.Errorf("the warning is %q, not %q", got, c.want)
			}
		})
	}
}

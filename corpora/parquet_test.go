package corpora

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// parquetOf is a Parquet file with these rows, two in each row group.
func parquetOf[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, append(options, parquet.MaxRowsPerRowGroup(2))...)
	_, err := w.Write(rows)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// stringsRow has the columns of DailyDialog on the Hub.
type stringsRow struct {
	ID      int64     `parquet:"id"`
	Dialog  []string  `parquet:"dialog,list"`
	Act     []int64   `parquet:"act,list"`
	Emotion []int64   `parquet:"emotion,list"`
	Vector  []float32 `parquet:"vector,list"`
}

func stringsFile(t testing.TB) []byte {
	rows := []stringsRow{
		{Dialog: []string{"Is it late?", "Very."}, Act: []int64{2, 1}, Emotion: []int64{0, 1}, Vector: []float32{1, 2}},
		{Dialog: []string{"Go.", "I will.", "Good."}, Act: []int64{3, 4, 9}, Emotion: []int64{0}},
		{Dialog: []string{"Bye."}},
	}
	return parquetOf(t, rows, parquet.Compression(&parquet.Snappy), parquet.KeyValueMetadata("huggingface",
		`{"info":{"features":{"id":{"dtype":"int64"},"act":{"feature":{"names":["","inform","question","directive","commissive"]}},"emotion":{"feature":{"names":["none","anger"]}}}}}`))
}

// member of a chat.
type chatMessage struct {
	Role    *string `parquet:"role,optional"`
	Content *string `parquet:"content,optional"`
}

type chatRow struct {
	Messages []chatMessage `parquet:"messages,list"`
	Lang     *string       `parquet:"lang,optional"`
}

// listsRow has a struct of lists, and the numbers of speakers.
type listsRow struct {
	Utterances struct {
		Text    []string `parquet:"text,list"`
		Speaker []int32  `parquet:"speaker,list"`
	} `parquet:"utterances"`
}

func TestParquet(t *testing.T) {
	say := func(speaker, text string) dialog.Turn { return dialog.Turn{Speaker: speaker, Text: text} }
	labels := func(act, emotion string) map[string]string {
		return map[string]string{"act": act, "emotion": emotion}
	}
	p := func(s string) *string { return &s }
	var lists listsRow
	lists.Utterances.Text, lists.Utterances.Speaker = []string{"Hi.", "Hello."}, []int32{0, 1}
	for name, c := range map[string]struct {
		content []byte
		want    []dialog.Dialogue
	}{
		"strings and classes": {stringsFile(t), []dialog.Dialogue{
			{ID: "f.parquet:1", Turns: []dialog.Turn{
				{Speaker: "A", Text: "Is it late?", Labels: labels("question", "none")}, {Speaker: "B", Text: "Very.", Labels: labels("inform", "anger")}}},
			{ID: "f.parquet:2", Turns: []dialog.Turn{
				{Speaker: "A", Text: "Go.", Labels: map[string]string{"act": "directive"}},
				{Speaker: "B", Text: "I will.", Labels: map[string]string{"act": "commissive"}},
				{Speaker: "A", Text: "Good.", Labels: map[string]string{"act": "9"}}}},
			{ID: "f.parquet:3", Turns: []dialog.Turn{say("A", "Bye.")}},
		}},
		"structs": {parquetOf(t, []chatRow{
			{Messages: []chatMessage{{p("system"), p("Be brief.")}, {p("user"), p("Why?")}, {p("assistant"), p("So.")}}, Lang: p("en")},
			{Messages: []chatMessage{{nil, p("Who?")}, {nil, p("Me.")}}},
		}, parquet.Compression(&parquet.Zstd)), []dialog.Dialogue{
			{ID: "f.parquet:1", Turns: []dialog.Turn{say("user", "Why?"), say("assistant", "So.")}, Labels: map[string]string{"system": "Be brief.", "lang": "en"}},
			{ID: "f.parquet:2", Turns: []dialog.Turn{say("A", "Who?"), say("B", "Me.")}},
		}},
		"a struct of lists": {parquetOf(t, []listsRow{lists}), []dialog.Dialogue{
			{ID: "f.parquet:1", Turns: []dialog.Turn{say("0", "Hi."), say("1", "Hello.")}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f.parquet")
			if err := os.WriteFile(path, c.content, 0o666); err != nil {
				t.Fatal(err)
			}
			wantFormat(t, path, "huggingface")
			got, err := readAll(readHuggingFace(path))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestParquetGoesOn: a bad row is named by its number, and the next is read,
// over the ends of row groups and of what is read ahead.
func TestParquetGoesOn(t *testing.T) {
	const bad = 19
	var rows []stringsRow
	for i := range 40 {
		rows = append(rows, stringsRow{Dialog: []string{fmt.Sprint("row ", i+1)}})
	}
	rows[bad-1].Dialog = []string{"a", "\xff"}
	path := written(t, string(parquetOf(t, rows)))
	number := 0
	for d, err := range readHuggingFace(path) {
		number++
		if number == bad {
			wantError(t, err, "f:19: turn 2 has no text in UTF-8", "--skip-bad")
			continue
		}
		if want := fmt.Sprint("row ", number); err != nil || d.Turns[0].Text != want {
			t.Fatalf("%v, error %v, want %s", d, err, want)
		}
	}
	if number != len(rows) {
		t.Errorf("%d rows, want %d", number, len(rows))
	}
}

func TestParquetRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "train.parquet")
	for name, c := range map[string]struct{ content, want string }{
		"a pointer":      {"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "git lfs pull"},
		"only the magic": {"PAR1", "too short"},
		"another table":  {string(parquetOf(t, []struct{ Text string }{{"a"}})), `with the columns "Text", and none of them are known as turns`},
		"no list":        {string(parquetOf(t, []struct{ Dialog string }{{"a"}})), `with the columns "Dialog"`},
		"half a file":    {string(stringsFile(t)[:300]), "no whole Parquet file"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(c.content), 0o666); err != nil {
				t.Fatal(err)
			}
			if reason := recordMatch("huggingface")(site.Site{Path: path}); reason != "" {
				t.Errorf("detected: %s", reason)
			}
			_, err := openWhole(path, Options{Format: "huggingface"})
			wantError(t, err, "train.parquet", c.want)
		})
	}
}

func TestParquetDamage(t *testing.T) { damage(t, stringsFile(t), readHuggingFace) }

// damage checks that a byte that changed makes other dialogues or an error,
// never a panic. The fuzz targets try more of them.
func damage(t *testing.T, whole []byte, read func(path string) source.Dialogues) {
	t.Helper()
	path := written(t, "")
	for i := 0; i < len(whole); i += 23 {
		content := bytes.Clone(whole)
		content[i] ^= 0xff
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		for d, err := range read(path) {
			checkDialogue(t, d, err)
		}
	}
}

func FuzzParquet(f *testing.F) {
	fuzzFile(f, "f.parquet", readHuggingFace, string(stringsFile(f)), strings.Repeat("PAR1", 4))
}

// TestParquetSuggests: the map that is suggested names the columns with words.
func TestParquetSuggests(t *testing.T) {
	type row struct {
		Number int64  `parquet:"n"`
		Alpha  string `parquet:"alpha"`
		Beta   string `parquet:"Beta"`
	}
	_, err := openFile(t, Options{}, "a.parquet", string(parquetOf(t, []row{{1, "is it late", "it is late now"}})))
	wantError(t, err, `the columns "n", "alpha", "Beta"`, "as in --map 'turns=alpha + beta'")
}

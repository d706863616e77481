package corpora

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const meldHead = "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID\n"

// TestMELDText: what a person reads, whatever the bytes. 0x92 is ’ and 0xE9 is
// é in Windows-1252 (its table at unicode.org).
func TestMELDText(t *testing.T) {
	for name, c := range map[string]struct{ cell, want string }{
		"UTF-8":                      {"It’s a café", "It’s a café"},
		"Windows-1252":               {"It\x92s a caf\xe9", "It’s a café"},
		"Windows-1252 as Latin-1":    {"It\u0092s a café", "It’s a café"},
		"a byte that is not defined": {"a\x81\xff", "a\ufffdÿ"},
		"quotes":                     {`"So ""you"", too"`, `So "you", too`},
		"a line break":               {"\"a\nb\"", "a\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := readAll(readMELD(written(t, meldHead+"1,"+c.cell+",Ann,joy,positive,0,0\n")))
			if err != nil || len(all) != 1 {
				t.Fatalf("%d dialogues, error %v", len(all), err)
			}
			if got := all[0].Turns[0].Text; got != c.want {
				t.Errorf("read %q, want %q", got, c.want)
			}
		})
	}
}

// TestMELDGoesOn: a bad row takes its dialogue with it and no other.
func TestMELDGoesOn(t *testing.T) {
	path := written(t, meldHead+
		"1,a,A,joy,positive,0,0\n"+ // 2
		"2,b\n"+ // 3: bad
		"3,c,A,joy,positive,1,0\n"+ // 4
		"4,,A,joy,positive,2,0\n"+ // 5: blank
		"5,d,A,joy,positive,2,1\n"+
		"6,e,A,joy,positive,0,0\n") // 7: the same ID, another dialogue
	var got []string
	for d, err := range readMELD(path) {
		if err != nil {
			_, after, _ := strings.Cut(err.Error(), string(filepath.Separator)+"f:")
			got = append(got, "bad "+strings.Split(after, ";")[0])
			continue
		}
		got = append(got, d.ID)
	}
	want := []string{
		"bad 3: the row has 2 columns, and the header names 7", "f:4",
		"f:6", // without the blank one before
		"f:7",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMELDHeader(t *testing.T) {
	_, err := readAll(readMELD(written(t, "Utterance,Speaker\na,A\n")))
	wantError(t, err, `f:1: the header has the columns "Utterance", "Speaker", and lacks "Utterance" with "Speaker" with "Dialogue_ID"`)
	all, err := readAll(readMELD(written(t, "Dialogue_ID,Speaker,Utterance\n0,A,a\n")))
	if err != nil || len(all) != 1 || all[0].Turns[0].Labels != nil {
		t.Errorf("without emotions: %v, %v", all, err)
	}
}

package dialog

import (
	"bytes"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// letters encodes every letter a to z as its number.
type letters struct{}

func (letters) Encode(text string) (ids []int32, err error) {
	for _, r := range text {
		ids = append(ids, int32(r-'a'))
	}
	return ids, nil
}
func (letters) Decode([]int32) string { return "" }
func (letters) Text([]int32) string   { return "" }
func (letters) Token(int32) string    { return "" }
func (letters) Size() int             { return 26 }

func drawDialogues(t *rapid.T) iter.Seq2[Dialogue, error] {
	turn := rapid.Custom(func(t *rapid.T) Turn {
		return Turn{
			Speaker: rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "speaker"),
			Text:    rapid.StringMatching("[a-z]{0,5}").Draw(t, "text"),
			Labels:  rapid.MapOf(rapid.SampledFrom([]string{"act", "mood"}), rapid.String()).Draw(t, "labels"),
		}
	})
	dialogues := rapid.SliceOf(rapid.SliceOf(turn)).Draw(t, "dialogues")
	return func(yield func(Dialogue, error) bool) {
		for _, turns := range dialogues {
			if !yield(Dialogue{Turns: turns}, nil) {
				return
			}
		}
	}
}

func encodedSet(t rapid.TB, dialogues iter.Seq2[Dialogue, error], w Window) *Set {
	t.Helper()
	s, err := Encode(dialogues, letters{}, w)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fileOf(t rapid.TB, s *Set) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSetFileRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Window{rapid.IntRange(0, 3).Draw(t, "turns"), 4, 3}
		want := encodedSet(t, drawDialogues(t), w)
		got, err := ReadSet(fileOf(t, want), 26)
		if err != nil {
			t.Fatal(err)
		}
		if got.Len() != want.Len() || got.Skipped() != want.Skipped() {
			t.Fatalf("%d examples and %d skipped turns, want %d and %d", got.Len(), got.Skipped(), want.Len(), want.Skipped())
		}
		for i := range want.Len() {
			if diff := cmp.Diff(want.Example(i), got.Example(i)); diff != "" {
				t.Fatal(diff)
			}
			if len(want.Labels(i))+len(got.Labels(i)) > 0 && !cmp.Equal(want.Labels(i), got.Labels(i)) {
				t.Fatalf("labels %q, want %q", got.Labels(i), want.Labels(i))
			}
		}
	})
}

func smallSet(t rapid.TB) *Set {
	turns := []Turn{{"A", "abc", nil}, {"B", "de", map[string]string{"act": "ask"}}, {"A", "f", nil}}
	return encodedSet(t, func(yield func(Dialogue, error) bool) { yield(Dialogue{Turns: turns}, nil) }, Window{2, 9, 9})
}

// TestSetFileDamaged cuts the file at every place and flips every byte.
func TestSetFileDamaged(t *testing.T) {
	file := fileOf(t, smallSet(t))
	for i := range file {
		if _, err := ReadSet(file[:i], 26); !errors.Is(err, errSetFile) {
			t.Errorf("cut after %d bytes: %v", i, err)
		}
		bad := bytes.Clone(file)
		bad[i] ^= 0x10
		if _, err := ReadSet(bad, 26); !errors.Is(err, errSetFile) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	if _, err := ReadSet(file, 5); !errors.Is(err, errSetFile) {
		t.Errorf("an id outside the vocabulary: %v", err)
	}
}

func TestSetFileWriteFails(t *testing.T) {
	if err := smallSet(t).Write(failing{}); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("a full disk: %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

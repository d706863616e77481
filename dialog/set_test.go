package dialog

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog/tokenfile"
)

// letters encodes every letter a to z as its number.
type letters struct{}

func (letters) Encode(text string) (ids []int32, err error) {
	for _, r := range text {
		ids = append(ids, int32(r-'a'))
	}
	return ids, nil
}
func (letters) Decode([]int32) string  { return "" }
func (letters) Text([]int32) string    { return "" }
func (letters) Settled([]int32) string { return "" }
func (letters) Token(int32) string     { return "" }
func (letters) Size() int              { return 26 }

// lengths labels a turn with its number, the length of its act and one id of
// several bytes.
func lengths(d Dialogue, i int) []int32 {
	return []int32{int32(i), int32(len(d.Turns[i].Labels["act"])), 1 << 20}
}

func drawDialogues(t *rapid.T) []Dialogue {
	turn := rapid.Custom(func(t *rapid.T) Turn {
		return Turn{
			Speaker: rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "speaker"),
			Text:    rapid.StringMatching("[a-z]{0,5}").Draw(t, "text"),
			Labels:  rapid.MapOf(rapid.SampledFrom([]string{"act", "mood"}), rapid.String()).Draw(t, "labels"),
		}
	})
	var all []Dialogue
	for _, turns := range rapid.SliceOf(rapid.SliceOf(turn)).Draw(t, "dialogues") {
		all = append(all, Dialogue{Turns: turns, Labels: rapid.MapOf(rapid.SampledFrom([]string{PersonaLabel, PartnerLabel}),
			rapid.StringMatching(`([a-z]{0,5}\n){0,20}[a-z]{0,5}`)).Draw(t, "personas")})
	}
	return all
}

func sequence(all []Dialogue) iter.Seq2[Dialogue, error] {
	return func(yield func(Dialogue, error) bool) {
		for _, d := range all {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// wanted is the examples of dialogues, their labels and the number of turns
// without a word, as the documentation of SetWriter has them.
func wanted(all []Dialogue, w Window) (examples []Example, labels [][]int32, skipped int) {
	for _, d := range all {
		var turns []Turn
		var numbers [][]int32
		for i, turn := range d.Turns {
			if turn.Text == "" {
				skipped++
			} else {
				turns, numbers = append(turns, turn), append(numbers, lengths(d, i))
			}
		}
		for i, response := range turns {
			if w.Turns > 0 && i == 0 {
				continue
			}
			e := Example{Response: cutIDs(response.Text, w.Response-1)}
			if w.Persona && w.Turns > 0 {
				e.Context = personaOf(d, response.Speaker, w)
				e.Floor = bytes.Repeat([]byte{1}, len(e.Context))
			}
			for _, turn := range turns[max(0, i-w.Turns):i] {
				e.Context = append(e.Context, cutIDs(turn.Text, w.Tokens-1))
				e.Floor = append(e.Floor, map[bool]uint8{true: 1}[turn.Speaker == response.Speaker])
			}
			examples, labels = append(examples, e), append(labels, numbers[i])
		}
	}
	return examples, labels, skipped
}

// personaOf is the lines with a word of the persona of a speaker, at most 16.
func personaOf(d Dialogue, speaker string, w Window) (lines [][]int32) {
	label := "partner_persona"
	if speaker == d.Turns[len(d.Turns)-1].Speaker {
		label = "persona"
	}
	for _, line := range strings.Fields(d.Labels[label]) {
		if len(lines) < 16 {
			lines = append(lines, cutIDs(line, w.Tokens-1))
		}
	}
	return lines
}

func cutIDs(text string, limit int) []int32 {
	ids, _ := letters{}.Encode(text[:min(len(text), limit)])
	return ids
}

// TestSet compares a Set in memory, mapped and read piece by piece with a
// plain account of what it holds.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Window{rapid.IntRange(0, 3).Draw(t, "turns"), 4, 3, rapid.Bool().Draw(t, "persona")}
		all := drawDialogues(t)
		content := contentOf(t, all, w)
		memory, err := Encode(sequence(all), letters{}, w, lengths)
		if err != nil {
			t.Fatal(err)
		}
		file, err := tokenfile.Read(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		pieces, err := NewSet(file, 26)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*Set{memory, pieces} {
			checkSet(t, s, all, w)
		}
	})
}

func checkSet(t rapid.TB, s *Set, all []Dialogue, w Window) {
	t.Helper()
	examples, labels, skipped := wanted(all, w)
	if s.Len() != len(examples) || s.Skipped() != skipped {
		t.Fatalf("%d examples and %d skipped turns, want %d and %d", s.Len(), s.Skipped(), len(examples), skipped)
	}
	for i, want := range examples {
		got := s.Example(i)
		if !slices.Equal(got.Response, want.Response) || !slices.EqualFunc(got.Context, want.Context, slices.Equal) || !slices.Equal(got.Floor, want.Floor) {
			t.Fatalf("example %d is %v, want %v", i, got, want)
		}
		if !slices.Equal(labels[i], s.Labels(i)) {
			t.Fatalf("labels %d, want %d", s.Labels(i), labels[i])
		}
		if n := len(want.Response) + 1; s.Length(i) != n { // with </s>
			t.Fatalf("length %d, want %d", s.Length(i), n)
		}
	}
}

func contentOf(t rapid.TB, all []Dialogue, w Window) []byte {
	t.Helper()
	var content bytes.Buffer
	s := NewSetWriter(&content, letters{}, w, lengths)
	for _, d := range all {
		if err := s.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Finish(); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// TestSetOfManyBlocks has examples on both sides of the blocks of the index.
func TestSetOfManyBlocks(t *testing.T) {
	var all []Dialogue
	for i := range 2*indexed + 10 {
		all = append(all, Dialogue{Turns: []Turn{{Text: "ab"}, {Text: strings.Repeat("c", i%1000/100*90)}, {Text: "d"}}})
	}
	w := Window{Turns: 2, Tokens: 900, Response: 900} // a turn of more bytes than the first look at it
	s, err := Encode(sequence(all), letters{}, w, lengths)
	if err != nil {
		t.Fatal(err)
	}
	checkSet(t, s, all, w)
}

func TestSetRefuses(t *testing.T) {
	content := contentOf(t, []Dialogue{{Turns: []Turn{{Text: "ab"}, {Text: "c"}}}}, Window{Turns: 1, Tokens: 9, Response: 9})
	file, err := tokenfile.InMemory(content)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSet(file, 25); !errors.Is(err, tokenfile.ErrDamaged) {
		t.Errorf("another vocabulary: %v", err)
	}
	// The third is one of before labels were ids, which has no version.
	for _, header := range []string{"", "{}", `{"window":{"Turns":1,"Tokens":9,"Response":9},"vocabulary":26,"examples":0,"skipped":0,"index":[]}`,
		`{"version":3,"vocabulary":26,"examples":0}`, `{"version":2,"vocabulary":26,"examples":1}`, `{"version":2,"vocabulary":26,"examples":-1}`} {
		var b bytes.Buffer
		if err := tokenfile.NewWriter(&b).Finish([]byte(header)); err != nil {
			t.Fatal(err)
		}
		file, err := tokenfile.InMemory(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewSet(file, 26); !errors.Is(err, tokenfile.ErrDamaged) {
			t.Errorf("header %q: %v", header, err)
		}
	}
}

func TestSetWriterFails(t *testing.T) {
	s := NewSetWriter(failing{}, letters{}, Window{Turns: 1, Tokens: 9, Response: 9}, nil)
	if err := s.Finish(); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("a full disk: %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// TestSetWithoutLabels keeps none.
func TestSetWithoutLabels(t *testing.T) {
	s, err := Encode(sequence([]Dialogue{{Turns: []Turn{{Text: "ab"}, {Text: "c", Labels: map[string]string{"act": "x"}}}}}), letters{}, Window{Turns: 1, Tokens: 9, Response: 9}, nil)
	if err != nil || s.Len() != 1 || s.Labels(0) != nil || s.Length(0) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestSetWithoutPersonas: where no example shows a persona, the file is that of
// a corpus without.
func TestSetWithoutPersonas(t *testing.T) {
	turns := []Turn{{Speaker: "A", Text: "ab"}, {Speaker: "B", Text: "c"}}
	plain := []Dialogue{{Turns: turns}}
	described := []Dialogue{{Turns: turns, Labels: map[string]string{PersonaLabel: "x", PartnerLabel: "y"}}}
	w := Window{Turns: 1, Tokens: 9, Response: 9}
	if !bytes.Equal(contentOf(t, plain, w), contentOf(t, described, w)) {
		t.Error("personas that nobody asked for change the file")
	}
	if w.Persona = true; bytes.Equal(contentOf(t, plain, w), contentOf(t, described, w)) {
		t.Error("personas do not reach the file")
	}
	if text := header(t, contentOf(t, plain, Window{Turns: 1})); strings.Contains(text, "Persona") {
		t.Errorf("the header of other sets has changed: %s", text)
	}
}

// header is the JSON with which a set describes itself.
func header(t *testing.T, content []byte) string {
	t.Helper()
	file, err := tokenfile.InMemory(content)
	if err != nil {
		t.Fatal(err)
	}
	return string(file.Header())
}

// TestPersona: who has the last word has the persona.
func TestPersona(t *testing.T) {
	d := Dialogue{Turns: []Turn{{Speaker: "A"}, {Speaker: "B"}, {Speaker: "C"}, {Speaker: "B"}},
		Labels: map[string]string{PersonaLabel: "mine", PartnerLabel: "theirs"}}
	for i, want := range []string{"theirs", "mine", "theirs", "mine"} {
		if got := d.Persona(i); got != want {
			t.Errorf("the persona of turn %d is %q, want %q", i, got, want)
		}
	}
}

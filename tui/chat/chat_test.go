package chat

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

const roomyWidth, roomyHeight = 120, 40

func TestAnswerAndChoose(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("shall we go out ?")
	// Four of five sentences of the fake differ. By hand: they have 9, 2, 9, 19
	// and 1 bigrams, the repeated 9 count once: 31 of 40 are different. The
	// first has 10 words and </s>: −4.5/11 = −0.41.
	d.sees("4 of 5 distinct", "Dist-2 0.78", "seed 1", "=1", "ln p -4.5 -0.41/tok z 1.5σ")
	if d.focus != onCandidates {
		t.Error("the keys do not go to the candidates")
	}
	d.press("2")
	if d.chosen() != sentences[1] {
		t.Errorf("chose %q", d.chosen())
	}
	d.press("and tomorrow ?", "enter")
	want := []string{"shall we go out ?", sentences[1], "and tomorrow ?"}
	if diff := cmp.Diff(want, d.fake.last().Context); diff != "" {
		t.Error(diff)
	}
	d.press("down", "down", "enter")
	if d.chosen() != "seed 2 temperature 0.0 candidate 3" {
		t.Errorf("chose %q", d.chosen())
	}
}

// Writing on takes the selected candidate.
func TestWriteOnTakesSelected(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.press("down", "b", "enter")
	if got := d.fake.last().Context; !slices.Equal(got, []string{"a", sentences[1], "b"}) {
		t.Errorf("context %q", got)
	}
}

func TestRegenerateKeepsTakes(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.press("1", "ctrl+r")
	if d.fake.last().Seed != 2 {
		t.Errorf("seed %d", d.fake.last().Seed)
	}
	d.sees("take 2 of 2", "seed 2")
	d.press("ctrl+p")
	d.sees("take 1 of 2", sentences[1])
	if d.chosen() != sentences[0] {
		t.Errorf("the first take's choice is %q", d.chosen())
	}
	// A third take has a seed that no take had, though the first is shown.
	d.press("ctrl+r")
	d.sees("take 3 of 3", "seed 3")
}

func TestUndoRedoEditBranch(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("first")
	d.line("second")
	d.press("ctrl+z")
	d.seesNot("second")
	d.press("ctrl+y")
	d.sees("second")
	d.press("ctrl+g", " time", "enter")
	d.sees("second time", "branch 2 of 2")
	d.press("ctrl+b")
	d.seesNot("second time")
	d.sees("branch 1 of 2")
	d.line("/branch 2")
	d.sees("second time")
	d.line("/edit third")
	d.sees("third", "branch 3 of 3")
	d.press("ctrl+z", "ctrl+z", "ctrl+z")
	d.sees("There is nothing to undo.", "Say something and press enter.")
}

// Sliders sample at once with the same seed, and make one take when they are
// left.
func TestSliders(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.press("tab", "up", "up", "up")
	if q := d.fake.last(); q.Temperature != 0.3 || q.Seed != 1 {
		t.Errorf("asked with temperature %g, seed %d", q.Temperature, q.Seed)
	}
	d.sees("seed 1 temperature 0.3", "preview")
	d.press("right", "down")
	if q := d.fake.last(); q.TopP != 0.95 {
		t.Errorf("asked with top-p %g", q.TopP)
	}
	d.press("right", "up", "right", "down")
	if q := d.fake.last(); q.N != 4 || q.PriorScale != 1.1 {
		t.Errorf("asked with %+v", q)
	}
	d.press("tab")
	d.sees("take 2 of 2")
	if d.talk.preview != nil {
		t.Error("the preview stays")
	}
}

func TestHistory(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("one")
	d.line("two")
	d.run(d.turnTo(onInput))
	d.press("draft", "up")
	for _, step := range []struct{ key, want string }{{"up", "one"}, {"up", "one"}, {"down", "two"}, {"down", "draft"}, {"down", "draft"}} {
		d.press(step.key)
		if got := d.entry.area.Value(); got != step.want {
			t.Errorf("%s shows %q, not %q", step.key, got, step.want)
		}
	}
}

func TestSeveralLines(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.press("one", "ctrl+j", "two", "enter")
	if got := d.fake.last().Context; !slices.Equal(got, []string{"one\ntwo"}) {
		t.Errorf("context %q", got)
	}
}

// A long paste is cut and made safe, and goes to the input from any part.
func TestPaste(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.send(tea.PasteMsg{Content: "x\x1b[31m\x00\u202ey\r\nz" + strings.Repeat("é", 2*longestTurn)})
	value := d.entry.area.Value()
	if !strings.HasPrefix(value, "xy\nz") || len([]rune(value)) > longestTurn || d.focus != onInput {
		t.Errorf("pasted %q… (%d)", value[:10], len([]rune(value)))
	}
	d.sees("cut")
}

func TestErrorsAreLines(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.fake.err = errors.New("bad request: the context holds no word")
	d.line("???")
	d.sees("The model could not answer: bad request: the context holds no word")
	d.fake.err = nil
	d.line("hello")
	// The turn that had no answer is replaced, and stands in no context.
	if got := d.fake.last().Context; !slices.Equal(got, []string{"hello"}) {
		t.Errorf("context %q", got)
	}
	d.fake.panic = "index out of range"
	d.press("ctrl+r")
	d.sees("a fault in the model: index out of range")
}

func TestCancel(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.talk.conversation.Say("a")
	cmd := d.sample(false)
	d.sees("sampling 5 candidates")
	ended := newTray()
	ended.put(dialog.Delta{Index: 0, Text: "late"})
	close(ended.news)
	late := streamMsg{d.sampler.running.id, ended}
	d.send(late)
	d.sees("late …", "1 words so far")
	d.press("esc")
	d.sees("Stopped; ^r samples again.")
	d.run(cmd) // the answer comes too late
	ended.texts[0] = "late"
	d.send(late)
	d.seesNot("late …")
	d.seesNot(sentences[1])
}

// Of two requests the answer of the first is dropped, whenever it comes.
func TestStaleAnswers(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.talk.conversation.Say("a")
	first := d.sample(false)
	d.settings.values.Seed = 7
	second := d.sample(false)
	d.run(second)
	d.run(first)
	d.sees("seed 7 temperature 0.0")
	d.seesNot("· take")
}

func TestWalk(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.press("down", "tab", "tab") // candidate 2, the latent space
	d.press("right", "right", "right")
	// The dimension of the largest KL is the second: 0.25 + 3/2 · 0.5 = 1.
	d.sees("dimension 2, +1.5σ", "walked to [0.00 1.00 0.00 0.00]")
	q := d.fake.last()
	if q.Temperature != 0 || len(q.Z) != 1 {
		t.Errorf("asked %+v", q)
	}
	d.press("down", "left") // the next is the fourth: 0 − 1/2 · 2 = −1
	d.sees("dimension 4, -0.5σ", "walked to [0.00 1.00 0.00 -1.00]")
	d.press("enter")
	d.sees("5 of 6 distinct", "take 2 of 2")
	if d.talk.selected != 5 || d.talk.count() != 6 {
		t.Errorf("candidate %d of %d is selected", d.talk.selected+1, d.talk.count())
	}
}

// Enter keeps the place that is on the screen, also while its text is still decoded.
func TestWalkKeepsWhatComes(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.press("tab", "tab", "right")
	_, decoding := d.Update(tea.KeyPressMsg{Code: tea.KeyRight})
	d.press("enter")
	d.seesNot("Walk first")
	d.run(decoding)
	d.sees("take 2 of 2")
	// Candidate 1 has z₂ 0: 0 + 2/2 · 0.5.
	if got := d.talk.candidates()[d.talk.selected].Text; got != "walked to [0.00 0.50 0.00 0.00]" {
		t.Errorf("kept %q", got)
	}
}

func TestWalkBetween(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.line("/between 1 5")
	d.press("right", "right")
	// z₂ goes from 0 to 1 in 8 steps.
	d.sees("step 2 of 8", "walked to [0.00 0.25 0.00 0.00]")
	d.press("right", "right", "right", "right", "right", "right", "right", "right")
	d.sees("step 8 of 8", "walked to [0.00 1.00 0.00 0.00]")
}

func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	d := drive(t, roomyWidth, roomyHeight)
	d.line("hello")
	d.line("/export jsonl talk one.jsonl")
	d.sees("There is nothing to export: no answer was chosen.")
	d.line("1")
	d.line("/export md")
	d.sees("Exported to cvae-20261121-150405.md.")
	d.line("/export md")
	d.sees("cvae-20261121-150405.md exists; a ! at the end overwrites it.")
	d.line("/export md!")
	d.line("/export jsonl talk one.jsonl")
	d.line("/export jsonl talk one.jsonl !")
	for name, want := range map[string]string{"cvae-20261121-150405.md": "hello", "talk one.jsonl": `"context":["hello"]`} {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, %s", name, err, text)
		}
	}
	d.line("/export md missing/folder.md")
	d.sees("The conversation is not exported:")
}

func TestSaveAndResume(t *testing.T) {
	o := fakeOptions(t)
	d := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	d.line("/save")
	d.sees("There is nothing to save yet.")
	d.line("hello")
	d.line("/seed 4")
	d.press("3")
	d.line("/save")
	if got := strings.Join(d.notices.texts, ""); !strings.Contains(got, "--resume "+d.talk.conversation.ID) {
		t.Error(got)
	}
	o.Resume = d.talk.conversation.ID
	again := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	again.sees("hello", "seed 4 temperature 0.0", "take 2 of 2", "seed 4", "0.50±0.5") // with its prior
	again.line("/list")
	again.sees(d.talk.conversation.ID, "1 turn with runs/demo: hello")
	again.press("q")
	again.line("/new")
	again.seesNot("hello")
	again.line("/load " + d.talk.conversation.ID[:15])
	again.sees("hello")
	o.Resume = "nothing"
	if _, err := newModel(t.Context(), &fake{}, fakeCard(), o); err == nil {
		t.Error("an unknown conversation is resumed")
	}
}

// Labels of the command line last: they are those of every request, of the
// conversation that is resumed without them, and stand over its own.
func TestLabelsAreResumed(t *testing.T) {
	o := fakeOptions(t)
	o.Settings.Labels = map[string]string{"topic": "work"}
	d := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	d.line("hello")
	o.Resume = d.talk.conversation.ID
	for _, given := range []map[string]string{nil, {"topic": "food"}} {
		o.Settings.Labels = given
		d := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
		d.line("again")
		want := given
		if given == nil {
			want = map[string]string{"topic": "work"}
		}
		if diff := cmp.Diff(want, d.fake.last().Labels); diff != "" {
			t.Error(diff)
		}
	}
}

// A conversation of before labels were kept takes those of the command line, on
// every turn that is shown.
func TestLabelsOfOldConversations(t *testing.T) {
	o := fakeOptions(t)
	d := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	d.line("hello")
	d.line("again")
	o.Resume, o.Settings.Labels = d.talk.conversation.ID, map[string]string{"topic": "food"}
	d = driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	d.press("ctrl+z", "ctrl+r")
	if diff := cmp.Diff(o.Settings.Labels, d.fake.last().Labels); diff != "" {
		t.Error(diff)
	}
}

// A folder that cannot be written is a line, and the chat goes on.
func TestSaveFails(t *testing.T) {
	o := fakeOptions(t)
	o.Store.Dir = filepath.Join(o.Store.Dir, "file")
	if err := os.WriteFile(o.Store.Dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	d.line("hello")
	d.sees("The conversation is not saved:", sentences[1])
}

func TestLeave(t *testing.T) {
	for _, keys := range [][]string{{"ctrl+d"}, {"/quit", "enter"}, {"/bye", "enter"}, {"ctrl+c"}} {
		d := drive(t, roomyWidth, roomyHeight)
		d.press(keys...)
		if !d.quit || d.interrupted != (keys[0] == "ctrl+c") {
			t.Errorf("%q: quit %v, interrupted %v", keys, d.quit, d.interrupted)
		}
	}
	d := drive(t, roomyWidth, roomyHeight)
	d.press("text", "ctrl+d")
	if d.quit {
		t.Error("ctrl+d leaves with text in the input")
	}
}

// TestStepsOfZ: of a latent of two steps the chat shows the rate and the distances;
// units, map and walk are left out.
func TestStepsOfZ(t *testing.T) {
	card := fakeCard()
	card.Latent.Steps, card.Latent.Map, card.Latent.ActiveUnits, card.Latent.ResidualActiveUnits = 2, nil, nil, nil
	d := driveWith(t, &fake{steps: 2}, card, fakeOptions(t), roomyWidth, roomyHeight)
	d.line("a")
	d.sees("KL 2.50 nats", "z 1.5σ")
	d.seesNot("active units")
	d.seesNot("KL by word")
	card.Latent.KLPerStep, card.Latent.Information, card.Latent.Verdict = []float64{0.5, 2}, new(0.14), "The latent pays 2.5 nats and carries 0.1."
	d = driveWith(t, &fake{steps: 2}, card, fakeOptions(t), roomyWidth, roomyHeight)
	d.line("a")
	d.sees("KL by word, 1–2; █ 2.00 nats", "KL 2.50 nats, its words carry 0.14", "pays 2.5 nats and carries")
	d.seesNot("KL by dimension")
	d.seesNot("map:")
	d.line("/walk")
	d.sees("has no vector z to walk from")
	d.line("/model")
	d.sees("latent dimensions", "2 steps of 4", "0.140 nats per response, the sum over the words of z")
	d.seesNot("active units")
}

// A dead latent is called dead beside its numbers.
func TestVerdict(t *testing.T) {
	card := fakeCard()
	card.Latent.Verdict = "The latent pays 1.0 nats and carries 0.0."
	d := driveWith(t, &fake{}, card, fakeOptions(t), roomyWidth, roomyHeight)
	d.line("a")
	d.sees("active units 3 of 4", "pays 1.0 nats")
	d.line("/model")
	d.sees("collapse", "carries 0.0.")
}

func TestModelsWithoutNumbers(t *testing.T) {
	card := fakeCard()
	card.Latent = nil
	d := driveWith(t, &fake{}, card, fakeOptions(t), roomyWidth, roomyHeight)
	d.line("a")
	d.sees("This model has no latent variable")
	d.line("/walk")
	d.sees("This model has no latent, so there is nothing to walk.")
	card.Latent = &dialog.LatentCard{Dim: fakeDim}
	d = driveWith(t, &fake{}, card, fakeOptions(t), roomyWidth, roomyHeight)
	d.line("a")
	d.sees("The latent of this model was not", "0.50±0.5")
	card = fakeCard()
	card.Sentences = true
	d = driveWith(t, &fake{}, card, fakeOptions(t), roomyWidth, roomyHeight)
	d.sees("press enter to draw sentences")
	d.press("enter")
	if q := d.fake.last(); q.Context != nil {
		t.Errorf("context %q", q.Context)
	}
	d.sees(sentences[1], "(samples)")
}

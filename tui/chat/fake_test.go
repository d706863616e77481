package chat

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

// A fake answers at once with texts that tell what was asked. Candidates 1 and
// 3 of a set are alike.
type fake struct {
	mu       sync.Mutex
	asked    []dialog.Request
	err      error
	panic    string
	steps    int           // of z; 0: one
	cut      bool          // answers have no end
	words    []string      // of each answer; nil: the words of sentences
	unranked bool          // there is no language model to rank with
	gate     chan struct{} // answers wait for it; nil: they do not
}

var sentences = []string{
	"I would love to , where shall we meet ?",
	"not tonight .",
	"I would love to , where shall we meet ?",
	"maybe later , I have to finish a report for the office before I can think of anything else .",
	"yes .",
}

const fakeDim = 4

func (f *fake) Describe(context.Context) (dialog.Card, error) { return fakeCard(), nil }

func fakeCard() dialog.Card {
	points := make([][2]float64, 60)
	for i := range points {
		t := float64(i) / 10
		points[i] = [2]float64{2 * math.Cos(t) * t / 6, math.Sin(t)}
	}
	return dialog.Card{
		Labels: map[string][]string{"mood": {"warm", "grumpy"}}, Name: "runs/demo", Method: "bn", Parameters: 223919, Vocabulary: 1534,
		Latent: &dialog.LatentCard{
			Dim: fakeDim, Measured: true, Responses: 400, KLPerDim: []float64{0.5, 1.25, 0.004, 0.75}, ActiveUnits: new(3), ResidualActiveUnits: new(2),
			Map: &dialog.Map{
				Center: make([]float64, fakeDim), Axes: [2][]float64{{0, 1, 0, 0}, {0, 0, 0, 1}}, Explained: [2]float64{0.6, 0.3}, Points: points,
			},
		},
	}
}

func (f *fake) Respond(ctx context.Context, q dialog.Request, stream func(dialog.Delta)) (dialog.Reply, error) {
	f.mu.Lock()
	f.asked = append(f.asked, q)
	gate := f.gate
	f.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return dialog.Reply{}, ctx.Err()
		}
	}
	if f.panic != "" {
		panic(f.panic)
	}
	if f.err != nil {
		return dialog.Reply{}, f.err
	}
	return f.reply(q, stream), nil
}

func (f *fake) CheckRank(k dialog.Rank) error {
	if f.unranked && k.Lambda != 0 {
		return errors.New("there is no language model")
	}
	return nil
}

// Explain says that dimension d gave d nats, all of them by the first word.
func (f *fake) Explain(_ context.Context, q dialog.Request, answer dialog.Response) (out dialog.Explanation, err error) {
	out = dialog.Explanation{Words: append(answer.Tokens, "</s>"), LogProb: answer.LogProb, All: []float64{float64(len(q.Context)), -0.5}}
	for d, z := range answer.Z.Vector() {
		out.Moves = append(out.Moves, dialog.Move{Dimension: d, Z: float64(z), Prior: 0.5, LogProb: float64(d), Words: []float64{float64(d), 0.01}})
	}
	return out, f.err
}

// Directions names each axis by its number.
func (f *fake) Directions(_ context.Context, _ dialog.Request, axes [][]float64) (out []dialog.Direction, err error) {
	for i := range axes {
		out = append(out, dialog.Direction{Less: []string{fmt.Sprintf("less%d", i+1), "no"}, More: []string{fmt.Sprintf("more%d", i+1), "yes"}})
	}
	return out, f.err
}

func (f *fake) reply(q dialog.Request, stream func(dialog.Delta)) dialog.Reply {
	out := dialog.Reply{Context: q.Context, Seed: q.Seed, PriorMean: dialog.Block{{0, 0.5, 0, -0.25}}, PriorStd: dialog.Block{{1, 0.5, 1, 2}}}
	n := q.N
	if q.Z != nil {
		n = len(q.Z)
	}
	for i := range n {
		r := dialog.Response{LogProb: -4.5 - float64(i), Tokens: f.tokens(q, i), Z: dialog.Block{{0, float32(i) / 4, 0, float32(q.Seed) - 1}}, PriorDistance: 1.5 + float64(i)/4}
		for range f.steps - 1 {
			r.Z = append(r.Z, r.Z[0])
		}
		if q.Z != nil {
			r.Z = q.Z[i]
		}
		r.Text, r.Cut = strings.Join(r.Tokens, " "), f.cut
		for n := range r.Tokens {
			if stream != nil && i < 10 { // nobody listens while a driver runs it
				stream(dialog.Delta{Index: i, Text: strings.Join(r.Tokens[:n+1], " ")})
			}
		}
		out.Responses = append(out.Responses, r)
	}
	return out
}

func (f *fake) tokens(q dialog.Request, i int) []string {
	switch {
	case f.words != nil:
		return f.words
	case q.Z != nil:
		return strings.Fields(fmt.Sprintf("walked to %.2f", q.Z[i][0]))
	case q.Seed != 1 || q.Temperature != 0:
		return []string{fmt.Sprintf("seed %d temperature %.1f candidate %d", q.Seed, q.Temperature, i+1)}
	}
	return strings.Fields(sentences[i%len(sentences)])
}

// last is the newest request.
func (f *fake) last() dialog.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[len(f.asked)-1]
}

// fixedTime is now in tests.
func fixedTime() time.Time { return time.Date(2026, 11, 21, 15, 4, 5, 0, time.UTC) }

func fakeOptions(t *testing.T) Options {
	return Options{
		Settings: dialog.Sampling{N: 5, TopP: 1, PriorScale: 1, Seed: 1},
		Store:    conversation.Store{Dir: t.TempDir()}, Now: fixedTime,
		Knows: "It knows tea.", Examples: []string{"Is the tea hot?", "Are you in?"},
	}
}

// A driver is a chat without a terminal: commands run at once, one after the
// other, until nothing more comes of them.
type driver struct {
	*model
	t    *testing.T
	fake *fake
	quit bool
}

func drive(t *testing.T, width, height int) *driver {
	t.Helper()
	return driveWith(t, &fake{}, fakeCard(), fakeOptions(t), width, height)
}

func driveWith(t *testing.T, f *fake, card dialog.Card, o Options, width, height int) *driver {
	t.Helper()
	d := driveModel(t, f, card, o, width, height)
	d.fake = f
	return d
}

func driveModel(t *testing.T, r dialog.Responder, card dialog.Card, o Options, width, height int) *driver {
	t.Helper()
	m, err := newModel(t.Context(), r, card, o)
	if err != nil {
		t.Fatal(err)
	}
	m.burst.wait = 0 // a person types
	d := &driver{model: m, t: t}
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	d.run(m.latent.askPrior())
	return d
}

// Screen is what the chat of a model shows after some lines, without styling.
func Screen(t *testing.T, r dialog.Responder, o Options, width, height int, lines ...string) string {
	t.Helper()
	card, err := r.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := driveModel(t, r, card, o, width, height)
	d.sampler.silent = true // nobody listens to words while a driver runs it
	for _, text := range lines {
		d.line(text)
	}
	return d.plain()
}

// send gives a message to the chat and runs what comes of it.
func (d *driver) send(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.run(cmd)
		}
	case tea.QuitMsg:
		d.quit = true
	default:
		_, cmd := d.Update(msg)
		d.run(cmd)
	}
}

func (d *driver) run(cmd tea.Cmd) {
	if cmd != nil {
		d.send(cmd())
	}
}

// press presses keys by their names; what is no name is typed.
func (d *driver) press(keys ...string) {
	named := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "esc": {Code: tea.KeyEscape},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
		"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
	}
	for _, k := range keys {
		if letter, ok := strings.CutPrefix(k, "ctrl+"); ok {
			d.send(tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl})
			continue
		}
		if key, ok := named[k]; ok {
			d.send(key)
			continue
		}
		for _, r := range k {
			d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
}

// line types a line and sends it, from wherever the focus is.
func (d *driver) line(text string) {
	d.run(d.turnTo(onInput))
	d.press(text, "enter")
}

// plain is the screen without its styling.
func (d *driver) plain() string {
	d.arrange() // as after every message
	return ansi.Strip(d.View().Content)
}

// sees fails the test unless the screen shows all the texts.
func (d *driver) sees(texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		if !strings.Contains(d.plain(), text) {
			d.t.Errorf("the screen does not show %q:\n%s", text, d.plain())
		}
	}
}

// seesNot fails the test when the screen shows the text.
func (d *driver) seesNot(text string) {
	d.t.Helper()
	if strings.Contains(d.plain(), text) {
		d.t.Errorf("the screen shows %q:\n%s", text, d.plain())
	}
}

// chosen is the answer of the current turn, empty where none is chosen.
func (d *driver) chosen() string {
	e, ok := d.talk.conversation.Current()
	if !ok || e.Chosen < 0 {
		return ""
	}
	return e.Candidates()[e.Chosen].Text
}

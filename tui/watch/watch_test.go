package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
)

// start is when the made-up runs begin.
var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// run is the events of a made-up run: 4 epochs of 100 steps, reported every 10.
func run() (events []dialog.Event) {
	for step := 10; step <= 400; step += 10 {
		t := float64(step) / 400
		e := dialog.Event{Kind: dialog.Stepped, Step: step, Epoch: (step-1)/100 + 1, StepsPerEpoch: 100, LatentDim: 16,
			Rec: 35 + 40*math.Exp(-6*t), KL: 8 * (1 - math.Exp(-5*t)), Beta: 1, GradNorm: 2.3, LearningRate: 0.001,
			ActiveUnits: new(16), ResidualActiveUnits: new(14), TokensPerSecond: 23456, Observed: map[string]float64{"retention": 0.99, "batch_variance": 1},
			Elapsed: time.Duration(step) * 250 * time.Millisecond, Remaining: time.Duration(1000-step) * 250 * time.Millisecond}
		for d := range 16 {
			e.KLPerDim = append(e.KLPerDim, e.KL/16*(0.2+float64(d)/10))
		}
		events = append(events, e)
		if step%100 == 0 {
			v := e
			v.Kind, v.Bound, v.Best, v.KLPerDim = dialog.Validated, e.Rec+e.KL, step != 300, nil
			events = append(events, v)
		}
		events = append(events, dialog.Event{Kind: dialog.Sampled, Step: step, Epoch: e.Epoch, StepsPerEpoch: 100, LatentDim: 16, Elapsed: e.Elapsed, Remaining: e.Remaining,
			Samples: []dialog.Sample{
				{Context: []string{"Hello.", "Shall we have dinner together tonight?"}, Responses: []string{"Yes, at eight.", "I have to work late.", "Where?"}},
				{Context: []string{"How was your day?"}, Responses: []string{"Long.", "Fine, thank you.", "Do not ask."}}}})
	}
	return events
}

// collapse is the event of a collapse of the rate.
func collapse(step int) dialog.Event {
	return dialog.Event{Kind: dialog.Warned, Step: step, Epoch: 4, StepsPerEpoch: 100, LatentDim: 16, Elapsed: 100 * time.Second, Remaining: 150 * time.Second,
		Collapses: []string{"kl"}, Message: "kl collapse: The posterior equals the prior, so the latent says nothing about the response and every draw of it decodes alike. Try a method that bounds the rate from below, such as --method bn or scale, or weaken the decoder."}
}

// shown is the view after messages.
func shown(r Run, width, height int, messages ...tea.Msg) model {
	m := newModel(context.Background(), r)
	for _, message := range append([]tea.Msg{tea.WindowSizeMsg{Width: width, Height: height}}, messages...) {
		next, _ := m.Update(message)
		m = next.(model)
	}
	return m
}

func ours() Run {
	return Run{Title: "bn on builtin · preset tiny · run ./run", Feed: NewFeed(), Interrupt: func() {}}
}

func arrived(events ...dialog.Event) tea.Msg { return eventsMsg{batch{events: events}, start} }

func later(d time.Duration, text string, live bool) tea.Msg {
	return stateMsg{State{text, live}, start.Add(d)}
}

func TestGoldenViews(t *testing.T) {
	plain := tea.ColorProfileMsg{Profile: colorprofile.NoTTY}
	for _, size := range [][2]int{{60, 20}, {120, 40}, {200, 60}} {
		for name, messages := range map[string][]tea.Msg{
			"start":    nil,
			"training": {arrived(run()...), later(3*time.Second, "training", true)},
			"warning":  {arrived(append(run(), collapse(400))...)},
			"saving":   {arrived(run()...), tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}},
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				m := shown(ours(), size[0], size[1], append([]tea.Msg{plain}, messages...)...)
				golden.RequireEqual(t, ansi.Strip(strings.Join(m.screen(), "\n"))+"\n")
			})
		}
	}
}

func TestGoldenColours(t *testing.T) {
	for name, background := range map[string]tea.Msg{
		"dark": tea.BackgroundColorMsg{Color: ansi.Black}, "light": tea.BackgroundColorMsg{Color: ansi.White}} {
		t.Run(name, func(t *testing.T) {
			golden.RequireEqual(t, strings.Join(shown(ours(), 80, 24, background, arrived(append(run(), collapse(400))...)).screen(), "\n"))
		})
	}
}

func TestOtherModels(t *testing.T) {
	var events []dialog.Event
	for _, e := range run() {
		e.LatentDim, e.KLPerDim, e.KL, e.ActiveUnits, e.ResidualActiveUnits = 0, nil, 0, nil, nil
		for i := range e.Samples {
			e.Samples[i].Context = nil // text mode
		}
		events = append(events, e)
	}
	for _, width := range []int{60, 120} {
		text := ansi.Strip(strings.Join(shown(ours(), width, 24, arrived(events...)).screen(), "\n"))
		if strings.Contains(text, "KL") || strings.Contains(text, "units") || !strings.Contains(text, "Yes, at eight.") {
			t.Errorf("a model without a latent is shown as\n%s", text)
		}
	}
}

// Where every word has a z the KL is shown by word.
func TestWords(t *testing.T) {
	var events []dialog.Event
	for _, e := range run() {
		if e.KLPerDim != nil {
			e.KLPerDim, e.KLPerStep, e.ActiveUnits, e.ResidualActiveUnits = []float64{0.2, 0.4}, []float64{0.1, 0.2, 0.3}, nil, nil
		}
		events = append(events, e)
	}
	text := ansi.Strip(strings.Join(shown(ours(), 120, 30, arrived(events...)).screen(), "\n"))
	if !strings.Contains(text, "KL per word over time") || strings.Contains(text, "units") || strings.Contains(text, "dimension") {
		t.Errorf("it is shown as\n%s", text)
	}
}

// A finished run has a state and no time to go.
func TestEndedRun(t *testing.T) {
	r := ours()
	r.Interrupt = nil
	text := ansi.Strip(strings.Join(shown(r, 100, 30, arrived(run()...), later(time.Hour, "finished: 400 steps done", false)).screen(), "\n"))
	for _, want := range []string{"finished: 400 steps done", "1m40s", "q quit"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown:\n%s", want, text)
		}
	}
	for _, not := range []string{"to go", "1h", "ctrl+c save"} {
		if strings.Contains(text, not) {
			t.Errorf("%q is shown:\n%s", not, text)
		}
	}
}

func TestWarnings(t *testing.T) {
	validated := func(found ...string) dialog.Event {
		return dialog.Event{Kind: dialog.Validated, Step: 500, Collapses: found}
	}
	named := func(name string) dialog.Event {
		return dialog.Event{Kind: dialog.Warned, Step: 400, Message: name + " collapse: It is bad.", Collapses: []string{name}}
	}
	for _, test := range []struct {
		name   string
		events []dialog.Event
		want   string // the names that are left, newest last
	}{
		{"stays without a validation", []dialog.Event{named("kl"), {Kind: dialog.Stepped, Step: 410, KL: 9}}, "kl"},
		{"stays while it goes on", []dialog.Event{named("kl"), validated("prior", "kl")}, "kl"},
		{"over", []dialog.Event{named("kl"), validated()}, ""},
		{"one of two is over", []dialog.Event{named("kl"), named("prior"), validated("prior")}, "prior"},
		{"not a collapse", []dialog.Event{{Kind: dialog.Warned, Step: 400, Message: "the disk is slow"}, validated()}, "other"},
		{"once each", []dialog.Event{named("kl"), named("prior"), named("kl")}, "prior kl"},
		{"a resume before it", []dialog.Event{named("kl"), {Kind: dialog.Stepped, Step: 300}}, ""},
		{"nameless", []dialog.Event{{Kind: dialog.Warned, Message: "the disk is slow"}}, "other"},
	} {
		m := shown(ours(), 80, 24, arrived(test.events...))
		var names []string
		for _, w := range m.warnings {
			names = append(names, cmp.Or(w.name, "other"))
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	m := shown(ours(), 80, 24, arrived(named("kl"), named("prior")), tea.KeyPressMsg{Code: 'd', Text: "d"})
	if len(m.warnings) != 0 {
		t.Errorf("dismissed, and %d warnings are left", len(m.warnings))
	}
}

func TestKeys(t *testing.T) {
	ctrlC, q := tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}, tea.KeyPressMsg{Code: 'q', Text: "q"}
	quits := func(m model, key tea.Msg) (model, bool) {
		next, cmd := m.Update(key)
		if cmd == nil {
			return next.(model), false
		}
		_, quit := cmd().(tea.QuitMsg)
		return next.(model), quit
	}
	asked := 0
	r := ours()
	r.Interrupt = func() { asked++ }
	m, quit := quits(shown(r, 80, 24), q)
	if quit {
		t.Error("q leaves training")
	}
	if m, quit = quits(m, ctrlC); quit || asked != 1 || !m.isSaving {
		t.Errorf("ctrl+c: quit %v, interrupted %d times, saving %v", quit, asked, m.isSaving)
	}
	if m, quit = quits(m, ctrlC); !quit || asked != 1 || !errors.Is(m.err, ErrAbandoned) {
		t.Errorf("ctrl+c again: quit %v, interrupted %d times, %v", quit, asked, m.err)
	}
	if m, quit = quits(shown(r, 80, 24, interruptedMsg{}), ctrlC); !quit || !errors.Is(m.err, ErrAbandoned) {
		t.Errorf("ctrl+c after a signal: quit %v, %v", quit, m.err)
	}
	r.Interrupt = nil
	for _, key := range []tea.Msg{q, ctrlC} {
		if m, quit = quits(shown(r, 80, 24), key); !quit || m.err != nil {
			t.Errorf("%v on another's run: quit %v, %v", key, quit, m.err)
		}
	}
}

// text draws what a log may hold.
func text() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\x1b[2J", "\x1b]0;x\a", "a\nb", "\u202e", "日本語", "👩‍👧", "e\u0301", "\xff"}),
		rapid.StringMatching(`(kl|prior|context_only) collapse: .{0,300}`))
}

// event draws any event.
func event() *rapid.Generator[dialog.Event] {
	number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -1}))
	count := rapid.OneOf(rapid.IntRange(-2, 1000), rapid.Int())
	return rapid.Custom(func(t *rapid.T) dialog.Event {
		draw := func(name string) float64 { return number.Draw(t, name) }
		return dialog.Event{
			Kind: rapid.SampledFrom([]dialog.EventKind{dialog.Stepped, dialog.Validated, dialog.Warned, dialog.Sampled, "other"}).Draw(t, "kind"),
			Step: count.Draw(t, "step"), Epoch: count.Draw(t, "epoch"), StepsPerEpoch: count.Draw(t, "steps per epoch"), LatentDim: count.Draw(t, "dim"),
			Rec: draw("rec"), KL: draw("kl"), Bound: draw("bound"), Beta: draw("beta"), Side: draw("side"), TokensPerSecond: draw("speed"),
			KLPerDim: rapid.SliceOfN(number, 0, 40).Draw(t, "dims"), Best: rapid.Bool().Draw(t, "best"), Message: text().Draw(t, "message"), Phase: text().Draw(t, "phase"),
			Observed: rapid.MapOfN(text(), number, 0, 3).Draw(t, "observed"),
			Elapsed:  time.Duration(rapid.Int64().Draw(t, "elapsed")), Remaining: time.Duration(rapid.Int64().Draw(t, "remaining")),
			Samples: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) dialog.Sample {
				return dialog.Sample{Context: rapid.SliceOfN(text(), 0, 3).Draw(t, "context"), Responses: rapid.SliceOfN(text(), 0, 3).Draw(t, "responses")}
			}), 0, 4).Draw(t, "samples"),
		}
	})
}

// Whatever a log holds, the view has the size of the terminal and no character
// that moves its cursor.
func TestAnyEventsAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ours()
		r.Title = text().Draw(t, "title")
		width, height := rapid.IntRange(0, 200).Draw(t, "width"), rapid.IntRange(0, 60).Draw(t, "height")
		m := shown(r, width, height, arrived(rapid.SliceOfN(event(), 0, 20).Draw(t, "events")...), later(time.Second, text().Draw(t, "state"), rapid.Bool().Draw(t, "live")))
		lines := m.screen()
		if len(lines) != height {
			t.Fatalf("%d lines, want %d", len(lines), height)
		}
		for _, line := range lines {
			if got := ansi.StringWidth(line); got != width {
				t.Fatalf("%q has %d cells, want %d", line, got, width)
			}
			if i := strings.IndexFunc(ansi.Strip(line), func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) && r != '\u200c' && r != '\u200d' }); i >= 0 {
				t.Fatalf("%q holds a control character", line)
			}
		}
	})
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// A sample that loops is cut short, as train prints it.
func TestLoopingSample(t *testing.T) {
	lines := shown(ours(), 120, 40).sample(dialog.Sample{Responses: []string{"it is" + strings.Repeat(" very", 8)}})
	if want := "  it is very … [loops: the last 1 word 8 times]"; len(lines) != 1 || lines[0] != want {
		t.Errorf("%q, want %q", lines, want)
	}
}

package chat

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

func TestSettingCommands(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	for _, line := range []string{"/rank joint 0.3", "/n 3", "/temperature 0.7", "/top-p 0.9", "/top-k 40", "/no-repeat-ngram 3", "/prior-scale 2", "/seed 9"} {
		d.line(line)
	}
	want := dialog.Request{Context: []string{"a"}, Sampling: dialog.Sampling{N: 3, Temperature: 0.7, TopP: 0.9, TopK: 40, NoRepeat: 3, PriorScale: 2, Seed: 9, Rank: &dialog.Rank{By: "joint", Lambda: 0.3}}}
	if diff := cmp.Diff(want, d.fake.last()); diff != "" {
		t.Error(diff)
	}
	d.line("/rank joint")
	if got := d.fake.last().Rank.Lambda; got != dialog.DefaultLambda {
		t.Errorf("λ is %g", got)
	}
	d.line("/rank none")
	if got := d.fake.last().Rank; got != nil {
		t.Errorf("the rank is %v", got)
	}
}

func TestRefusedCommands(t *testing.T) {
	for line, want := range map[string]string{
		"/tempature 1":       "did you mean /temperature?",
		"/regenrate":         "did you mean /regenerate?",
		"/xport md":          "did you mean /export?",
		"/qqqq":              "/help lists all",
		"/":                  "There is no command /;",
		"/n 0":               `/n is "0"; it must be a whole number from 1 to 10000.`,
		"/n 2.5":             "it must be a whole number",
		"/temperature NaN":   "it must be a number from 0 to 1000",
		"/temperature hot":   "it must be a number from 0 to 1000",
		"/top-p 0":           "it must be a number above 0 and at most 1.",
		"/seed -1":           "not negative",
		"/seed":              "The seed is 1.",
		"/n":                 "n is 5",
		"/choose 9":          "There is no candidate 9",
		"/choose":            "It is /choose NUMBER.",
		"/branch 7":          "There is no branch 7",
		"/walk x":            `"x" is not a number`,
		"/walk 9":            "There is no candidate 9",
		"/walk 1 99":         "There is no dimension 99; there are 4.",
		"/between 1":         "It is /between A B",
		"/export":            "md, html or jsonl",
		"/export pdf":        "md, html or jsonl",
		"/label":             "mood is none (of warm, grumpy).",
		"/label mood":        "It is /label NAME=VALUE",
		"/label topic=work":  "is told no topic; it is told mood.",
		"/label mood=blue":   `saw no mood "blue"; it saw warm, grumpy.`,
		"/copy 9":            "There is no candidate 9",
		"/why 9":             "There is no candidate 9",
		"/tree 9":            "there is no exchange 9; there are 1",
		"/search":            "It is /search WORDS",
		"/search zebra":      "No saved conversation holds these words.",
		"/rename":            "This conversation has no title",
		"/delete":            "/delete ! deletes this conversation for good",
		"/delete x":          "/delete x! deletes that conversation",
		"/delete nobody!":    `begins with "nobody"`,
		"/load ../x":         "x",
		"/redo":              "nothing to redo",
		"/branch":            "one branch",
		"/between 1 1000000": "There is no candidate 1000000",
		"/rank":              "Candidates stand as they are drawn",
		"/rank jiont":        `rank is "jiont"; it must be joint`,
		"/rank joint x":      `λ is "x"; it must be a number.`,
		"/rank joint -1":     "lambda is -1; it must be from 0 to 100",
	} {
		d := drive(t, roomyWidth, roomyHeight)
		d.line("a")
		asked := len(d.fake.asked)
		d.line(line)
		text := strings.Join(d.notices.texts, " ")
		if !strings.Contains(text, want) {
			t.Errorf("%s: %q lacks %q", line, text, want)
		}
		if len(d.fake.asked) != asked {
			t.Errorf("%s asked the model", line)
		}
	}
}

// Every command of the table survives any argument, before and after a turn.
func TestCommandsSurvive(t *testing.T) {
	for _, c := range commands() {
		for _, argument := range []string{"", "2 3", "x\x1b[31m", "99999999999999999999"} {
			d := drive(t, 80, 30)
			t.Chdir(t.TempDir())
			for range 2 {
				d.run(d.obey(d.command("/" + c.name + " " + argument)))
				d.plain()
				d.page = nil
				d.line("a")
			}
		}
	}
}

// A page that was called from the input gives the keys back to the candidates
// while there is one to choose.
func TestPageReturnsToCandidates(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	for _, command := range []string{"/help", "/model", "/list"} {
		d.line(command)
		d.press("esc")
	}
	d.press("2")
	if d.chosen() != sentences[1] {
		t.Errorf("chose %q", d.chosen())
	}
	if d.line("/help"); d.focus != onInput {
		t.Error("the keys go to candidates though one is chosen")
	}
}

// /help lists every command and key.
func TestHelp(t *testing.T) {
	d := drive(t, 120, 200)
	d.line("/help")
	for _, c := range commands() {
		d.sees("/" + c.name)
	}
	for _, of := range d.keymaps() {
		for _, b := range of.bindings {
			d.sees(b.name)
		}
	}
	d.press("q")
	d.sees("Say something")
}

// A key that closes a page: esc, q and keys without a text do no more, and what is typed
// is written, or chooses where there is something to choose.
func TestKeysThatCloseAPage(t *testing.T) {
	for _, c := range []struct{ key, written string }{{"esc", ""}, {"enter", ""}, {"q", ""}, {"tab", ""}, {"h", "h"}, {"7", "7"}} {
		d := drive(t, roomyWidth, roomyHeight)
		d.line("/help")
		d.press(c.key)
		if d.page != nil || d.entry.area.Value() != c.written {
			t.Errorf("%s: the page is open: %v; the input holds %q", c.key, d.page != nil, d.entry.area.Value())
		}
	}
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.line("/help")
	d.press("down", " ", "2")
	if d.chosen() != sentences[1] {
		t.Errorf("chose %q", d.chosen())
	}
}

// Joiners that are typed stay where they join something, and nothing waits for ever.
func TestTypedJoiners(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"m", "\u200c", "n"}, "m\u200cn"},
		{[]string{"a", "\u200d", "\u200d", "b"}, "a\u200db"},
		{[]string{"a", "\u200c", " ", "b"}, "a b"},
		{[]string{"\u200c", "a"}, "a"},
		{[]string{"a", "\u200c"}, "a"},
	} {
		d := drive(t, roomyWidth, roomyHeight)
		for _, key := range c.keys {
			d.run(d.obey(tea.KeyPressMsg{Code: []rune(key)[0], Text: key}))
		}
		if got := d.entry.area.Value(); got != c.want {
			t.Errorf("%q becomes %q, not %q", c.keys, got, c.want)
		}
	}
}

func TestCompletion(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	for typed, want := range map[string]string{
		"/reg": "/regenerate ", "/e": "/e", "/ex": "/export ", "/export m": "/export md ", "/te": "/temperature ", "/n": "/ne",
	} {
		d.entry.area.SetValue(typed)
		if typed == "/n" { // a whole name, and the beginning of another
			want = "/n"
		}
		d.press("tab")
		if got := d.entry.area.Value(); got != want {
			t.Errorf("%q becomes %q, not %q", typed, got, want)
		}
		d.run(d.turnTo(onInput))
	}
	d.entry.area.SetValue("/ed")
	d.sees("/edit [TEXT]: say the turn differently")
}

// A rank that the model cannot compute is refused at the command, and taken from a
// conversation that has it.
func TestRankThatCannotBe(t *testing.T) {
	d := driveWith(t, &fake{unranked: true}, fakeCard(), fakeOptions(t), 120, 40)
	d.line("a")
	d.line("/rank joint")
	d.sees("there is no language model")
	if d.settings.values.Rank != nil {
		t.Errorf("the rank is %+v", d.settings.values.Rank)
	}
	d.line("/rank joint 0")
	if d.settings.values.Rank == nil {
		t.Error("λ = 0 is refused")
	}
	c := conversation.New("runs/demo", time.Now())
	c.Say("a")
	values := dialog.DefaultSampling()
	values.Rank = &dialog.Rank{By: dialog.RankJoint, Lambda: 0.5}
	c.Answer(values, []dialog.Response{{Text: "b"}})
	d.run(d.obey(openMsg{c}))
	d.sees("candidates now stand as they are drawn")
	if d.settings.values.Rank != nil {
		t.Errorf("the rank of the conversation is %+v", d.settings.values.Rank)
	}
}

// A conversation with another model says so, and how it goes on with that one.
func TestOtherModel(t *testing.T) {
	d := drive(t, 120, 40)
	c := conversation.New("runs/other", time.Now())
	c.Say("a")
	c.Answer(dialog.DefaultSampling(), []dialog.Response{{Text: "b"}})
	d.run(d.obey(openMsg{c}))
	d.sees("This conversation was with runs/other")
	d.sees("cvae chat --resume " + c.SavedAs())
}

// What was set without a turn is seen: labels stand in the first line while they hold.
func TestLabelIsSeen(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {120, 40}} {
		d := drive(t, size[0], size[1])
		d.line("/label mood=warm")
		if first, _, _ := strings.Cut(d.plain(), "\n"); !strings.Contains(first, "mood=warm") {
			t.Errorf("%v: %q", size, first)
		}
		d.line("/label mood=")
		d.seesNot("mood=warm")
	}
}

// Enter that was pressed before the chat had the terminal comes as a line feed, and sends;
// once the terminal has answered it is a new line.
func TestTypedAhead(t *testing.T) {
	d := drive(t, 60, 20)
	d.Init()
	d.press("typed ahead", "ctrl+j")
	if e, _ := d.talk.conversation.Current(); e.User != "typed ahead" || d.entry.area.Value() != "" {
		t.Errorf("said %q, and the input holds %q", e.User, d.entry.area.Value())
	}
	d.send(tea.BackgroundColorMsg{})
	d.press("x", "ctrl+j", "y")
	if got := d.entry.area.Value(); got != "x\ny" {
		t.Errorf("the input holds %q", got)
	}
}

// A note goes with its cause: a paste is something new, and a walk is told where it is walked.
func TestNotesEnd(t *testing.T) {
	d := drive(t, 80, 24)
	d.line("/temperature abc")
	d.sees(`/temperature is "abc"`)
	d.send(tea.PasteMsg{Content: "another text"})
	d.seesNot(`/temperature is "abc"`)
	d = drive(t, 80, 24)
	d.line("a")
	d.line("/walk 1")
	d.sees("walk from candidate 1")
	d.press("tab")
	d.seesNot("walk from candidate 1")
}

// All candidates of a turn stay on a small screen while somebody walks.
func TestWalkKeepsCandidates(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}} {
		d := drive(t, size[0], size[1])
		d.line("a")
		d.line("/between 1 4")
		d.press("right")
		d.sees(" 5 ", "yes .", "walked to", "60 + 30 % of variance")
	}
}

// Too many candidates are named when they are stopped.
func TestStoppedSaysMany(t *testing.T) {
	if got := stillMany(3000); !strings.Contains(got, "It still draws 3000; /n 5") {
		t.Error(got)
	}
	if got := stillMany(5); got != "" {
		t.Error(got)
	}
}

// The entries of a list keep their column where they are wrapped, and a number stays with
// the word before it.
func TestPageWraps(t *testing.T) {
	p := &page{width: 34, height: 20, rows: []row{{text: "> 12  a long turn of many words, which goes on"}, {text: "good −0.1, very good −0.1, better −0.2"}}}
	for i, line := range p.lines() {
		if i > 0 && i < 2 && !strings.HasPrefix(line, "      ") {
			t.Errorf("line %d of an entry is %q", i+1, line)
		}
		if strings.HasPrefix(strings.TrimSpace(line), "−") {
			t.Errorf("a number is torn off: %q", line)
		}
	}
}

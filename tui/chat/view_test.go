package chat

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"
)

// screens are ways to every kind of screen.
var screens = map[string]func(*driver){
	"welcome":  func(*driver) {},
	"answered": func(d *driver) { d.line("shall we go out tonight ?") },
	"chosen":   func(d *driver) { d.line("shall we go out ?"); d.press("2", "why not ?", "enter", "tab", "up") },
	"walk":     func(d *driver) { d.line("shall we go out ?"); d.press("tab", "tab", "right", "right") },
	"help":     func(d *driver) { d.line("/help") },
	"refused": func(d *driver) {
		d.line("shall we go out ?")
		d.press("2")
		d.line("/export pdf")
	},
	"why":  func(d *driver) { d.line("shall we go out ?"); d.line("/why 2") },
	"wide": func(d *driver) { d.line("今日はいい天気ですね 👩‍👩‍👧 — tea ?") },
}

// Golden screens, each at one size, without styling so that they can be read.
// What holds at every size is in TestEverySize.
func TestScreens(t *testing.T) {
	for name, size := range map[string][2]int{
		"welcome": {120, 40}, "answered": {200, 60}, "chosen": {60, 20}, "walk": {120, 40}, "help": {120, 40}, "wide": {60, 20}, "refused": {60, 20}, "why": {120, 40},
	} {
		t.Run(fmt.Sprintf("%s_%dx%d", name, size[0], size[1]), func(t *testing.T) {
			d := drive(t, size[0], size[1])
			screens[name](d)
			var lines []string
			for _, line := range strings.Split(d.plain(), "\n") {
				lines = append(lines, strings.TrimRight(line, " "))
			}
			golden.RequireEqual(t, strings.Join(lines, "\n")+"\n")
		})
	}
}

// At every size that is large enough, and for every number of candidates and
// height of the input, the screen is exactly as large as the window, the
// conversation can be read, and it is seen where the keys go to.
func TestEverySize(t *testing.T) {
	names := slices.Sorted(maps.Keys(screens))
	rapid.Check(t, func(r *rapid.T) {
		width, height := rapid.IntRange(leastWidth, 250).Draw(r, "width"), rapid.IntRange(leastHeight, 90).Draw(r, "height")
		o := fakeOptions(t)
		o.Store.Dir, o.Settings.N = "", rapid.IntRange(1, 40).Draw(r, "n")
		d := driveWith(t, &fake{}, fakeCard(), o, width, height)
		screens[rapid.SampledFrom(names).Draw(r, "screen")](d)
		d.page = nil
		for range rapid.IntRange(0, 7).Draw(r, "lines") {
			d.entry.breakLine()
		}
		for range int(parts) {
			d.press("shift+tab")
			d.arrange()
			checkScreen(r, d.model, width, height)
			checkFocus(r, d)
		}
	})
}

// checkFocus fails unless the screen shows which part has the focus, and the
// conversation unless the latent space has its place.
func checkFocus(t *rapid.T, d *driver) {
	text := d.plain()
	hidden := d.layout.side == 0 && d.focus == onLatent
	if !hidden && (!strings.Contains(text, "Conversation") || d.transcript.height < 2) {
		t.Fatalf("%d lines of the conversation:\n%s", d.transcript.height, text)
	}
	seen := map[focus]bool{
		onInput:      d.View().Cursor != nil && strings.Contains(strings.Split(text, "\n")[d.View().Cursor.Y], prompt),
		onCandidates: strings.Contains(text, "▸ Candidates"),
		onSettings:   strings.Contains(d.View().Content, d.theme.Selected.Render(" temp")[:len("\x1b[1;7m temp")]),
		onLatent:     strings.Contains(text, "▸ Latent space"),
	}
	for f, is := range seen {
		if is != (f == d.focus) {
			t.Fatalf("focus %d is seen %v while %d has it:\n%s", f, is, d.focus, text)
		}
	}
}

func TestTooSmall(t *testing.T) {
	for _, size := range [][2]int{{59, 20}, {60, 19}, {20, 5}, {1, 1}} {
		d := drive(t, size[0], size[1])
		checkScreen(t, d.model, size[0], size[1])
	}
	drive(t, 59, 20).sees("This window has 59×20 cells and the chat needs 60×20")
}

func TestThemes(t *testing.T) {
	d := drive(t, 80, 24)
	d.line("a")
	dark := d.View().Content
	d.restyle(false)
	if d.View().Content == dark {
		t.Error("a light background has the colours of a dark one")
	}
	light := d.plain()
	d.restyle(true)
	if d.plain() != light {
		t.Error("the text depends on the background")
	}
}

// The cursor stands behind what is written, at every size.
func TestCursor(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {120, 40}, {200, 60}} {
		d := drive(t, size[0], size[1])
		d.press("tëa 茶")
		c := d.View().Cursor
		if c == nil {
			t.Fatalf("%v: there is no cursor", size)
		}
		line := strings.Split(d.plain(), "\n")[c.Y]
		if before := ansi.Truncate(line, c.X, ""); !strings.HasSuffix(before, "> tëa 茶") {
			t.Errorf("%v: the cursor stands behind %q", size, before)
		}
	}
}

// checkScreen fails unless the screen has exactly the size, and no character
// that a terminal does more with than show it, but for lipgloss' styling.
func checkScreen(t interface{ Fatalf(string, ...any) }, m *model, width, height int) {
	content := m.View().Content
	lines := strings.Split(content, "\n")
	if len(lines) != height {
		t.Fatalf("%d lines on a screen of %d", len(lines), height)
	}
	for i, line := range lines {
		if w := ansi.StringWidth(line); w != width {
			t.Fatalf("line %d has %d cells of %d: %q", i, w, width, line)
		}
		if bad := unsafeIn(line); bad != "" {
			t.Fatalf("line %d has %s: %q", i, bad, line)
		}
	}
}

// unsafeIn names what of a line must not reach a terminal; empty: nothing. An
// escape is allowed only as the beginning of a colour or a weight. Joiners stand inside
// words and emoji.
func unsafeIn(line string) string {
	for len(line) > 0 {
		if rest, ok := strings.CutPrefix(line, "\x1b["); ok {
			end := strings.TrimLeft(rest, "0123456789;:")
			if !strings.HasPrefix(end, "m") {
				return "an escape sequence"
			}
			line = end[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(line)
		if r == utf8.RuneError && size == 1 {
			return "a byte that is no character"
		}
		if r != '\u200c' && r != '\u200d' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return fmt.Sprintf("the character %U", r)
		}
		line = line[size:]
	}
	return ""
}

// hostile is any text, often with what terminals obey.
func hostile() *rapid.Generator[string] {
	pieces := []string{
		"\x1b[31m", "\x1b]0;title\x07", "\x1b[2J", "\u009b31m", "\r", "\n", "\t", "\x00", "\x7f", "\u202e", "\u200d", "\u200b", "\ufeff",
		"👩\u200d👩\u200d👧", "👍🏽", "🇩🇪", "e\u0301", "今日は", "ﷺ", "\xff\xfe", "\u2028", "\u0301", "word ", strings.Repeat("long", 40), "*_`<b>", "\x1bP", "\x9c",
	}
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String()), 0, 8).Draw(t, "pieces"), "")
	})
}

// TestHostileTexts puts any text wherever text comes from, with any numbers, and
// looks at the screen at any size after any keys.
func TestHostileTexts(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		text := hostile()
		card := fakeCard()
		card.Name, card.Method = text.Draw(r, "name"), text.Draw(r, "method")
		number := rapid.Float64()
		card.Latent.KLPerDim = rapid.SliceOfN(number, fakeDim, fakeDim).Draw(r, "kl")
		card.Latent.Map.Points[0] = [2]float64{number.Draw(r, "x"), number.Draw(r, "y")}
		o := fakeOptions(t)
		o.Store.Dir = ""
		f := &fake{words: rapid.SliceOfN(text, 0, 4).Draw(r, "words")}
		width, height := rapid.IntRange(0, 210).Draw(r, "width"), rapid.IntRange(0, 70).Draw(r, "height")
		m, err := newModel(t.Context(), f, card, o)
		if err != nil {
			r.Fatalf("%v", err)
		}
		d := &driver{model: m, t: t, fake: f}
		t.Chdir(folder)
		d.send(tea.WindowSizeMsg{Width: width, Height: height})
		d.talk.conversation.Say(text.Draw(r, "said"))
		d.settings.values.N = rapid.IntRange(1, 120).Draw(r, "n")
		d.run(d.sample(false))
		d.notices.add(text.Draw(r, "note"))
		for _, k := range rapid.SliceOfN(rapid.SampledFrom(hostileKeys()), 0, 12).Draw(r, "keys") {
			d.press(k)
			if width > 0 && height > 0 {
				checkScreen(r, m, width, height)
			}
		}
		d.send(tea.PasteMsg{Content: text.Draw(r, "pasted")})
		if width > 0 && height > 0 {
			checkScreen(r, m, width, height)
		}
	})
}

func hostileKeys() []string {
	return []string{
		"tab", "shift+tab", "up", "down", "left", "right", "enter", "pgup", "pgdown", "home", "end", "esc", "1", "9", "x", "/",
		"ctrl+r", "ctrl+p", "ctrl+z", "ctrl+y", "ctrl+g", "ctrl+b", "ctrl+j",
	}
}

// FuzzScreen shows any text of a model at any size.
func FuzzScreen(f *testing.F) {
	f.Add("I am fine .", uint8(60), uint8(20))
	f.Add("\x1b[31mred\u202e\u200d👩\u200d👧 ", uint8(120), uint8(40))
	f.Fuzz(func(t *testing.T, text string, width, height uint8) {
		o := fakeOptions(t)
		o.Store.Dir = ""
		d := driveWith(t, &fake{words: []string{text}}, fakeCard(), o, int(width), int(height))
		d.talk.conversation.Say(text)
		d.run(d.sample(false))
		d.press("tab", "tab", "right")
		if width > 0 && height > 0 {
			checkScreen(t, d.model, int(width), int(height))
		}
	})
}

// A chat with thousands of candidates scrolls them.
func TestManyCandidates(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.line("/n 1000")
	for range 400 {
		d.press("down")
	}
	d.sees("401 ")
	d.press("end")
	d.sees("  0 ") // 1000, in the last three digits
	checkScreen(t, d.model, roomyWidth, roomyHeight)
}

// An answer that loops is cut short among the candidates and in the transcript,
// as the command train prints it; what is kept is whole.
func TestLoopingAnswer(t *testing.T) {
	d := driveWith(t, &fake{words: strings.Fields("it is" + strings.Repeat(" very", 8))}, fakeCard(), fakeOptions(t), 120, 40)
	d.line("hello")
	d.sees("1 it is very … [loops: the last 1")
	d.send(chooseMsg(0))
	d.sees("[loops: the last 1 word 8 times]")
	if got := d.chosen(); !strings.HasSuffix(got, "very very") {
		t.Errorf("the conversation has %q", got)
	}
}

package draw

import (
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"
)

// number draws any float, the awkward ones often.
func number() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64(), rapid.Float64Range(-10, 100), rapid.SampledFrom([]float64{
		0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64}))
}

// hostile draws any bytes, often with what terminals obey.
func hostile() *rapid.Generator[string] {
	piece := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"\x1b[31m", "\x1b]0;title\a", "\x1b[2J", "\x9b1m", "\u009b2J", "\r", "\n", "\t", "\u202e", "\u200b", "\u2066",
			"👩‍👩‍👧", "日本語", "e\u0301", "\u0301", "🇩🇪", "❤\ufe0f", "ﷺ", "\u115f", "\xff\xfe", "\x00", "word"}))
	return rapid.Map(rapid.SliceOfN(piece, 0, 8), func(p []string) string { return strings.Join(p, "") })
}

// checkSize checks that lines are height lines of width cells each.
func checkSize(t rapid.TB, lines []string, width, height int) {
	t.Helper()
	if len(lines) != max(0, height) {
		t.Fatalf("%d lines, want %d", len(lines), height)
	}
	for _, line := range lines {
		if got := ansi.StringWidth(line); got != max(0, width) {
			t.Fatalf("%q has %d cells, want %d", line, got, width)
		}
		checkPrintable(t, ansi.Strip(line))
	}
}

// checkPrintable checks that a terminal only shows s.
func checkPrintable(t rapid.TB, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("%q is not UTF-8", s)
	}
	for _, r := range s {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && r != '\u200c' && r != '\u200d' {
			t.Fatalf("%q holds %U", s, r)
		}
	}
}

func TestAnySizeAnyNumber(t *testing.T) {
	theme := NewTheme(true)
	size := rapid.IntRange(-1, 200)
	rapid.Check(t, func(t *rapid.T) {
		width, height := size.Draw(t, "width"), rapid.IntRange(-1, 40).Draw(t, "height")
		values := rapid.SliceOfN(number(), 0, 300).Draw(t, "values")
		top := number().Draw(t, "top")
		checkSize(t, Curve(values, width, height), width, height)
		checkSize(t, CurveAbove(0, values, width, height), width, height)
		checkSize(t, []string{Bars(values, top)}, len(values), 1)
		checkSize(t, Strip([][]float64{values, nil}, top, width, theme), width, 2)
		checkSize(t, Box(hostile().Draw(t, "title"), []string{Safe(hostile().Draw(t, "line"))}, width, height, theme), width, height)
	})
}

func TestScatterNeverLeavesItsSpace(t *testing.T) {
	theme := NewTheme(false)
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.Custom(func(t *rapid.T) [2]float64 { return [2]float64{number().Draw(t, "x"), number().Draw(t, "y")} })
		mark := rapid.Custom(func(t *rapid.T) Mark {
			p := point.Draw(t, "at")
			return Mark{p[0], p[1], hostile().Draw(t, "text"), theme.Accent}
		})
		width, height := rapid.IntRange(-1, 200).Draw(t, "width"), rapid.IntRange(-1, 30).Draw(t, "height")
		lines := Scatter(rapid.SliceOf(point).Draw(t, "points"), rapid.SliceOf(mark).Draw(t, "marks"), width, height, theme)
		checkSize(t, lines, width, height)
	})
}

func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkText(t, hostile().Draw(t, "text"), rapid.IntRange(-1, 200).Draw(t, "width")) })
}

// checkText checks Safe, and Fit and Wrap of what Safe lets pass.
func checkText(t rapid.TB, s string, width int) {
	safe := Safe(s)
	checkPrintable(t, safe)
	if again := Safe(safe); again != safe {
		t.Fatalf("Safe twice makes %q of %q", again, safe)
	}
	checkSize(t, []string{Fit(safe, width)}, width, 1)
	if got := ansi.StringWidth(Fit(s, width)); got != max(0, width) {
		t.Fatalf("Fit(%q) has %d cells, want %d", s, got, width)
	}
	for _, line := range Wrap(safe, width) {
		if ansi.StringWidth(line) > width {
			t.Fatalf("Wrap made %q wider than %d", line, width)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "two words", "\x1b[31mred\x1b[0m", "日本語テキスト", "\x1b]8;;x", "👨‍👩‍👧 family", "\xc3\x28", "\u202etfel"} {
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		checkText(t, s, width%200)
	})
}

func TestSafe(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"plain", "How are you?", "How are you?"},
		{"colour", "\x1b[31mred\x1b[0m", "red"},
		{"title", "a\x1b]0;owned\ab", "ab"},
		{"C1", "a\u009b2Jb", "a2Jb"},
		{"white space", "a\tb\r\nc\u2028d\u00a0e", "a b  c d e"},
		{"bidi", "a\u202eb\u2066c", "abc"},
		{"zero width", "a\u200bb\ufeffc\u00add", "abcd"},
		{"invalid", "a\xffb", "a\ufffdb"},
		{"accents", "cafe\u0301 日本", "cafe\u0301 日本"},
		{"joined emoji", "👩\u200d🚀 ❤\ufe0f\u200d🩹", "👩\u200d🚀 ❤\u200d🩹"},
		{"joined letters", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiners of nothing", "\u200da \u200c\u200db\u200d", "a b"},
		{"heart", "❤\ufe0f", "❤"},
		{"unterminated", "kept \x1b]8;;gone", "kept "},
	} {
		if got := Safe(test.in); got != test.want {
			t.Errorf("%s: Safe(%q) = %q, want %q", test.name, test.in, got, test.want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, test := range []struct {
		in    string
		width int
		want  string
	}{
		{"abc", 5, "abc  "}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"abc", 1, "…"}, {"abc", 0, ""}, {"abc", -3, ""},
		{"日本語", 6, "日本語"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日… "}, {"a\nb", 3, "a b"},
		{"\x1b[1mbold\x1b[m", 3, "\x1b[1mbo…\x1b[m"},
	} {
		if got := Fit(test.in, test.width); got != test.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", test.in, test.width, got, test.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		in    string
		width int
		want  []string
	}{
		{"the cat sat", 7, []string{"the cat", "sat"}},
		{"the cat sat", 4, []string{"the", "cat", "sat"}},
		{"incomprehensible", 6, []string{"incomp", "rehens", "ible"}},
		{"日本語", 4, []string{"日本", "語"}},
		{"", 5, []string{""}},
		{"a\n\nb", 5, []string{"a", "", "b"}},
		{"word", 0, nil}, {"word", -1, nil},
	} {
		got := Wrap(test.in, test.width)
		if strings.Join(got, "|") != strings.Join(test.want, "|") || len(got) != len(test.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", test.in, test.width, got, test.want)
		}
	}
}

func TestBars(t *testing.T) {
	values := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0.001, -1, math.NaN(), math.Inf(1), math.Inf(-1)}
	if got, want := Bars(values, 8), " ▁▂▃▄▅▆▇██▁ ·█ "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Bars([]float64{0, 1}, 0), " █"; got != want { // no scale: there is something or nothing
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{41.234: "41.2", 0: "0", 5: "5", 1234.5: "1234", 0.01234: "0.0123", -99999: "-99999", 1e9: "1e+09"} {
		if got := Number(v); got != want {
			t.Errorf("Number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestMeanDoesNotOverflow(t *testing.T) {
	if got := mean([]float64{math.MaxFloat64, math.NaN(), math.MaxFloat64}); math.IsInf(got, 0) || got < math.MaxFloat64/2 {
		t.Errorf("the mean of the largest number and itself is %v", got)
	}
	if got := mean([]float64{1, 2, math.Inf(1), 6}); math.Abs(got-3) > 1e-12 {
		t.Errorf("got %v, want 3", got)
	}
}

// decay falls from 60 to 40, with one value missing.
func decay(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = 40 + 20*math.Exp(-4*float64(i)/float64(n))
	}
	values[n/2] = math.NaN()
	return values
}

func TestGoldenCurve(t *testing.T) {
	var b strings.Builder
	for _, size := range [][2]int{{60, 6}, {20, 3}, {8, 2}, {3, 1}} {
		b.WriteString(strings.Join(Curve(decay(40), size[0], size[1]), "|\n") + "|\n\n")
	}
	b.WriteString(strings.Join(CurveAbove(0, decay(40), 40, 4), "|\n") + "|\n")
	golden.RequireEqual(t, b.String())
}

func TestGoldenStrip(t *testing.T) {
	var rows [][]float64
	for d := range 6 {
		row := make([]float64, 50)
		for i := range row {
			row[i] = float64(d) / 5 * float64(i) / 49
		}
		rows = append(rows, row)
	}
	plain := NewTheme(true)
	plain.Colour = false
	lines := append(Strip(rows, 1, 40, plain), Strip(rows[5:], 1, 70, NewTheme(true))...)
	golden.RequireEqual(t, strings.Join(lines, "|\n"))
}

func TestGoldenScatterInBox(t *testing.T) {
	var points [][2]float64
	for i := range 200 {
		angle, radius := float64(i)*2.399963, math.Sqrt(float64(i)/200) // a sunflower: the golden angle
		points = append(points, [2]float64{radius * math.Cos(angle), radius * math.Sin(angle)})
	}
	theme := NewTheme(true)
	marks := []Mark{{0, 0, "1", theme.Selected}, {1, 1, "corner", theme.Accent}, {-1, -1, "日本", theme.Good}, {0.97, -0.2, "at the edge", lipgloss.NewStyle()}}
	golden.RequireEqual(t, strings.Join(Box("latent space", Scatter(points, marks, 40, 12, theme), 44, 14, theme), "\n"))
}

package conversation

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/cvae-go/cvae/dialog"
)

// hostile is a conversation of texts that mean something to a terminal, to
// Markdown, to HTML, to JSON, or to whoever counts characters.
func hostile(t *testing.T) *Conversation {
	t.Helper()
	c := spokenTo(t)
	c.Model = "*run* <b>\x1b]0;title\a"
	c.Say("# heading\n1. list\r\n> `code` **bold** _it_ ~~no~~ | table | $x^2$")
	c.Answer(dialog.Sampling{N: 4, PriorScale: 1, Seed: 3}, responses(
		"[link](http://x.y) ![image](z) <script>alert(1)</script> &amp; www.x.y a@b.c #7 :tada:",
		"你好，世界 👩‍🚀 é ﷽",
		"\x1b[2J\x1b[31mred\x1b[0m \x00\b\x7f\u009b1m \u202eabc\u2028d \u200b",
		"", `back\slash \u0041 "quoted"`,
	))
	c.Answer(dialog.Sampling{N: 1, Temperature: 1}, []dialog.Response{{Text: "no latent", LogProb: math.Inf(-1)}})
	c.TurnTake(-1)
	if err := c.Choose(1); err != nil {
		t.Fatal(err)
	}
	c.Say("and?")
	c.Answer(dialog.Sampling{}, []dialog.Response{{Text: "no latent", LogProb: -2}})
	c.Say("nothing comes")
	c.Say("")
	c.Answer(dialog.Sampling{N: 1}, responses("a sample"))
	return c
}

func text(t *testing.T, export func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := export(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestExportsSayCut: a mark behind the text, chosen or not, and a key in JSONL, whose text is whole.
func TestExportsSayCut(t *testing.T) {
	c := &Conversation{Model: "run"}
	c.Say("food ?")
	c.Answer(dialog.Sampling{N: 2}, []dialog.Response{{Text: "noodles, and", Cut: true}, {Text: "rice, and", Cut: true}, {Text: "tea, tea, tea"}})
	if got := text(t, c.JSONL); got != "" {
		t.Errorf("nothing was chosen, and JSONL has %s", got)
	}
	if err := c.Choose(0); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][3]string{
		text(t, c.Markdown): {`noodles, and … \[cut\] (ln p`, `rice, and … \[cut\] (ln p`, `tea, tea, tea … \[loops\] (ln p`},
		text(t, c.HTML):     {"Model:</span>noodles, and … [cut]</p>", "<li>rice, and … [cut] <small>", "tea, tea, tea … [loops]"},
		text(t, c.JSONL):    {`"response":"noodles, and"`, `"text":"rice, and","log_prob":0,"prior_distance":null,"z":null,"cut":true`, `"cut":false`},
	} {
		for _, part := range want {
			if !strings.Contains(name, part) {
				t.Errorf("%s\nlacks %s", name, part)
			}
		}
	}
}

func TestMarkdown(t *testing.T) { golden.RequireEqual(t, text(t, hostile(t).Markdown)) }

func TestJSONL(t *testing.T) { golden.RequireEqual(t, text(t, hostile(t).JSONL)) }

// Beyond the golden files: nothing that acts on a terminal is in either. Joiners only join.
func TestExportsArePrintable(t *testing.T) {
	for name, out := range map[string]string{"Markdown": text(t, hostile(t).Markdown), "JSONL": text(t, hostile(t).JSONL)} {
		for _, r := range out {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x202e && r != 0x200c && r != 0x200d) {
				t.Errorf("%s holds %U", name, r)
			}
		}
	}
}

func TestEmptyExports(t *testing.T) {
	c := &Conversation{Model: "run"}
	if got, want := text(t, c.Markdown), "# Conversation with run\n\n0001-01-01 00:00 UTC\n"; got != want {
		t.Errorf("Markdown %q, want %q", got, want)
	}
	if got := text(t, c.JSONL); got != "" {
		t.Errorf("JSONL %q", got)
	}
}

// full is a writer without room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestExportsReportWriteErrors(t *testing.T) {
	c := spokenTo(t)
	for name, export := range map[string]func(io.Writer) error{"Markdown": c.Markdown, "JSONL": c.JSONL} {
		if err := export(full{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

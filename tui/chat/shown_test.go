package chat_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/tui/chat"
	"github.com/cvae-go/cvae/tui/conversation"
)

//go:generate go test -run TestShown -write .

var write = flag.Bool("write", false, "write what README.md shows instead of comparing it")

// said is a conversation that was written down before the built-in model answered any of it.
var said = []string{
	"Hi! How are you today?", "What did you do this weekend?", "Do you like to cook?", "What is your favorite food?", "I am learning to play the guitar.",
	"My cat is sick.", "Have you seen any good movies lately?", "It has been raining all week.", "What are you going to do tonight?", "It was nice to talk to you. Bye!",
}

var marked = regexp.MustCompile(`(?s)(<!-- shown (\w+) -->\n)(.*?)(<!-- end -->)`)

// TestShown: README.md shows what the chat of the built-in model shows today; go generate writes it.
func TestShown(t *testing.T) {
	if paths := cvae.Kernels(); len(paths) == 1 {
		t.Skip("the kernels in Go have other bits than those in assembly")
	}
	r, err := run.OpenBuiltin(1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := 0
	fresh := marked.ReplaceAllStringFunc(string(text), func(found string) string {
		m := marked.FindStringSubmatch(found)
		blocks++
		return m[1] + shown(t, r, m[2]) + m[4]
	})
	switch {
	case blocks != 4:
		t.Errorf("README.md has %d blocks, want 4", blocks)
	case fresh == string(text):
	case !*write:
		t.Errorf("README.md does not show what the chat shows: run go generate ./tui/chat")
	default:
		if err := os.WriteFile("README.md", []byte(fresh), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// shown is the content of a block of README.md.
func shown(t *testing.T, r *run.Run, block string) string {
	settings := r.Sampling()
	settings.NoRepeat = chat.NoRepeat
	o := chat.Options{Settings: settings, Store: conversation.Store{Dir: t.TempDir()}, Knows: builtin.Knows, Examples: builtin.Examples()}
	var text string
	switch block {
	case "exchanges":
		return exchanges(t, r, o)
	case "plain":
		text = plain(t, r, o, said[0], "2", said[1])
	case "small":
		text = chat.Screen(t, r, o, 60, 20, said[:2]...)
	case "wide":
		text = chat.Screen(t, r, o, 120, 40, said[:2]...)
	default:
		t.Fatalf("README.md has a block %q", block)
	}
	return "```text\n" + regexp.MustCompile(`(?m) +$`).ReplaceAllString(strings.TrimRight(text, " \n"), "") + "\n```\n"
}

// plain is a conversation in lines.
func plain(t *testing.T, r *run.Run, o chat.Options, lines ...string) string {
	var out bytes.Buffer
	o.In, o.Out = strings.NewReader(strings.Join(lines, "\n")), &out
	if err := chat.RunPlain(t.Context(), r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// exchanges are a table of what was said and of all that was answered.
func exchanges(t *testing.T, r *run.Run, o chat.Options) string {
	plain(t, r, o, said...)
	id, err := o.Store.Newest()
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.Store.Load(id)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| you | the model, which goes on from the first | its other candidates |\n|---|---|---|\n")
	for _, e := range c.Path() {
		var texts []string
		for _, answer := range e.Candidates() {
			texts = append(texts, strings.ReplaceAll(answer.Shown(), "|", `\|`))
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", e.User, texts[0], strings.Join(texts[1:], " · "))
	}
	return b.String()
}

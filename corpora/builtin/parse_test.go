package builtin

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cvae-go/cvae/dialog/rng"
)

// smallGrammar is the smallest grammar that check accepts.
const smallGrammar = `
after greet accept -> end
after greet decline -> end
after greet ask -> end
after greet propose -> end
after greet joke -> end
state end close
w Bye, my dear.
n Bye.
g Go.
e Bye!
topic smalltalk
scene greet
open
n Hello!
accept
w Dear.
n Fine.
g Well.
e Yes!
decline
w Sad.
n No.
g Bad.
e Never!
ask
w And you?
> w Fine.
n You?
> n Fine.
g What?
> g Nothing.
e News?
> e Yes!
propose
w Tea?
n Coffee?
g Sleep?
e Dance!
joke
w Ha.
n Hm.
g Oh.
e Ha!
`

func TestParseErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":           {"", "there is no scene"},
		"stray words":       {"what is this", `a.txt:1: cannot read "what is this"`},
		"phrase alone":      {"\nn Hello.", "a.txt:2: a phrase needs a block"},
		"block alone":       {"accept", `a.txt:1: block "accept" needs a scene`},
		"unknown block":     {"kind news\nrefuse", `a.txt:2: unknown block "refuse"`},
		"kind with opening": {"kind news\nopen", "only a scene has openings"},
		"scene alone":       {"scene news", "a scene needs a topic"},
		"unknown kind":      {"topic food\nscene quiz", `a.txt:2: unknown kind "quiz"`},
		"unknown kind 2":    {"kind quiz", `unknown kind "quiz"`},
		"kind twice":        {"kind news\nkind news", "a.txt:2: kind \"news\" is given twice"},
		"state twice":       {"state a tell\nstate a tell", `state "a" is given twice`},
		"state without":     {"state a", `cannot read state "a"`},
		"state intent":      {"state a sing", `cannot read state "a sing"`},
		"after nothing":     {"after news accept ->", "cannot read"},
		"reply alone":       {"> n Yes.", "a reply needs a question"},
		"reply in a mood":   {"kind news\nask\nn Why?\n> x So.", `unknown mood "x"`},
		"open bracket":      {"kind news\nask\nn [Why?", "does not close"},
		"nested":            {"kind news\nask\nn [a|[b]]", "out of place"},
		"bar outside":       {"kind news\nask\nn a|b", "out of place"},
		"slot twice":        {"when = one\nwhen = two", `slot "when" is given twice`},
		"empty slot":        {"when = one | ", `slot "when" has a value`},
		"no next state":     {smallGrammar + "state x tell -> y\nw a\nn a\ng a\ne a", `state x: unknown state "y"`},
		"no mood":           {smallGrammar + "state x tell\nw a", "state x: has no phrase in the mood neutral"},
		"no such slot":      {smallGrammar + "w {what}", `unknown slot "what"`},
		"no opening":        {"topic food\nscene news", "has no openings"},
		"nothing follows":   {"topic food\nscene news\nopen\nn Hi.", "nothing follows the intent accept"},
		"no such follower":  {smallGrammar + "after news ask -> y", `after news ask: unknown state "y"`},
		"no reply":          {smallGrammar + "ask\nw Why?", "have replies"},
		"needless reply":    {smallGrammar + "> w So.", "have replies"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(fstest.MapFS{"grammar/a.txt": {Data: []byte(c.text)}})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "grammar") {
				t.Errorf("error is %v, want one about %q", err, c.want)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	fill := func(name string) string { return "<" + name + ">" }
	for pattern, want := range map[string][]string{
		"plain.":                {"Plain."},
		"[a|b] c. d? [e|]":      {"A c. D? E", "B c. D? E", "A c. D?", "B c. D?"},
		"{thing}, then [{x}|y]": {"<Thing>, then <x>", "<Thing>, then y"},
		"7 is fine! yes":        {"7 is fine! Yes"},
	} {
		if err := checkPattern(pattern); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for row := range 100 {
			draw := rng.New(0, rng.Corpus, 0, row)
			seen[expand(pattern, &draw, fill)] = true
		}
		if len(seen) != len(want) {
			t.Errorf("%q expands to %v, want %q", pattern, seen, want)
		}
		for _, text := range want {
			if !seen[text] {
				t.Errorf("%q never expands to %q", pattern, text)
			}
		}
	}
}

// A grammar is refused with an error or generates turns without placeholders.
func FuzzLoad(f *testing.F) {
	f.Add(smallGrammar)
	f.Add(smallGrammar + "n [{a}|b]\na = one | two")
	f.Add("topic x\nscene news\nopen\nn {")
	f.Fuzz(func(t *testing.T, text string) {
		g, err := load(fstest.MapFS{"grammar/a.txt": {Data: []byte(text)}})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "grammar") {
				t.Errorf("error %q does not say that it is about the grammar", err)
			}
			return
		}
		for row := range 20 {
			for _, turn := range g.generate(0, row) {
				if strings.ContainsAny(turn.Text, "[]{}|") {
					t.Errorf("turn %q holds a placeholder", turn.Text)
				}
			}
		}
	})
}

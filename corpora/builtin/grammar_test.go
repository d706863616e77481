package builtin

import (
	"testing"
	"testing/fstest"

	"github.com/cvae-go/cvae/dialog"
)

func embedded(t *testing.T) *grammar {
	t.Helper()
	g, err := load(grammarFiles)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestEveryTopicHasOpenings(t *testing.T) {
	openings := map[string]map[string]bool{}
	for _, s := range embedded(t).scenes {
		if openings[s.topic] == nil {
			openings[s.topic] = map[string]bool{}
		}
		for _, p := range s.openings {
			openings[s.topic][p.pattern] = true
		}
	}
	if len(openings) < 12 {
		t.Errorf("there are %d topics, want 12 or more", len(openings))
	}
	for topic, set := range openings {
		if len(set) < 25 {
			t.Errorf("%s has %d openings, want 25 or more", topic, len(set))
		}
	}
}

// Eight phrases per intent and mood that every scene of a kind, or the scene
// itself, can choose from, over all kinds.
func TestEveryIntentAndMoodHasPhrases(t *testing.T) {
	count := map[[2]string]int{}
	g := embedded(t)
	add := func(a answers) {
		for intent, byMood := range a {
			for mood, list := range byMood {
				count[[2]string{intent, mood}] += len(list)
			}
		}
	}
	for _, a := range g.kinds {
		add(a)
	}
	for _, s := range g.scenes {
		add(s.answers)
	}
	for _, intent := range answerIntents {
		for _, mood := range moodOrder {
			if n := count[[2]string{intent, mood}]; n < 40 {
				t.Errorf("%s, %s: %d phrases, want 40 or more", intent, mood, n)
			}
		}
	}
}

func TestEveryStateIsReached(t *testing.T) {
	g := embedded(t)
	reached := map[string]bool{}
	var visit func(names []string)
	visit = func(names []string) {
		for _, name := range names {
			if !reached[name] {
				reached[name] = true
				visit(g.states[name].next)
			}
		}
	}
	for _, next := range g.after {
		visit(next)
	}
	for name := range g.states {
		if !reached[name] {
			t.Errorf("no dialogue reaches the state %s", name)
		}
	}
}

func TestFollowersReactToTheIntent(t *testing.T) {
	g := embedded(t)
	for _, kind := range []string{"invite", "news", "gripe", "taste", "greet", "chat"} {
		for i, a := range answerIntents {
			for _, b := range answerIntents[:i] {
				if followers(g, kind, a) == followers(g, kind, b) {
					t.Errorf("%s: %s and %s are followed by the same states", kind, a, b)
				}
			}
		}
	}
}

func followers(g *grammar, kind, intent string) string {
	text := ""
	for _, name := range g.after[[2]string{kind, intent}] {
		text += name + " "
	}
	return text
}

func TestGrammarThatRepeatsItself(t *testing.T) {
	g, err := load(fstest.MapFS{"grammar/a.txt": {Data: []byte(smallGrammar)}})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range collect(g) {
		last = err
	}
	// Two lengths at most and 20 answers: row 40 cannot be new.
	if last == nil {
		t.Error("a grammar with few phrases generated 6000 different dialogues")
	}
}

func collect(g *grammar) []error {
	var all []error
	g.dialogues(dialog.Train, func(_ dialog.Dialogue, err error) bool {
		all = append(all, err)
		return true
	})
	return all
}

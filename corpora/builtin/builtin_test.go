package builtin

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/dialog"
)

// tokens splits as the corpus contract counts: words and runs of signs.
var tokens = regexp.MustCompile(`\w+|[^\w\s]+`)

func read(t *testing.T, split dialog.Split) []dialog.Dialogue {
	t.Helper()
	var all []dialog.Dialogue
	for d, err := range Dialogues(split) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func readAll(t *testing.T) []dialog.Dialogue {
	t.Helper()
	var all []dialog.Dialogue
	for _, split := range dialog.Splits {
		all = append(all, read(t, split)...)
	}
	return all
}

// The digests pin the corpus: a model trained on it and every number reported
// about it depend on each byte. They were computed by this test; a change of
// the grammar is a new corpus and needs new ones.
func TestDialoguesArePinned(t *testing.T) {
	pinned := map[dialog.Split]struct {
		dialogues int
		digest    string
	}{
		dialog.Train: {6000, "76a21c787aa353c35ac26c4a85f4eea98256f3df3793c01d6860a421970ef12c"},
		dialog.Valid: {400, "887ba89a77be5dda3f5c8aa555468ccef8aaf0fd4a16a2e6ed7ef9d1e50dfb21"},
		dialog.Test:  {400, "0eeb7b92a8e53ef2d6e3866979ae2f43f91381533be84482a177eb2251ae7ad0"},
	}
	for split, want := range pinned {
		all := read(t, split)
		if len(all) != want.dialogues {
			t.Errorf("%s has %d dialogues, want %d", split, len(all), want.dialogues)
		}
		if got := digest(all); got != want.digest {
			t.Errorf("%s has digest %s, want %s", split, got, want.digest)
		}
	}
}

// digest covers identifiers, texts and labels.
func digest(all []dialog.Dialogue) string {
	sum := sha256.New()
	for _, d := range all {
		fmt.Fprintln(sum, d.ID, d.Labels["topic"])
		for _, turn := range d.Turns {
			fmt.Fprintln(sum, turn.Speaker, turn.Labels["intent"], turn.Labels["mood"], turn.Labels["topic"], turn.Text)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

func TestUnknownSplitIsEmpty(t *testing.T) {
	if got := read(t, "holdout"); len(got) != 0 {
		t.Errorf("an unknown split has %d dialogues", len(got))
	}
}

func TestReadingStopsOnRequest(t *testing.T) {
	count := 0
	for range Dialogues(dialog.Train) {
		if count++; count == 3 {
			break
		}
	}
	if count != 3 {
		t.Errorf("read %d dialogues, want 3", count)
	}
}

func TestDialoguesDiffer(t *testing.T) {
	texts, ids := map[string]string{}, map[string]bool{}
	for _, d := range readAll(t) {
		text := render(d.Turns)
		if other := texts[text]; other != "" {
			t.Errorf("%s repeats %s:\n%s", d.ID, other, text)
		}
		if ids[d.ID] {
			t.Errorf("the identifier %s occurs twice", d.ID)
		}
		texts[text], ids[d.ID] = d.ID, true
	}
}

// The limits are those of the tiny preset: a vocabulary of at most 2000 words
// and turns of at most 16.
func TestSizes(t *testing.T) {
	types, turns := map[string]bool{}, 0
	for _, d := range readAll(t) {
		if n := len(d.Turns); n < 2 || n > 6 {
			t.Errorf("%s has %d turns, want 2 to 6", d.ID, n)
		}
		turns += len(d.Turns)
		for _, turn := range d.Turns {
			words := tokens.FindAllString(strings.ToLower(turn.Text), -1)
			if len(words) == 0 || len(words) > 16 {
				t.Errorf("%s: %q has %d words, want 1 to 16", d.ID, turn.Text, len(words))
			}
			for _, w := range words {
				types[w] = true
			}
		}
	}
	if len(types) < 1000 || len(types) > 1900 {
		t.Errorf("the vocabulary has %d words, want 1000 to 1900", len(types))
	}
	if turns < 20000 || turns > 30000 {
		t.Errorf("there are %d turns, want 20000 to 30000", turns)
	}
}

func TestTurnsAreClean(t *testing.T) {
	sentence := regexp.MustCompile(`^\p{Lu}[A-Za-z',.:?! ]*[.?!]$`)
	for _, d := range readAll(t) {
		for i, turn := range d.Turns {
			if !sentence.MatchString(turn.Text) || strings.Contains(turn.Text, "  ") {
				t.Errorf("%s: %q is not a clean sentence", d.ID, turn.Text)
			}
			if want := string("AB"[i%2]); turn.Speaker != want {
				t.Errorf("%s: turn %d is spoken by %q, want %q", d.ID, i+1, turn.Speaker, want)
			}
		}
	}
}

func TestLabelsAreKnown(t *testing.T) {
	known := map[string][]string{
		"intent": {"greet", "invite", "tell", "ask", "accept", "decline", "propose", "joke", "thank", "close"},
		"mood":   {"warm", "neutral", "grumpy", "excited"},
		"topic": {"food", "weather", "work", "travel", "music", "film", "sport", "pets", "health",
			"shopping", "plans", "home", "smalltalk"},
	}
	for _, d := range readAll(t) {
		for _, turn := range d.Turns {
			if len(turn.Labels) != len(known) {
				t.Fatalf("%s: %q has labels %v", d.ID, turn.Text, turn.Labels)
			}
			for name, value := range turn.Labels {
				if !slices.Contains(known[name], value) {
					t.Errorf("%s: %q has the unknown label %s=%q", d.ID, turn.Text, name, value)
				}
			}
			if turn.Labels["topic"] != d.Labels["topic"] {
				t.Errorf("%s: a turn and its dialogue differ in topic", d.ID)
			}
		}
	}
}

// Intent and mood of the answer are drawn uniformly: each share of the 6800
// answers stays within four standard deviations of 1/5 and 1/4.
func TestAnswersAreBalanced(t *testing.T) {
	counts := map[string]map[string]int{"intent": {}, "mood": {}, "topic": {}}
	all := readAll(t)
	for _, d := range all {
		for name, value := range d.Turns[1].Labels {
			counts[name][value]++
		}
	}
	for name, want := range map[string]int{"intent": 5, "mood": 4, "topic": 13} {
		if len(counts[name]) != want {
			t.Errorf("answers have %d values of %s, want %d", len(counts[name]), name, want)
		}
		share, n := 1/float64(want), float64(len(all))
		for value, count := range counts[name] {
			if math.Abs(float64(count)-n*share) > 4*math.Sqrt(n*share*(1-share)) {
				t.Errorf("%s=%s labels %d of %d answers, want about %.0f", name, value, count, len(all), n*share)
			}
		}
	}
}

// One context has many answers: that is what the corpus is for.
func TestContextsHaveManyAnswers(t *testing.T) {
	type answered struct{ texts, intents, moods map[string]bool }
	contexts := map[string]answered{}
	for _, d := range read(t, dialog.Train) {
		c, ok := contexts[d.Turns[0].Text]
		if !ok {
			c = answered{map[string]bool{}, map[string]bool{}, map[string]bool{}}
			contexts[d.Turns[0].Text] = c
		}
		c.texts[d.Turns[1].Text] = true
		c.intents[d.Turns[1].Labels["intent"]] = true
		c.moods[d.Turns[1].Labels["mood"]] = true
	}
	rich := 0
	for c := range maps.Values(contexts) {
		if len(c.texts) >= 8 && len(c.intents) >= 3 && len(c.moods) >= 3 {
			rich++
		}
	}
	if rich < 340 {
		t.Errorf("%d of %d contexts have 8 answers of 3 intents and 3 moods, want 340", rich, len(contexts))
	}
}

package talk_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/talk"
	"github.com/cvae-go/cvae/dialog"
)

func dialogue(turns ...string) dialog.Dialogue {
	d := dialog.Dialogue{ID: "1", Labels: map[string]string{"topic": "pets"}}
	for _, t := range turns {
		d.Turns = append(d.Turns, dialog.Turn{Text: t})
	}
	return d
}

func kept(f *talk.Filter, turns ...string) (all [][]string) {
	for _, d := range f.Keep(dialogue(turns...)) {
		var texts []string
		for _, t := range d.Turns {
			texts = append(texts, t.Text)
		}
		all = append(all, texts)
	}
	return all
}

// Every rule has turns that break it and some that look like it and do not, written
// by hand from the rule's sentence.
func TestRules(t *testing.T) {
	for rule, turns := range map[string][2][]string{
		"email":   {{"write to me at ann.x@mail.example please"}, {"we met @ the gym today"}},
		"link":    {{"look at https://example.org/a please", "see www.example.org for that", "it is on youtube.com I think"}, {"I like it.me too"}},
		"handle":  {{"follow me on @somebody there"}, {"we ate @ home last night"}},
		"phone":   {{"call 801-555-0123 this evening", "it is (801) 555 0123 ok"}, {"it is 2018 or 2019 now", "I have 100 000 reasons"}},
		"address": {{"I live at 12 North Main Street now", "it is 700 E Oak ave there"}, {"I have 2 cats in the house"}},
		"slur":    {{"that is bullshit and shit", "what the Fuck was that"}, {"this is a classic passage"}},
		"name":    {{"hi, I met Sarah yesterday", "my name is unusual I think", "just call me later then"}, {"it will be may soon"}},
		"short":   {{"oh yes", "haha"}, {"oh yes please"}},
		"long":    {{strings.Repeat("word ", talk.Longest+1)}, {strings.Repeat("word ", talk.Longest)}},
	} {
		for i, want := range []int{1, 0} {
			for _, text := range turns[i] {
				f := talk.New()
				f.Keep(dialogue("Hello there, friend", text))
				counts := maps.Clone(f.Hits)
				if counts[rule] != want {
					t.Errorf("%s: %q has hits %v", rule, text, f.Hits)
				}
				delete(counts, rule)
				if others := slices.Max(slices.Collect(maps.Values(counts))); others != 0 {
					t.Errorf("%s: %q has hits %v", rule, text, f.Hits)
				}
			}
		}
	}
}

func TestKeep(t *testing.T) {
	twelve := strings.TrimSpace(strings.Repeat("a ", 11)) + " b."
	for _, c := range []struct {
		name  string
		turns []string
		want  [][]string
	}{
		{"a turn that is left out ends a stretch",
			[]string{"Hi", "how are you today?", "I am Sarah, and you?", "I am fine thanks", "that is very good"},
			[][]string{{"Hi", "how are you today?"}, {"I am fine thanks", "that is very good"}}},
		{"a long turn answers with its first sentences and asks with its last",
			[]string{"so, what is new?", twelve + " " + twelve + " And you?", "not much, I guess"},
			[][]string{{"so, what is new?", twelve}, {twelve + " And you?", "not much, I guess"}}},
		{"a long sentence is neither", []string{"so, what is new?", strings.Repeat("a ", 30) + ".", "not much, I guess"}, nil},
		{"a single turn is no dialogue", []string{"so, what is new?"}, nil},
		{"an empty turn ends a stretch", []string{"so, what is new?", "  ", "not much, I guess"}, nil},
		{"spelling", []string{"Im  fine!!! u?", "hahahahaha, thats “good”.... dont you think so"},
			[][]string{{"I'm fine! you?", `haha, that's "good"... don't you think so`}}},
	} {
		if diff := cmp.Diff(c.want, kept(talk.New(), c.turns...)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
	d := talk.New().Keep(dialogue("so, what is new?", "not much, I guess"))[0]
	if d.ID != "1" || d.Labels["topic"] != "pets" {
		t.Errorf("a stretch is dialogue %q with labels %v", d.ID, d.Labels)
	}
}

// FuzzKeep: a stretch breaks no rule, and what is kept is kept again as it is.
func FuzzKeep(f *testing.F) {
	f.Add("Hi\nhow are you today?\nI am Sarah")
	f.Add(strings.Repeat("a b c. ", 9) + "\n\n\xff\n" + "HAHAHAH u ok??!! … call 8 0 1 5 5 5 0 1 2 3")
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range talk.New().Keep(dialogue(strings.Split(text, "\n")...)) {
			again := talk.New()
			if diff := cmp.Diff([]dialog.Dialogue{d}, again.Keep(d)); diff != "" {
				t.Errorf("kept a second time: (-first +second)\n%s\n%v", diff, again.Hits)
			}
			for _, turn := range d.Turns {
				if n := len(strings.Fields(turn.Text)); n == 0 || n > talk.Longest {
					t.Errorf("a turn of %d words is kept", n)
				}
			}
		}
	})
}

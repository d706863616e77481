package talk_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/talk"
	"github.com/cvae-go/cvae/dialog"
)

func TestTopics(t *testing.T) {
	topics, err := talk.LearnTopics(common)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		turns []string
		want  [][]string
		hits  int
	}{
		{"words that go together", []string{"the dog barks", "take this bone"}, [][]string{{"the dog barks", "take this bone"}}, 0},
		{"a shared word, with another ending", []string{"I like dogs", "what dog"}, [][]string{{"I like dogs", "what dog"}}, 0},
		{"words that do not", []string{"the dog barks", "I like fish"}, nil, 1},
		{"words that only stand in each other's turns once", []string{"the bird sings", "take this fish"}, nil, 1},
		{"a common word is no topic", []string{"commonaax is here", "commonaax is there"}, nil, 1},
		{"a stretch ends where the topic does", []string{"a dog", "a bone", "a fish", "the fish swims"},
			[][]string{{"a dog", "a bone"}, {"a fish", "the fish swims"}}, 1},
	} {
		before := topics.Hits[talk.OffTopic]
		var got [][]string
		for _, d := range topics.Keep(dialogue(c.turns...)) {
			var texts []string
			for _, turn := range d.Turns {
				texts = append(texts, turn.Text)
			}
			got = append(got, texts)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
		if hits := topics.Hits[talk.OffTopic] - before; hits != c.hits {
			t.Errorf("%s: %d turns are off topic, want %d", c.name, hits, c.hits)
		}
	}
}

// common is a corpus with 150 common words, of 60 turns each, and 6 dialogues in which
// a dog is answered with a bone. ln p(dog,bone)/(p(dog)·p(bone)) is ln(6·turns/(6·6)),
// which is above 1.5 from 27 turns on. A bird is answered with a fish once, and both
// words stand in 4 more turns.
func common(yield func(dialog.Dialogue, error) bool) {
	say := func(turns ...string) bool { return yield(dialogue(turns...), nil) }
	for i := range 60 {
		text := ""
		for w := range 150 {
			text += fmt.Sprintf(" common%c%cx", 'a'+w/26, 'a'+w%26)
		}
		if !say(text) {
			return
		}
		if i < 6 && !say("dog", "bone") || i < 4 && (!say("bird") || !say("fish")) || i == 5 && !say("bird", "fish") {
			return
		}
	}
}

func TestTopicsError(t *testing.T) {
	broken := errors.New("broken")
	_, err := talk.LearnTopics(func(yield func(dialog.Dialogue, error) bool) { yield(dialog.Dialogue{}, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

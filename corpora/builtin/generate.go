package builtin

import (
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// keepMood is the probability that a speaker stays in the mood of their
// previous turn.
const keepMood = 0.7

// A walk generates one dialogue.
type walk struct {
	grammar *grammar
	scene   *scene
	draw    rng.Stream
	// filled remembers the slots, so that a dialogue means the same hour or
	// thing all through.
	filled map[string]string
	turns  []dialog.Turn
}

// generate returns dialogue number row. Scenes and openings take turns; all
// else is drawn from the stream of (attempt, row).
func (g *grammar) generate(attempt, row int) []dialog.Turn {
	s := g.scenes[row%len(g.scenes)]
	w := &walk{grammar: g, scene: s, draw: rng.New(0, rng.Corpus, attempt, row), filled: map[string]string{}}
	length := w.length()
	opening := s.openings[row/len(g.scenes)%len(s.openings)]
	w.say(openingIntent[s.kind], opening)
	next := w.answer()
	for len(w.turns) < length && len(next) > 0 {
		st := g.states[next[w.draw.IntN(len(next))]]
		w.say(st.intent, w.pick(st.phrases[w.mood()]))
		next = st.next
	}
	return w.turns[:min(length, len(w.turns))]
}

// length draws the number of turns: 2, 3, 4, 5 or 6 with probabilities 0.15,
// 0.15, 0.3, 0.15 and 0.25.
func (w *walk) length() int {
	lengths := [...]int{2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 6}
	return lengths[w.draw.IntN(len(lengths))]
}

// answer says the second turn, and the third when the second is a question. It
// returns the states that may follow.
func (w *walk) answer() []string {
	intent := answerIntents[w.draw.IntN(len(answerIntents))]
	mood := moodOrder[w.draw.IntN(len(moodOrder))]
	list := w.scene.answers[intent][mood]
	if general := w.grammar.kinds[w.scene.kind][intent][mood]; len(general) > 0 && w.draw.IntN(2) == 0 {
		list = general
	}
	p := w.pick(list)
	w.say(intent, p)
	if len(p.replies) > 0 {
		w.say("tell", w.pick(p.replies))
	}
	return w.grammar.after[[2]string{w.scene.kind, intent}]
}

func (w *walk) mood() string {
	keep := w.draw.Float64() < keepMood
	other := moodOrder[w.draw.IntN(len(moodOrder))]
	if n := len(w.turns); keep && n >= 2 {
		return w.turns[n-2].Labels["mood"]
	}
	return other
}

func (w *walk) pick(list []phrase) phrase { return list[w.draw.IntN(len(list))] }

// say appends a turn of the speaker whose turn it is.
func (w *walk) say(intent string, p phrase) {
	w.turns = append(w.turns, dialog.Turn{
		Speaker: [...]string{"A", "B"}[len(w.turns)%2],
		Text:    expand(p.pattern, &w.draw, w.fill),
		Labels:  map[string]string{"intent": intent, "mood": p.mood, "topic": w.scene.topic},
	})
}

// fill returns the value of a slot, drawn at its first use.
func (w *walk) fill(name string) string {
	if w.filled[name] == "" {
		values := w.scene.slots[name]
		if values == nil {
			values = w.grammar.slots[name]
		}
		w.filled[name] = values[w.draw.IntN(len(values))]
	}
	return w.filled[name]
}

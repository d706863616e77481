package talk

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

const (
	// Association is the least association of a response with the turn before it,
	// in nats: the largest pointwise mutual information ln p(x,y)/(p(x)·p(y)) of
	// a content word x of the turn and one y of the response, over the pairs of
	// turns of the train split (Church and Hanks 1990). A word that both have
	// is enough.
	Association = 1.5
	// commonWords are the most frequent words, which have no topic.
	commonWords = 150
	// leastTogether is how often two words must stand in a turn and its response
	// to be associated at all; rarer ones are by chance.
	leastTogether = 5
)

// OffTopic is the rule of Topics in its Hits.
const OffTopic = "topic"

// Topics keeps responses that have to do with the turn before them, as a model that
// learns from all of them learns mostly what can be said to everything. It serves
// one goroutine.
type Topics struct {
	Hits     map[string]int // turns that are off topic, under OffTopic
	turns    float64
	words    map[string]int // the content words, numbered
	count    []float64      // turns that have a word
	together map[[2]int32]int32
}

// LearnTopics reads the dialogues twice: for the words and for what stands together.
func LearnTopics(dialogues iter.Seq2[dialog.Dialogue, error]) (*Topics, error) {
	t := &Topics{Hits: map[string]int{OffTopic: 0}, words: map[string]int{}, together: map[[2]int32]int32{}}
	counts := map[string]int{}
	for d, err := range dialogues {
		if err != nil {
			return nil, err
		}
		for _, turn := range d.Turns {
			t.turns++
			for _, w := range stems(turn.Text) {
				counts[w]++
			}
		}
	}
	t.number(counts)
	for d, err := range dialogues {
		if err != nil {
			return nil, err
		}
		for i := 1; i < len(d.Turns); i++ {
			t.pair(d.Turns[i-1].Text, d.Turns[i].Text, func(x, y int32) { t.together[[2]int32{x, y}]++ })
		}
	}
	return t, nil
}

// number numbers the content words: those that are neither common nor rare.
func (t *Topics) number(counts map[string]int) {
	var byCount []string
	for w, n := range counts {
		if n >= leastTogether {
			byCount = append(byCount, w)
		}
	}
	slices.SortFunc(byCount, func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
	for _, w := range byCount[min(commonWords, len(byCount)):] {
		t.words[w] = len(t.count)
		t.count = append(t.count, float64(counts[w]))
	}
}

// pair calls f with the numbers of every content word of a turn and every one of its
// response.
func (t *Topics) pair(turn, response string, f func(x, y int32)) {
	in, out := t.content(turn), t.content(response)
	for _, x := range in {
		for _, y := range out {
			f(x, y)
		}
	}
}

func (t *Topics) content(text string) (numbers []int32) {
	for _, w := range stems(text) {
		if n, ok := t.words[w]; ok {
			numbers = append(numbers, int32(n))
		}
	}
	return numbers
}

// related tells whether a response has to do with a turn.
func (t *Topics) related(turn, response string) (related bool) {
	t.pair(turn, response, func(x, y int32) {
		n := t.together[[2]int32{x, y}]
		pmi := math.Log(float64(n) * t.turns / (t.count[x] * t.count[y]))
		related = related || x == y || n >= leastTogether && pmi >= Association
	})
	return related
}

// Keep returns the stretches of two turns or more in which every turn has to do with
// the one before it.
func (t *Topics) Keep(d dialog.Dialogue) (kept []dialog.Dialogue) {
	start := 0
	for i := 1; i <= len(d.Turns); i++ {
		if i < len(d.Turns) {
			if t.related(d.Turns[i-1].Text, d.Turns[i].Text) {
				continue
			}
			t.Hits[OffTopic]++
		}
		if i-start > 1 {
			part := d
			part.Turns = d.Turns[start:i]
			kept = append(kept, part)
		}
		start = i
	}
	return kept
}

// stems are the words of a text, each once, without the usual endings.
func stems(text string) (all []string) {
	for _, w := range apart.FindAllString(strings.ToLower(text), -1) {
		if w = stem(w); !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// stem cuts the first of the usual endings that leaves three bytes.
func stem(word string) string {
	for _, ending := range []string{"'s", "ing", "ies", "es", "ed", "s"} {
		if s, ok := strings.CutSuffix(word, ending); ok && len(s) >= 3 {
			return s
		}
	}
	return word
}

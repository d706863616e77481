package eval

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
)

// A Profile gathers where in responses the rate is, and the rate that the posterior
// commits to.
type Profile struct {
	shape     cvae.Shape
	committer cvae.Committer // nil: none
	committed float64        // sum over examples
	steps     []float64      // (T) sums of KL(q‖p) of a z for every word
	counts    []int          // (T) responses with that step
	lengths   map[int]dialog.Length
}

// NewProfile begins one for latents of a shape. The committer may be nil.
func NewProfile(z cvae.Shape, committer cvae.Committer) Profile {
	p := Profile{shape: z, committer: committer, lengths: map[int]dialog.Length{}}
	if p.shape.Sequence() {
		p.steps, p.counts = make([]float64, p.shape.Steps), make([]int, p.shape.Steps)
	}
	return p
}

// Add takes in the KL of a response of so many words, (Z) in nats.
func (p *Profile) Add(kl []float64, words int) {
	least := math.NaN()
	if p.committer != nil {
		least = p.committer.CommittedRate(p.shape.Dim, min(words, p.shape.Steps))
	}
	p.committed += least
	if !p.shape.Sequence() {
		return
	}
	l := p.lengths[words]
	l.Words, l.Responses = words, l.Responses+1
	for k, v := range kl[:p.shape.Length(words)] {
		l.KL += v
		p.steps[k/p.shape.Dim] += v
		if k%p.shape.Dim == 0 {
			p.counts[k/p.shape.Dim]++
		}
	}
	if !math.IsNaN(least) {
		l.Committed = &least
	}
	p.lengths[words] = l
}

// PerStep is the mean KL of each step over the responses that have it; nil for a
// vector.
func (p *Profile) PerStep() (mean []float64) {
	for t, sum := range p.steps {
		if p.counts[t] == 0 {
			break
		}
		mean = append(mean, sum/float64(p.counts[t]))
	}
	return mean
}

// perLength is the means of each length, the shortest first.
func (p *Profile) perLength() (list []dialog.Length) {
	for _, words := range slices.Sorted(maps.Keys(p.lengths)) {
		l := p.lengths[words]
		l.KL /= float64(l.Responses)
		list = append(list, l)
	}
	return list
}

// savedSteps is the JSON of what a Profile has gathered of steps.
type savedSteps struct {
	KL        []float64 `json:"kl"`        // (T) sums, nats
	Responses []int     `json:"responses"` // (T)
}

// MarshalJSON implements json.Marshaler: what PerStep is made of, without loss.
func (p Profile) MarshalJSON() ([]byte, error) { return json.Marshal(savedSteps{p.steps, p.counts}) }

// UnmarshalJSON implements json.Unmarshaler for a Profile of the same shape.
func (p *Profile) UnmarshalJSON(text []byte) error {
	var s savedSteps
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	if len(s.KL) != len(p.steps) || len(s.Responses) != len(p.counts) {
		return fmt.Errorf("a profile of %d and %d steps, where there are %d", len(s.KL), len(s.Responses), len(p.steps))
	}
	p.steps, p.counts = s.KL, s.Responses
	return nil
}

package dialog

import (
	"errors"
	"fmt"
	"math"
)

// MaxResponses bounds what one request may ask for.
const MaxResponses = 10000

// Sampling says how the responses to a context are drawn. DefaultSampling is
// where to start: the zero value is refused, for no zero stands for another
// number.
type Sampling struct {
	N           int     `json:"n"`           // responses
	Temperature float64 `json:"temperature"` // 0 decodes greedily, so that diversity comes from z alone
	TopP        float64 `json:"top_p"`       // the share of the probability that words are drawn from; 1: all words
	TopK        int     `json:"top_k"`       // the number of words that are drawn from; 0: all words
	PriorScale  float64 `json:"prior_scale"` // spread of z about the prior mean; 0: the mean itself
	Seed        uint64  `json:"seed"`
	Beam        int     `json:"beam,omitempty"` // width of the search for the likeliest words for each z; 0: none
	// NoRepeat is n: a response holds no n-gram of tokens twice, so that it cannot loop.
	// The words that would repeat one are passed over; the probabilities that are
	// reported stay those of the model. 0: it may.
	NoRepeat int  `json:"no_repeat_ngram,omitempty"`
	AllowUnk bool `json:"allow_unk,omitempty"` // let <unk> be generated
	// Labels is what is known of the response besides its context, by name:
	// labels of the dialogue or of its last turn. The model passes over those it
	// is not told, which run.Run.CheckLabels finds; a missing or unknown value is none.
	Labels map[string]string `json:"labels,omitempty"`
	// Rank chooses the N responses among more that are drawn, different ones first, and
	// orders them; nil: the first N that are drawn, in that order.
	Rank *Rank `json:"rank,omitempty"`
}

// DefaultSampling is five responses, each the likeliest words for a z of its
// own from the prior.
func DefaultSampling() Sampling { return Sampling{N: 5, TopP: 1, PriorScale: 1, Seed: 1} }

// A SamplingRange says what one number of Sampling may be.
type SamplingRange struct {
	Name      string  // of the flag and of the command
	Low, High float64 // High is included
	Above     bool    // Low is not included
	Whole     bool    // no fractions
	Get       func(Sampling) float64
	Set       func(*Sampling, float64)
}

// SamplingRanges are those of all numbers but the seed, which may be any.
func SamplingRanges() []SamplingRange {
	return []SamplingRange{
		{Name: "n", Low: 1, High: MaxResponses, Whole: true,
			Get: func(s Sampling) float64 { return float64(s.N) }, Set: func(s *Sampling, v float64) { s.N = int(v) }},
		{Name: "temperature", High: 1000,
			Get: func(s Sampling) float64 { return s.Temperature }, Set: func(s *Sampling, v float64) { s.Temperature = v }},
		{Name: "top-p", High: 1, Above: true,
			Get: func(s Sampling) float64 { return s.TopP }, Set: func(s *Sampling, v float64) { s.TopP = v }},
		{Name: "top-k", High: 1e9, Whole: true,
			Get: func(s Sampling) float64 { return float64(s.TopK) }, Set: func(s *Sampling, v float64) { s.TopK = int(v) }},
		{Name: "prior-scale", High: 1000,
			Get: func(s Sampling) float64 { return s.PriorScale }, Set: func(s *Sampling, v float64) { s.PriorScale = v }},
		{Name: "beam", High: MaxResponses, Whole: true,
			Get: func(s Sampling) float64 { return float64(s.Beam) }, Set: func(s *Sampling, v float64) { s.Beam = int(v) }},
		{Name: "no-repeat-ngram", High: MaxResponses, Whole: true,
			Get: func(s Sampling) float64 { return float64(s.NoRepeat) }, Set: func(s *Sampling, v float64) { s.NoRepeat = int(v) }},
	}
}

// Holds reports whether a value is in the range.
func (r SamplingRange) Holds(v float64) bool {
	return v >= r.Low && v <= r.High && !(r.Above && v == r.Low) && !(r.Whole && v != math.Trunc(v))
}

// String is the range in words, for after "it must be".
func (r SamplingRange) String() string {
	if r.Above {
		return fmt.Sprintf("above %g and at most %g", r.Low, r.High)
	}
	return fmt.Sprintf("from %g to %g", r.Low, r.High)
}

// A SamplingError says which number of Sampling is out of its range.
type SamplingError struct {
	SamplingRange
	Value float64
}

func (e SamplingError) Error() string {
	return fmt.Sprintf("%s is %g; it must be %s", e.Name, e.Value, e.SamplingRange)
}

// ErrBeam says that a beam search was asked to draw words too.
var ErrBeam = errors.New("beam draws no words; leave temperature at 0, top-p at 1 and top-k at 0")

// Check returns a SamplingError for a number out of its range, or ErrBeam.
func (s Sampling) Check() error {
	for _, r := range SamplingRanges() {
		if v := r.Get(s); !r.Holds(v) {
			return SamplingError{r, v}
		}
	}
	if s.Beam > 0 && (s.Temperature != 0 || s.TopP != 1 || s.TopK != 0) {
		return ErrBeam
	}
	return s.Rank.check(s.N)
}

// Bounded is s with the default for every number that is out of its range, as
// a file may hold, and without a beam or a rank that is in conflict.
func (s Sampling) Bounded() Sampling {
	for _, r := range SamplingRanges() {
		if !r.Holds(r.Get(s)) {
			r.Set(&s, r.Get(DefaultSampling()))
		}
	}
	if errors.Is(s.Check(), ErrBeam) {
		s.Beam = 0
	}
	if s.Check() != nil {
		s.Rank = nil
	}
	return s
}

package eval

import (
	"iter"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// numerals is the tokenizer of the tests: a text is ids in decimal.
type numerals struct{}

func (numerals) Encode(text string) (ids []int32, err error) {
	for _, word := range strings.Fields(text) {
		id, err := strconv.Atoi(word)
		if err != nil {
			return nil, err
		}
		ids = append(ids, int32(id))
	}
	return ids, nil
}

func (numerals) Decode([]int32) string  { return "" }
func (numerals) Text([]int32) string    { return "" }
func (numerals) Settled([]int32) string { return "" }
func (numerals) Size() int              { return cvaetest.Vocabulary }
func (numerals) Token(id int32) string  { return strconv.Itoa(int(id)) }

// set is n random examples: dialogues of two turns, whose first turn is the
// context, or sentences of one.
func set(t testing.TB, c cvae.Config, n int) *dialog.Set {
	t.Helper()
	s, err := dialog.Encode(dialogues(c.Mode, n), numerals{}, c.Window(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Len() != n {
		t.Fatalf("%d examples, want %d", s.Len(), n)
	}
	return s
}

func dialogues(mode cvae.Mode, n int) iter.Seq2[dialog.Dialogue, error] {
	turns := 2
	if mode == cvae.Text {
		turns = 1
	}
	return func(yield func(dialog.Dialogue, error) bool) {
		for i := range n {
			draw := rng.New(9, rng.Bench, i, 0)
			var d dialog.Dialogue
			for turn := range turns {
				var words []string
				for range 1 + draw.IntN(5) {
					words = append(words, strconv.Itoa(4+draw.IntN(cvaetest.Vocabulary-4)))
				}
				d.Turns = append(d.Turns, dialog.Turn{Speaker: strconv.Itoa(turn), Text: strings.Join(words, " ")})
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

// wide are the weights of the test models: large enough that posterior and
// prior are far from N(0,I) and from each other.
func wide(name string) cvae.Config {
	c := cvaetest.Configs()[name]
	c.Init.Weights = 1.2
	return c
}

func model(t testing.TB, c cvae.Config, p cvae.Parts) *Model {
	return cvaetest.New[float32](t, c, p, kernel.PureGo)
}

func evaluate(t testing.TB, m *Model, s *dialog.Set, o Options) Report {
	t.Helper()
	r, err := Evaluate(t.Context(), m, s, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t testing.TB, what string, got Number, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= tolerance) {
		t.Errorf("%s is %v, want %v within %g", what, got, want, tolerance)
	}
}

// priorPosterior is the posterior of a fully collapsed model: q = p(z|c).
type priorPosterior struct{ cvae.GaussianPosterior }

func (priorPosterior) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	noise := s.Noise("posterior", s.Batch, s.Dim)
	return cvae.Code{
		Z: s.Sample(f.Prior, noise), Q: f.Prior, Drawn: f.Prior, P: f.Prior,
		KL: s.KL(f.Prior, f.Prior),
	}, s.Err()
}

// factor is the constant factor of doubled.
const factor = 2

// doubled is a Scale-VAE of text with a constant factor: q̂ doubles the mean
// of q, and replies draw from N(0, factor²). Its side term is the batch mean
// of Σ z².
type doubled struct{ cvae.GaussianPosterior }

func (doubled) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	noise := s.Noise("posterior", s.Batch, s.Dim)
	drawn := cvae.Gaussian{Mean: s.Scale(factor, f.Raw.Mean), LogVar: f.Raw.LogVar}
	zero := s.Scale(0, noise)
	z := s.Sample(drawn, noise)
	return cvae.Code{
		Z: z, Q: f.Raw, Drawn: drawn, P: f.Prior, KL: s.KL(f.Raw, f.Prior),
		Generator: cvae.Gaussian{Mean: zero, LogVar: s.Shift(zero, 2*math.Log(factor))}, Generated: true,
		Side: s.Mean(s.SumRows(s.Square(z))),
	}, s.Err()
}

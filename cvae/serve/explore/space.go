package explore

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// mostReal is how many real responses are shown.
const mostReal = 1000

// A Space is the latent space of a run: the posteriors of real responses, and the plane
// that it is drawn on.
type Space struct {
	Dim        int
	Plane      dialog.Map // without Points
	Real       []Real
	Labels     []Label
	mean, std  []float64 // (N,d) of the posteriors
	density    mixture
	typical    []float64 // densities that real responses have among the others, ascending
	deviations []float64 // (d) of the means
	words      tokenize.Tokenizer
}

// A Real response is one of the corpus, and what it answers.
type Real struct {
	Context string     // the turns of it that the model reads, as they stand in the corpus
	Text    string     // likewise
	At      [2]float64 // its draw on the plane
	Values  []string   // of each of the labels; empty: it has none
}

// A Label is one of the corpus with its values.
type Label struct {
	Name       string
	Values     []string
	Directions [][]float64 // (values, d) of unit length; nil where none was found
}

// NewSpace reads the posteriors of real responses of a split of a corpus. Labels of 2 to
// 50 values are shown too.
func NewSpace(ctx context.Context, r *run.Run, c *corpora.Corpus, split dialog.Split, seed uint64) (*Space, error) {
	if !r.Latent().HasPlane() {
		return nil, fmt.Errorf("%w: method %s has no latent vector to explore", run.ErrRequest, r.Config.Method)
	}
	names, err := run.FindFactors(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	set, err := r.DescribedSet(ctx, c, split, said(names, r.Config.Model.Window().Turns)...)
	if err != nil {
		return nil, err
	}
	defer set.Close()
	examples := spread(set.Len(), mostReal)
	if len(examples) < 2 {
		return nil, fmt.Errorf("%w: the %s split of %s has %d responses, which make no map", run.ErrRequest, split, c.Name(), len(examples))
	}
	p, err := r.Posteriors(ctx, set.Set, examples, seed, nil)
	if err != nil {
		return nil, err
	}
	s := &Space{Dim: p.D, words: r.Tokenizer, mean: p.DrawnMean, std: p.DrawnStd}
	plane, err := latent.PrincipalPlane(p.Z, p.D)
	if err != nil {
		return nil, fmt.Errorf("drawing the map: %w", err)
	}
	s.Plane = dialog.Map{Center: plane.Center, Axes: plane.Axes, Explained: plane.Explained}
	for i, example := range examples {
		real := Real{At: s.Plane.Project(floats(p.Z[i*p.D : (i+1)*p.D]))}
		real.Text, real.Context = set.Value(example, len(names)), set.Value(example, len(names)+1)
		for k := range names {
			real.Values = append(real.Values, set.Value(example, k))
		}
		s.Real = append(s.Real, real)
	}
	s.density = mixture{d: p.D, mean: s.mean, std: s.std, concentration: r.Latent().Concentration}
	s.typical = s.density.typical(p.Z)
	s.deviations = deviations(s.mean, s.Dim)
	return s, s.label(ctx, names, p.Mean)
}

// said is what is kept of a response: the values of labels, its text, and as many turns
// before it.
func said(names []string, turns int) (list []func(dialog.Dialogue, int) string) {
	for _, name := range names {
		list = append(list, func(d dialog.Dialogue, i int) string { return cmp.Or(d.Turns[i].Labels[name], d.Labels[name]) })
	}
	text := func(d dialog.Dialogue, i int) string { return d.Turns[i].Text }
	context := func(d dialog.Dialogue, i int) string {
		var before []string
		for _, turn := range d.Turns[max(0, i-turns):i] {
			before = append(before, turn.Text)
		}
		return strings.Join(before, " / ")
	}
	return append(list, text, context)
}

// spread is at most n numbers below total, evenly spread.
func spread(total, n int) (list []int) {
	n = min(n, total)
	for i := range n {
		list = append(list, i*total/n)
	}
	return list
}

// label finds the values of labels and the directions of the space that they lie along,
// as a probe on the posterior means (N,d) finds them.
func (s *Space) label(ctx context.Context, names []string, means []float64) error {
	for k, name := range names {
		numbers, l := map[string]int{}, Label{Name: name}
		train := eval.Labelled{D: s.Dim}
		for i, real := range s.Real {
			value := real.Values[k]
			if value == "" {
				continue
			}
			number, seen := numbers[value]
			if !seen {
				number = len(numbers)
				numbers[value], l.Values = number, append(l.Values, value)
			}
			train.Labels = append(train.Labels, number)
			train.Features = append(train.Features, means[i*s.Dim:(i+1)*s.Dim]...)
		}
		if len(l.Values) > 1 {
			c, err := eval.FitClassifier(ctx, train)
			if err != nil {
				return fmt.Errorf("finding the directions of the label %s: %w", name, err)
			}
			for number := range l.Values {
				l.Directions = append(l.Directions, c.Direction(number))
			}
		}
		s.Labels = append(s.Labels, l)
	}
	return nil
}

// Unknown is how many tokens of a context are unknown to the model, and of how many.
func (s *Space) Unknown(turns []string) (unknown, all int, err error) {
	for _, turn := range turns {
		ids, err := s.words.Encode(turn)
		if err != nil {
			return 0, 0, err
		}
		for _, id := range ids {
			if all++; id == tokenize.Unk {
				unknown++
			}
		}
	}
	return unknown, all, nil
}

// On is z moved to a place of the map. What it has outside of the plane stays.
func (s *Space) On(z []float32, at [2]float64) []float32 {
	from, out := s.Plane.Project(z), make([]float32, len(z))
	for d := range out {
		out[d] = float32(float64(z[d]) + (at[0]-from[0])*s.Plane.Axes[0][d] + (at[1]-from[1])*s.Plane.Axes[1][d])
	}
	return out
}

// An Ellipse is where a Gaussian lies on the map, at one standard deviation.
type Ellipse struct {
	Center [2]float64 `json:"center"`
	// Axes are its half axes.
	Axes [2][2]float64 `json:"axes"`
}

// Ellipse is the shadow on the map of a Gaussian with independent dimensions: the half
// axes are those of Aᵀ diag(σ²) A.
func (s *Space) Ellipse(mean, std []float32) Ellipse {
	var xx, xy, yy float64
	for d := range s.Dim {
		x, y, v := s.Plane.Axes[0][d], s.Plane.Axes[1][d], float64(std[d])*float64(std[d])
		xx, xy, yy = xx+v*x*x, xy+v*x*y, yy+v*y*y
	}
	angle := 0.5 * math.Atan2(2*xy, xx-yy)
	mid, half := (xx+yy)/2, math.Hypot((xx-yy)/2, xy)
	long, short := math.Sqrt(mid+half), math.Sqrt(max(0, mid-half))
	return Ellipse{Center: s.Plane.Project(mean), Axes: [2][2]float64{
		{long * math.Cos(angle), long * math.Sin(angle)}, {-short * math.Sin(angle), short * math.Cos(angle)}}}
}

// deviations are those of the columns of rows (N,d).
func deviations(rows []float64, d int) []float64 {
	m := latent.NewMoments[float64](d)
	_ = m.Add(rows) // whole rows
	list := m.Variance()
	for j, v := range list {
		list[j] = math.Sqrt(v)
	}
	return list
}

func floats(row []float64) []float32 {
	out := make([]float32, len(row))
	for i, v := range row {
		out[i] = float32(v)
	}
	return out
}

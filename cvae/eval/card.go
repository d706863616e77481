package eval

import (
	"context"
	"errors"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// cardRows is how many responses describe a latent space; their draws are the
// points of its map.
const cardRows = 500

// Describe measures the latent space of m on a fixed subset of the examples of
// s and draws its map. m must have a latent.
func Describe(ctx context.Context, m *Model, s *dialog.Set, seed uint64) (dialog.LatentCard, error) {
	if m.Latent().None() {
		return dialog.LatentCard{}, errors.New("the model has no latent variable")
	}
	t := newTally(m, s.Len(), Options{})
	var draws []float64
	err := each(ctx, m, s, subset(s.Len(), cardRows), seed, func(examples []int, b *dialog.Batch, r *cvae.Result) error {
		draws = append(draws, r.Z...)
		return t.add(examples, b, r)
	})
	if err != nil {
		return dialog.LatentCard{}, err
	}
	return t.card(ctx, draws)
}

// card is what the tally knows and the map of draws (N,Z).
func (t *tally) card(ctx context.Context, draws []float64) (dialog.LatentCard, error) {
	d := t.shape.Dim
	c := dialog.LatentCard{Dim: d, Steps: t.shape.Steps, Measured: true, Responses: t.examples}
	for _, kl := range t.kl {
		c.KLPerDim = append(c.KLPerDim, kl/float64(t.examples))
	}
	c.KLPerStep = t.profile.PerStep()
	r := t.report(ctx, Options{})
	if err := ctx.Err(); err != nil { // which left the report incomplete
		return dialog.LatentCard{}, err
	}
	c.ActiveUnits, c.ResidualActiveUnits = r.Active, r.Residual
	if mi := r.MI.Judged(); mi.Known() {
		c.Information = new(float64(mi))
	}
	if alive := r.Collapse.Alive(); alive != nil && !*alive {
		c.Verdict = r.Findings[0].Explanation // the worst comes first
	}
	if !t.shape.HasPlane() {
		return c, nil
	}
	plane, err := latent.PrincipalPlane(draws, d)
	if err != nil {
		return dialog.LatentCard{}, err
	}
	c.Map = &dialog.Map{Center: plane.Center, Axes: plane.Axes, Explained: plane.Explained}
	for i := range t.examples {
		c.Map.Points = append(c.Map.Points, c.Map.Project(singles(draws[i*d:(i+1)*d])))
	}
	return c, nil
}

func singles(row []float64) []float32 {
	out := make([]float32, len(row))
	for i, v := range row {
		out[i] = float32(v)
	}
	return out
}

package report

import (
	"context"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// latentResponses is how many responses of the split are looked up in the latent
// space.
const latentResponses = 1000

// A space is how responses lie in the latent space of a run.
type space struct {
	MPD    Number  `json:"mpd"`
	Plane  Plane   `json:"plane"`
	Points []Point `json:"points"`
}

// survey looks responses of the split up in the latent space. Without a map of
// it, as before the end of training, the plane stays empty.
func (m *measurer) survey(ctx context.Context, r *run.Run, card dialog.LatentCard) (space, error) {
	set, err := r.LabelledSet(ctx, m.corpus, m.Split, m.label)
	if err != nil {
		return space{}, err
	}
	defer set.Close()
	stream := rng.New(m.Seed, rng.Evaluate, -5, 0)
	examples := stream.Permutation(set.Len()).First(latentResponses)
	p, err := r.Posteriors(ctx, set.Set, examples, m.Seed, func(done, total int) { m.progress(r.Dir+": the latent space", done, total) })
	if err != nil {
		return space{}, err
	}
	s := space{MPD: p.MPD()}
	for i, example := range examples {
		at := func(values []float64) []float32 { return singles(values[i*p.D : (i+1)*p.D]) }
		s.Points = append(s.Points, Point{at(p.Mean), set.Value(example), r.Tokenizer.Text(set.Example(example).Response)})
		if card.Map != nil {
			s.Plane.Posterior = append(s.Plane.Posterior, card.Map.Project(at(p.Z)))
			s.Plane.Prior = append(s.Plane.Prior, card.Map.Project(at(p.Prior)))
		}
	}
	if m.label != "" && card.Map != nil {
		s.Plane.Label = m.label
		for _, point := range s.Points {
			s.Plane.Labels = append(s.Plane.Labels, point.Label)
		}
	}
	return s, nil
}

func singles(row []float64) []float32 {
	out := make([]float32, len(row))
	for i, v := range row {
		out[i] = float32(v)
	}
	return out
}

package eval

import (
	"context"
	"math"

	"github.com/cvae-go/cvae/cvae/eval/latent"
)

// informationRows is the most rows that mi.full compares: its cost is
// quadratic. It is the size of the papers' test sets.
const informationRows = 10000

// stepRows is the most rows that mi.per_step compares for z of so many steps: each
// step costs what a vector does.
func stepRows(steps int) int { return max(2, int(informationRows/math.Sqrt(float64(steps)))) }

// A cloud is posteriors with one draw from each, (N,Z) row after row.
type cloud struct{ mean, std, z []float32 }

func (c *cloud) add(mean, std, z []float64) {
	for d := range z {
		c.mean = append(c.mean, float32(mean[d]))
		c.std = append(c.std, float32(std[d]))
		c.z = append(c.z, float32(z[d]))
	}
}

func (c *cloud) rows(d int) int { return len(c.z) / d }

// information is latent.Information of all rows compared with each other. It
// is unknown where a row is no Gaussian, as in a model that has diverged, and when
// ctx has ended.
func (c *cloud) information(ctx context.Context, d, threads int) (mi, stdErr Number) {
	v, e, err := latent.Information(ctx, c.mean, c.std, c.z, d, c.rows(d), threads)
	if err != nil {
		return unknown, unknown
	}
	return Number(v), Number(e)
}

// A trail is whitened posteriors of a z for every word with one draw from each,
// (N,T·d) row after row, of so many steps each.
type trail struct {
	cloud
	lengths []int
}

// information is latent.InformationOfSteps, as that of a cloud.
func (l *trail) information(ctx context.Context, d, threads int) MI {
	mi := blankInformation()
	s, err := latent.InformationOfSteps(ctx, l.mean, l.std, l.z, d, l.lengths, threads)
	if err != nil {
		return mi
	}
	for _, v := range s.PerStep {
		mi.PerStep = append(mi.PerStep, Number(v))
	}
	mi.Steps, mi.StepsError, mi.Ceiling.Steps = Number(s.Sum), Number(s.StdErr), Number(s.Ceiling)
	return mi
}

// A grouped is latent.Information of groups of rows that arrive one by one.
type grouped struct {
	size, d int
	pending cloud
	sum     float64 // of information times rows
	rows    int
}

func (g *grouped) add(mean, std, z []float64) {
	g.pending.add(mean, std, z)
	if g.pending.rows(g.d) == g.size {
		g.flush()
	}
}

func (g *grouped) flush() {
	n := g.pending.rows(g.d)
	if n == 0 {
		return
	}
	mi, _ := g.pending.information(context.Background(), g.d, 1) // a batch: no time passes
	g.sum += float64(mi) * float64(n)
	g.rows += n
	g.pending = cloud{g.pending.mean[:0], g.pending.std[:0], g.pending.z[:0]}
}

// information is the mean over all rows, and the ceiling of their groups.
func (g *grouped) information() (mean, ceiling Number) {
	g.flush()
	return Number(g.sum / float64(g.rows)), Number(latent.InformationCeiling(min(g.size, g.rows)))
}

// stds returns the standard deviations of log-variances.
func stds(logvar []float64) []float64 {
	out := make([]float64, len(logvar))
	for d, l := range logvar {
		out[d] = math.Exp(0.5 * l)
	}
	return out
}

package latent

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/stat"
)

// Information estimates the mutual information I_q(x;z) between example and
// latent in nats [hoffman]. Row i of mean, std and z, all (N,d), is a posterior
// and one draw from it:
//
//	I = mean_i( ln q_i(z_i) − lse_j( ln q_j(z_i) ) + ln M ),  ln q_j(z) = −½ Σ_d (((z_d − μ_j,d)/σ_j,d)² + ln σ_j,d² + ln 2π)
//
// where j ranges over the M rows of the group of i, i included. Both terms are
// of the same draw, where the codes of the papers take the first in closed
// form: the noise of the draw cancels, so that equal posteriors give exactly 0
// and no set of draws exceeds InformationCeiling. Groups are
// consecutive runs of `group` rows, and the last may be shorter; every group
// weighs by its size. Give group = N for the `full` estimate of the BN-VAE
// code, and the training batch for the `minibatch` estimate of [he, appendix
// C]. Both are lower bounds in expectation with different ceilings, so numbers
// of different M do not compare.
//
// The standard error is that of a mean of N independent terms.
//
// On the whitened (m̂, s) this is information about the response; on the raw
// posterior it counts the context too.
//
// The pairwise terms are float32, their sums float64. Rows are split over
// threads, fewer than one meaning one, and every number of threads gives the
// same bits. It ends soon after ctx does, with the cause.
func Information[F Float](ctx context.Context, mean, std, z []F, d, group, threads int) (mi, stdErr float64, err error) {
	n, err := rowCount(d, mean, std, z)
	if err != nil {
		return 0, 0, fmt.Errorf("estimating mutual information: %w", err)
	}
	if group < 1 {
		return 0, 0, fmt.Errorf("estimating mutual information: groups of %d rows, at least 1 is needed", group)
	}
	if err := checkPosteriors(mean, std, d); err != nil {
		return 0, 0, fmt.Errorf("estimating mutual information: %w", err)
	}
	g := newMixture(mean, std, z, d, min(group, n))
	terms, err := g.perRow(ctx, threads)
	if err != nil {
		return 0, 0, fmt.Errorf("estimating mutual information: %w", err)
	}
	mi, stdErr = meanError(terms)
	if math.IsNaN(mi) || math.IsInf(mi, 0) {
		return 0, 0, errors.New("estimating mutual information: a draw lies too far from its posterior to have a density")
	}
	return mi, stdErr, nil
}

// InformationCeiling is ln M, the most that Information can report from groups
// of M rows, in nats. An estimate near it is the ceiling and no measurement.
func InformationCeiling(group int) float64 { return math.Log(float64(group)) }

// checkPosteriors refuses rows that are no Gaussians.
func checkPosteriors[F Float](mean, std []F, d int) error {
	for i := range mean {
		if m := float64(mean[i]); !(math.Abs(m) <= math.MaxFloat32) {
			return fmt.Errorf("mean of row %d, dimension %d is %v, it must be a finite float32", i/d, i%d, m)
		}
		if s := float64(std[i]); !(s > 0) || math.IsInf(s, 0) {
			return fmt.Errorf("standard deviation of row %d, dimension %d is %v, it must be positive and finite", i/d, i%d, s)
		}
	}
	return nil
}

// tile is how many draws are compared with one posterior at a time: enough
// independent sums to hide the latency of an addition.
const tile = 4

// A mixture is N posteriors prepared for many density evaluations.
type mixture struct {
	d, group      int
	mean, inverse []float32 // (N,d): μ and 1/σ
	z             []float32 // (N,d)
	logNorm       []float64 // (N): −Σ_d ln σ
}

func newMixture[F Float](mean, std, z []F, d, group int) *mixture {
	n := len(mean) / d
	g := &mixture{d: d, group: group, logNorm: make([]float64, n),
		mean: make([]float32, n*d), inverse: make([]float32, n*d), z: make([]float32, n*d)}
	for i := range mean {
		g.mean[i], g.z[i] = float32(mean[i]), float32(z[i])
		g.inverse[i] = float32(1 / float64(std[i]))
		g.logNorm[i/d] -= math.Log(float64(std[i]))
	}
	return g
}

// perRow returns the terms of Information (N). Each depends on its row alone,
// so it does not matter which worker claims it. Its error is the cause of the end of ctx,
// which is asked before every tile.
func (g *mixture) perRow(ctx context.Context, threads int) ([]float64, error) {
	terms := make([]float64, len(g.logNorm))
	tilesPerGroup := (g.group + tile - 1) / tile
	groups := (len(terms) + g.group - 1) / g.group
	var next atomic.Int64
	var wait sync.WaitGroup
	for range max(1, threads) {
		wait.Go(func() {
			densities := make([]float64, tile*g.group)
			for ctx.Err() == nil {
				t := int(next.Add(1)) - 1
				if t >= groups*tilesPerGroup {
					return
				}
				g.tileTerms(terms, t/tilesPerGroup, t%tilesPerGroup, densities)
			}
		})
	}
	wait.Wait()
	return terms, context.Cause(ctx)
}

// meanError is the mean of independent values and its standard error; 0 for one.
func meanError(values []float64) (mean, stdErr float64) {
	if len(values) == 1 {
		return values[0], 0
	}
	mean, deviation := stat.MeanStdDev(values, nil)
	return mean, deviation / math.Sqrt(float64(len(values)))
}

// tileTerms fills the terms of tile t of one group.
func (g *mixture) tileTerms(terms []float64, group, t int, densities []float64) {
	lo := group * g.group
	hi := min(lo+g.group, len(terms))
	first := lo + t*tile
	if first >= hi {
		return // the last group is shorter
	}
	m := hi - lo
	g.tileDensities(densities, first, lo, hi)
	for r := range min(tile, hi-first) {
		i := first + r
		row := densities[r*m : (r+1)*m]
		terms[i] = row[i-lo] - logSumExp(row) + math.Log(float64(m))
	}
}

// tileDensities writes ln N(z_i; μ_j, σ_j²) + (d/2) ln 2π for rows i = first…
// first+tile−1 and j = lo…hi−1 to dst (tile, hi−lo). Rows past hi repeat the
// last.
func (g *mixture) tileDensities(dst []float64, first, lo, hi int) {
	d, m := g.d, hi-lo
	var z [tile][]float32
	for r := range z {
		i := min(first+r, hi-1)
		z[r] = g.z[i*d : (i+1)*d]
	}
	for j := lo; j < hi; j++ {
		q := squaredDistances(&z, g.mean[j*d:(j+1)*d], g.inverse[j*d:(j+1)*d])
		for r, x := range q {
			dst[r*m+j-lo] = g.logNorm[j] - 0.5*float64(x)
		}
	}
}

// squaredDistances returns Σ_d ((z_r,d − mean_d)·inverse_d)² for every row r of
// the tile. The conversions keep a compiler from fusing the sums, so that all
// processors agree.
func squaredDistances(z *[tile][]float32, mean, inverse []float32) [tile]float32 {
	inverse = inverse[:len(mean)]
	z0, z1, z2, z3 := z[0][:len(mean)], z[1][:len(mean)], z[2][:len(mean)], z[3][:len(mean)]
	var s0, s1, s2, s3 float32
	for k, mu := range mean {
		c := inverse[k]
		t0, t1, t2, t3 := (z0[k]-mu)*c, (z1[k]-mu)*c, (z2[k]-mu)*c, (z3[k]-mu)*c
		s0 += float32(t0 * t0)
		s1 += float32(t1 * t1)
		s2 += float32(t2 * t2)
		s3 += float32(t3 * t3)
	}
	return [tile]float32{s0, s1, s2, s3}
}

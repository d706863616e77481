package latent

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// StepInformation is what InformationOfSteps estimates, in nats.
type StepInformation struct {
	// PerStep (T) is I(x;z_t) over the responses that have step t.
	PerStep []float64
	// Sum is of the steps, each by the share of the responses that have it: nats per
	// response. StdErr is its standard error, and Ceiling the most that it can be.
	Sum, StdErr, Ceiling float64
}

// InformationOfSteps estimates the mutual information of example and step of a z that
// has one for each word: I(x;z_t) for every t as Information does for a vector, of
// q(z_t|x) against its own aggregate over the examples that have the step, in groups of
// all of them. Row i of mean, std and z, (N, T·d), has lengths[i] steps.
//
// The posterior is factorised, so that the sum of the steps is at least I(x;z_1…z_T): it
// counts what two steps say alike twice. Where the sum is 0 no step says
// anything, and the largest of its steps is a lower bound of the whole. It ends soon after ctx does, with the cause.
func InformationOfSteps[F Float](ctx context.Context, mean, std, z []F, d int, lengths []int, threads int) (all StepInformation, err error) {
	if err := checkSteps(len(mean), len(std), len(z), d, lengths); err != nil {
		return all, fmt.Errorf("estimating the mutual information of steps: %w", err)
	}
	n := len(lengths)
	terms := make([]float64, n)
	for t := range slices.Max(lengths) {
		rows, step := stepOf(mean, std, z, d, lengths, t)
		if err := checkPosteriors(step.mean, step.std, d); err != nil {
			return StepInformation{}, fmt.Errorf("estimating the mutual information of step %d: %w", t+1, err)
		}
		own, err := newMixture(step.mean, step.std, step.z, d, len(rows)).perRow(ctx, threads)
		if err != nil {
			return StepInformation{}, fmt.Errorf("estimating the mutual information of step %d: %w", t+1, err)
		}
		for k, i := range rows {
			terms[i] += own[k]
		}
		at, _ := meanError(own)
		all.PerStep = append(all.PerStep, at)
		all.Ceiling += InformationCeiling(len(rows)) * float64(len(rows)) / float64(n)
	}
	all.Sum, all.StdErr = meanError(terms)
	if math.IsNaN(all.Sum) || math.IsInf(all.Sum, 0) {
		return StepInformation{}, errors.New("estimating the mutual information of steps: a draw lies too far from its posterior to have a density")
	}
	return all, nil
}

// checkSteps refuses matrices of so many numbers that are not rows of those lengths.
func checkSteps(mean, std, z, d int, lengths []int) error {
	n := len(lengths)
	if n == 0 || d < 1 || mean == 0 || mean%(n*d) != 0 || std != mean || z != mean {
		return fmt.Errorf("%d means, %d deviations and %d draws of %d rows with steps of %d", mean, std, z, n, d)
	}
	if least, most := slices.Min(lengths), slices.Max(lengths); least < 1 || most > mean/n/d {
		return fmt.Errorf("rows of %d to %d steps, where there are %d", least, most, mean/n/d)
	}
	return nil
}

// A step is one step of the posteriors that have it, (n,d) each.
type step[F Float] struct{ mean, std, z []F }

// stepOf is step t of the rows (N, T·d) that have it, and their numbers.
func stepOf[F Float](mean, std, z []F, d int, lengths []int, t int) (rows []int, s step[F]) {
	width := len(mean) / len(lengths)
	for i, length := range lengths {
		if length <= t {
			continue
		}
		from := i*width + t*d
		rows = append(rows, i)
		s.mean, s.std, s.z = append(s.mean, mean[from:from+d]...), append(s.std, std[from:from+d]...), append(s.z, z[from:from+d]...)
	}
	return rows, s
}

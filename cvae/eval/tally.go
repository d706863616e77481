package eval

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// A tally gathers the results of one pass over a set.
type tally struct {
	shape            cvae.Shape // of z
	examples, tokens int
	rec, rate, side  float64   // sums over examples; rate is KL(q̂‖r)
	kl               []float64 // (d) KL(q‖p), summed over steps
	auxiliary        bool      // there is a p_aux
	gain             float64   // KL(q‖p) − KL(q‖p_aux)
	profile          Profile
	toPrior          float64 // KL(q̂‖p)
	// toScaled and toMoments are sums of cvae.RateScaled and cvae.RateMoments;
	// unknown where they are not observed.
	toScaled, toMoments float64
	scaled              bool // q̂ is not q
	each                PerExample

	conditional   bool // there is a p(z|c)
	priorKL       float64
	priorMean     *latent.Moments[float64]
	priorVariance []float64 // (Z)

	raw, whitened *latent.Moments[float64] // of the means of q̂
	charged       *latent.Moments[float64] // of the means of q
	still         *latent.Moments[float64] // of the whitened means of q
	kept          []bool                   // examples that full and rawFull take in
	full, rawFull cloud
	words         trail // of a z for every word
	minibatch     grouped
	mean, std, z  []float64 // (Z) scratch: the whitened posterior of one row
}

func newTally(m *Model, examples int, o Options) *tally {
	committer, _ := m.Parts.Posterior.(cvae.Committer)
	t := &tally{shape: m.Latent(), profile: NewProfile(m.Latent(), committer), each: PerExample{Bound: make([]float64, examples), Tokens: make([]int, examples)}}
	t.kl, t.kept = make([]float64, t.shape.Dim), make([]bool, examples)
	d := t.shape.Width()
	t.mean, t.std, t.z = make([]float64, d), make([]float64, d), make([]float64, d)
	rows := informationRows
	if t.shape.Sequence() {
		rows = stepRows(t.shape.Steps)
	}
	for _, i := range subset(examples, rows) {
		t.kept[i] = true
	}
	if !t.shape.HasInformation() {
		return t
	}
	t.priorVariance = make([]float64, d)
	t.raw, t.whitened, t.priorMean = latent.NewMoments[float64](d), latent.NewMoments[float64](d), latent.NewMoments[float64](d)
	t.charged, t.still = latent.NewMoments[float64](d), latent.NewMoments[float64](d)
	t.minibatch = grouped{size: o.group(), d: d}
	return t
}

// add takes in the result of a batch.
func (t *tally) add(examples []int, b *dialog.Batch, r *cvae.Result) error {
	t.examples += len(examples)
	t.tokens += b.Tokens()
	for i, rec := range r.Rec {
		t.rec += rec
		t.each.Bound[examples[i]], t.each.Tokens[examples[i]] = rec, len(b.Target[i])
	}
	if t.shape.None() {
		return nil
	}
	t.side += r.Side * float64(len(examples))
	t.scaled = t.scaled || !slices.Equal(r.Q.Mean, r.Drawn.Mean) || !slices.Equal(r.Q.LogVar, r.Drawn.LogVar)
	t.conditional = r.P.Mean != nil
	for i, example := range examples {
		t.each.Bound[example] += t.addRates(r, i)
		t.profile.Add(row(r.KL, i, t.shape.Width()), len(b.Target[i]))
		if t.shape.Sequence() {
			if t.kept[example] {
				t.addSteps(r, i, len(b.Target[i]))
			}
			continue
		}
		if err := t.addPosterior(r, i, t.kept[example]); err != nil {
			return fmt.Errorf("gathering the posterior of example %d: %w", example, err)
		}
	}
	return nil
}

// addRates takes in the rates of row i and returns that of the generator that replies.
func (t *tally) addRates(r *cvae.Result, i int) (charged float64) {
	w := t.shape.Width()
	for k, v := range row(r.KL, i, w) {
		t.kl[k%t.shape.Dim] += v
	}
	charged = rate(t.shape, r, i, r.Generator)
	t.rate += charged
	if t.auxiliary = r.Gain != nil; t.auxiliary {
		t.gain += r.Gain[i]
		charged -= r.Gain[i]
	}
	t.toPrior += rate(t.shape, r, i, r.P)
	t.toScaled += observed(r, cvae.RateScaled, i)
	t.toMoments += observed(r, cvae.RateMoments, i)
	if t.conditional {
		t.priorKL += latent.KL(row(r.P.Mean, i, w), row(r.P.LogVar, i, w), nil, nil)
	}
	return charged
}

// observed is a number of row i that a posterior may observe, or unknown.
func observed(r *cvae.Result, name string, i int) float64 {
	if values := r.Observed[name]; values != nil {
		return values[i]
	}
	return float64(unknown)
}

// addPosterior takes in q̂ of row i for units and information, and for mi.full
// when it is kept.
func (t *tally) addPosterior(r *cvae.Result, i int, kept bool) error {
	w := t.shape.Width()
	mean, logvar, z := row(r.Drawn.Mean, i, w), row(r.Drawn.LogVar, i, w), row(r.Z, i, w)
	t.whiten(mean, logvar, z, row(r.P.Mean, i, w), row(r.P.LogVar, i, w))
	center, deviation := substitute(t.shape, t.mean, t.std)
	t.minibatch.add(center, deviation, t.z)
	if kept {
		t.full.add(center, deviation, t.z)
	}
	if kept && t.conditional {
		t.rawFull.add(mean, stds(logvar), z)
	}
	if err := t.raw.Add(mean); err != nil {
		return err
	}
	if err := t.charged.Add(row(r.Q.Mean, i, w)); err != nil {
		return err
	}
	q, std := make([]float64, w), make([]float64, w)
	latent.Whiten(q, std, row(r.Q.Mean, i, w), row(r.Q.LogVar, i, w), row(r.P.Mean, i, w), row(r.P.LogVar, i, w))
	if err := t.still.Add(q); err != nil {
		return err
	}
	if err := t.whitened.Add(t.mean); err != nil {
		return err
	}
	return t.priorMean.Add(row(r.P.Mean, i, w))
}

// addSteps takes in the posteriors of the words of row i.
func (t *tally) addSteps(r *cvae.Result, i, words int) {
	w := t.shape.Width()
	at := func(m []float64) []float64 { return row(m, i, w) }
	t.whiten(at(r.Drawn.Mean), at(r.Drawn.LogVar), at(r.Z), at(r.P.Mean), at(r.P.LogVar))
	t.words.add(t.mean, t.std, t.z)
	t.words.lengths = append(t.words.lengths, t.shape.Length(words)/t.shape.Dim)
}

// whiten writes a posterior and its draw to the scratch, in the coordinates in
// which the prior, nil for N(0,I), is standard.
func (t *tally) whiten(mean, logvar, z, priorMean, priorLogvar []float64) {
	latent.Whiten(t.mean, t.std, mean, logvar, priorMean, priorLogvar)
	copy(t.z, z)
	for d, std := range stds(priorLogvar) {
		t.z[d] = (z[d] - priorMean[d]) / std
		if t.priorVariance != nil {
			t.priorVariance[d] += std * std
		}
	}
}

// report turns sums into means; it is not whole when ctx has ended.
func (t *tally) report(ctx context.Context, o Options) Report {
	r, n := blank(), float64(t.examples)
	r.Examples, r.Tokens, r.PerExample = t.examples, t.tokens, t.each
	r.Rec, r.NLL.ELBO = Number(t.rec/n), Number((t.rec+t.rate)/n)
	r.PPL.ELBO, r.PPL.Reconstruction = perplexity(t.rec+t.rate, t.tokens), perplexity(t.rec, t.tokens)
	if t.shape.None() {
		return r
	}
	r.LatentDim, r.Latent.Shape, r.Side = &t.shape.Dim, []int{t.shape.Steps, t.shape.Dim}, Number(t.side/n)
	kl := 0.0
	for _, v := range t.kl {
		r.KLPerDim = append(r.KLPerDim, Number(v/n))
		kl += v
	}
	r.KL = Number(kl / n)
	r.Committed, r.Lengths = Number(t.profile.committed/n), t.profile.perLength()
	for _, v := range t.profile.PerStep() {
		r.KLPerStep = append(r.KLPerStep, Number(v))
	}
	if t.auxiliary {
		r.NLL.Aux = r.NLL.ELBO - Number(t.gain/n)
		r.PPL.Aux = perplexity(t.rec+t.rate-t.gain, t.tokens)
	}
	if t.conditional {
		r.PriorKL = Number(t.priorKL / n)
	}
	if t.scaled && !t.shape.Sequence() {
		r.Bounds = Bounds{Number((t.rec + kl) / n), Number((t.rec + t.toScaled) / n), Number((t.rec + t.toPrior) / n), Number((t.rec + t.toMoments) / n)}
		if !r.Bounds.E2.Known() { // the posterior names no f
			r.Bounds.E2 = r.NLL.ELBO
		}
	}
	if t.shape.HasInformation() {
		r.Active, r.Residual = new(t.raw.Active(latent.ActiveThreshold)), new(t.whitened.Active(latent.ActiveThreshold))
		r.Charged, r.MeanStd = new(t.charged.Active(latent.ActiveThreshold)), Number(math.Sqrt(stat.Mean(t.whitened.Variance(), nil)))
	}
	r.MI = t.information(ctx, o.Threads)
	e := t.evidence(r)
	r.Collapse = latent.Judge(e)
	r.Findings = r.Collapse.Findings(e, o.Situation)
	return r
}

func (t *tally) information(ctx context.Context, threads int) MI {
	if t.shape.Sequence() {
		return t.words.information(ctx, t.shape.Dim, threads)
	}
	mi, d := blankInformation(), t.shape.Width()
	mi.Full, mi.FullError = t.full.information(ctx, d, threads)
	mi.RawFull = mi.Full // without a prior network nothing is whitened
	if t.conditional {
		mi.RawFull, _ = t.rawFull.information(ctx, d, threads)
	}
	mi.Ceiling.Full = Number(latent.InformationCeiling(t.full.rows(d)))
	mi.Minibatch, mi.Ceiling.Minibatch = t.minibatch.information()
	return mi
}

// evidence takes the residual units of q where they are fewer: a method that
// scales the means up makes every unit of q̂ vary, whatever q knows. Where every word
// has a z no unit is counted, and nothing is said of the prior.
func (t *tally) evidence(r Report) latent.Evidence {
	e := latent.Evidence{
		Conditional: t.conditional, KL: (*float64)(&r.KL), Rate: new(float64(r.Rate())), Information: new(float64(r.MI.Judged())),
	}
	if t.shape.Sequence() {
		e.Auxiliary = t.auxiliary
		if r.Committed.Known() {
			e.Committed = (*float64)(&r.Committed)
		}
		return e
	}
	e.Active, e.ResidualActive = r.Active, new(min(*r.Residual, t.still.Active(latent.ActiveThreshold)))
	if t.conditional {
		e.PriorMeanVariance = t.priorMean.Variance()
		for _, v := range t.priorVariance {
			e.PriorVariance = append(e.PriorVariance, v/float64(t.examples))
		}
	}
	return e
}

package eval

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
	"github.com/cvae-go/cvae/dialog/rng"
)

// Options chooses what Evaluate spends time on.
type Options struct {
	// Seed is that of all draws.
	Seed uint64
	// Samples is the number K of importance samples an example; 0 leaves the
	// importance-weighted likelihood out.
	Samples int
	// SampleExamples is the number of examples, a fixed subset, on which the
	// importance-weighted likelihood is estimated; 0 means all.
	SampleExamples int
	// Batch is the training batch size, the groups of mi.minibatch; 0 means 32.
	Batch int
	// Situation is that of the run, on which the remedies of a collapse depend.
	Situation latent.Situation
	// Threads work on the mutual information; fewer than 1 means 1. The team
	// of the model does the rest.
	Threads int
	// Ranks share the batches of the pass over all examples, and have the same report; nil:
	// this process alone. Each has the model and the set.
	Ranks ranks.Link
}

// DefaultSamples is the usual Options.Samples.
const DefaultSamples = 20

// groupRows is Options.Batch where it is not given, that of He et al. 2019.
const groupRows = 32

// resamples is the number of bootstrap samples behind nll.iw_se.
const resamples = 1000

func (o Options) validate() error {
	switch {
	case o.Samples < 0:
		return fmt.Errorf("%d importance samples; it must be 0 or more", o.Samples)
	case o.SampleExamples < 0:
		return fmt.Errorf("importance samples for %d examples; it must be 0, for all, or more", o.SampleExamples)
	case o.Batch < 0:
		return fmt.Errorf("a training batch of %d examples; it must be 0, for %d, or more", o.Batch, groupRows)
	}
	return nil
}

// group is the number of rows of a group of mi.minibatch.
func (o Options) group() int {
	if o.Batch == 0 {
		return groupRows
	}
	return o.Batch
}

// Evaluate measures m on the examples of s; the caller fills in Run, Corpus,
// Split and Method. progress, which may be nil, is told how many responses have
// been decoded. The report is a function of the model, the set and the options
// but for Threads. It stops with ctx.Err() when ctx ends.
func Evaluate(ctx context.Context, m *Model, s *dialog.Set, o Options, progress func(done, total int)) (Report, error) {
	if err := o.validate(); err != nil {
		return Report{}, err
	}
	if s.Len() == 0 {
		return Report{}, errors.New("there are no examples to evaluate")
	}
	if progress == nil {
		progress = func(done, total int) {}
	}
	var sampled []int
	if m.Latent().HasDensity() && o.Samples > 0 {
		sampled = subset(s.Len(), o.SampleExamples)
		slices.Sort(sampled) // all of them are then scored in the batches of the pass before
	}
	done, total := 0, s.Len()+len(sampled)*o.Samples
	advance := func(n int) {
		done += n
		progress(done, total)
	}
	t := newTally(m, s.Len(), o)
	take := func(examples []int, b *dialog.Batch, r *cvae.Result) error {
		defer advance(len(examples))
		return t.add(examples, b, r)
	}
	var err error
	if o.Ranks != nil && o.Ranks.Size() > 1 {
		err = divided(ctx, o.Ranks, m, s, o.Seed, take)
	} else {
		err = Each(ctx, m, s, o.Seed, take)
	}
	if err != nil {
		return Report{}, err
	}
	report := t.report(ctx, o)
	if err := ctx.Err(); err != nil { // which left the report incomplete
		return Report{}, err
	}
	if sampled != nil {
		err = report.importance(ctx, m, s, sampled, o, advance)
	}
	return report, err
}

// importance fills in the importance-weighted likelihood of some examples.
func (r *Report) importance(ctx context.Context, m *Model, s *dialog.Set, examples []int, o Options, advance func(int)) error {
	var order []int // of the examples, as they were scored
	var nll, gains []float64
	var sum, bound float64
	tokens := 0
	w := weigher{m, o.Seed, o.Samples}
	err := each(ctx, m, s, examples, o.Seed, func(examples []int, b *dialog.Batch, result *cvae.Result) error {
		defer advance(len(examples) * o.Samples)
		more, err := w.nll(ctx, examples, b, result)
		for i, v := range more {
			one := result.Rec[i] + replyRate(m.Latent(), result, i)
			sum, bound, gains = sum+v, bound+one, append(gains, one-v)
		}
		nll, tokens, order = append(nll, more...), tokens+b.Tokens(), append(order, examples...)
		return err
	})
	if err != nil {
		return err
	}
	r.PerExample.take(order, nll)
	mean, stdErr := latent.BootstrapMean(ctx, nll, resamples, o.Seed)
	r.NLL.IW, r.NLL.IWError, r.NLL.Samples = Number(mean), Number(stdErr), &o.Samples
	r.NLL.IWExamples, r.NLL.IWRows = new(len(nll)), Number(bound/float64(len(nll)))
	mean, stdErr = latent.BootstrapMean(ctx, gains, resamples, o.Seed)
	r.NLL.Gain, r.NLL.GainError = Number(mean), Number(stdErr)
	r.PPL.IW = perplexity(sum, tokens)
	return ctx.Err()
}

// take takes in the importance-weighted bounds of examples.
func (p *PerExample) take(examples []int, nll []float64) {
	by := map[int]float64{}
	for i, example := range examples {
		by[example] = nll[i]
	}
	p.Sampled, p.IW = slices.Sorted(maps.Keys(by)), nil
	for _, example := range p.Sampled {
		p.IW = append(p.IW, by[example])
	}
}

func perplexity(nll float64, tokens int) Number { return Number(metric.Perplexity(nll, tokens)) }

// subset is k of n examples, the same for every seed so that models compare;
// all of them where k is 0 or too many.
func subset(n, k int) []int {
	draw := rng.New(0, rng.Evaluate, -1, -1)
	if k == 0 {
		k = n
	}
	return draw.Permutation(n).First(k)
}

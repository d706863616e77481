package experiment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/rng"
)

// Resamples is the number of bootstrap samples behind the interval of a
// [Difference].
const Resamples = 1000

// bootstrapFile has the differences, beside the results.
const bootstrapFile = "bootstrap.json"

// The likelihoods of single examples that are compared.
const (
	byELBO = "nll.elbo"
	byIW   = "nll.iw"
)

// A Difference is how much larger the negative log-likelihood of a row is than
// that of another, in nats per response, paired by sentence and by seed. Its
// interval is of the mean over sentences, with the seeds as they are: the 2.5 %
// and 97.5 % quantiles of the means of bootstrap samples of the sentences (Efron
// 1979).
type Difference struct {
	Row      string  `json:"row"`
	Than     string  `json:"than"`
	Measure  string  `json:"measure"`  // nll.elbo or nll.iw
	Examples int     `json:"examples"` // of one seed
	Mean     float64 `json:"mean"`     // over seeds
	// Interval is null where the seeds have different sentences.
	Interval *[2]float64      `json:"interval"`
	Seeds    []SeedDifference `json:"seeds"`
}

// A SeedDifference is the difference between the runs of one seed.
type SeedDifference struct {
	Seed     uint64     `json:"seed"`
	Mean     float64    `json:"mean"`
	Interval [2]float64 `json:"interval"`
}

// Differences compares rows by the bounds of single examples that the runs of a
// folder left: every row with the baseline of the experiment, and the rows that
// tests compare by likelihood. They are kept beside the results; where the runs
// are gone, those that were kept are returned. It ends with ctx, and then writes nothing.
func Differences(ctx context.Context, dir string, s Spec, results Results) (all []Difference, err error) {
	kept, err := readDifferences(os.DirFS(filepath.Join(dir, "results")))
	if err != nil {
		return nil, err
	}
	bounds, err := allBounds(dir, results)
	if err != nil {
		return nil, err
	}
	for _, p := range s.pairs() {
		for _, measure := range []string{byELBO, byIW} {
			d, known, err := difference(ctx, p, measure, s.Seeds, bounds)
			if err != nil {
				return nil, err
			}
			at := slices.IndexFunc(kept, func(k Difference) bool { return k.Row == p.row && k.Than == p.than && k.Measure == measure })
			switch {
			case known:
				all = append(all, d)
			case at >= 0:
				all = append(all, kept[at])
			}
			if at >= 0 {
				kept = slices.Delete(kept, at, at+1)
			}
		}
	}
	if all == nil {
		return kept, nil
	}
	all = append(all, kept...) // of rows that are not asked for this time
	text, err := json.MarshalIndent(bootstrap{s.Name, Resamples, all}, "", "\t")
	if err != nil {
		return nil, fmt.Errorf("encoding the differences: %w", err)
	}
	return all, atomicfile.Write(filepath.Join(dir, "results", bootstrapFile), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// bootstrap is the content of its file.
type bootstrap struct {
	Experiment  string       `json:"experiment"`
	Resamples   int          `json:"resamples"`
	Differences []Difference `json:"differences"`
}

// readDifferences reads the differences in a folder; none where there is no file.
func readDifferences(files fs.FS) ([]Difference, error) {
	text, err := regular.ReadIn(files, bootstrapFile, mostText)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var b bootstrap
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err != nil {
		return nil, fmt.Errorf("the file %s is damaged (%w); delete it, and it is made again", bootstrapFile, err)
	}
	return b.Differences, nil
}

// A pair is two rows that are compared.
type pair struct{ row, than string }

// pairs are the pairs whose likelihoods are compared by sentence.
func (s Spec) pairs() (all []pair) {
	add := func(p pair) {
		if p.row != p.than && p.row != "" && p.than != "" && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	for _, row := range s.Rows {
		add(pair{row.Name, s.Baseline})
	}
	for _, c := range s.Claims {
		for _, t := range c.Tests {
			if t.Measure == byELBO || t.Measure == byIW {
				add(pair{t.Row, t.Than})
			}
		}
	}
	return all
}

// A runKey names a run.
type runKey struct {
	row  string
	seed uint64
}

// runBounds are the bounds of the examples of a run. Exact ones are the
// likelihood itself: the run has no latent.
type runBounds struct {
	eval.PerExample
	exact bool
}

// allBounds reads the bounds of those runs that have left some.
func allBounds(dir string, results Results) (map[runKey]runBounds, error) {
	all := map[runKey]runBounds{}
	for _, r := range results {
		b, err := readBounds(runFolder(dir, r.Row, r.Seed, r.Hash))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		_, latent := r.Measures["latent_dim"]
		all[runKey{r.Row, r.Seed}] = runBounds{b, !latent}
	}
	return all, nil
}

// difference is that of a pair, over the seeds for which both rows are known and
// have the same sentences.
func difference(ctx context.Context, p pair, measure string, seeds []uint64, bounds map[runKey]runBounds) (d Difference, known bool, err error) {
	d = Difference{Row: p.row, Than: p.than, Measure: measure}
	var mean, tokens []float64
	same := true
	for _, seed := range seeds {
		one, ok := bounds[runKey{p.row, seed}]
		other, also := bounds[runKey{p.than, seed}]
		if !ok || !also || !slices.Equal(one.Tokens, other.Tokens) {
			continue
		}
		values, of := one.less(other, measure)
		if len(values) < 2 {
			continue
		}
		low, high, err := resampled(ctx, values, Resamples)
		if err != nil {
			return d, false, err
		}
		d.Seeds = append(d.Seeds, SeedDifference{seed, rounded(stat.Mean(values, nil)), [2]float64{rounded(low), rounded(high)}})
		if mean == nil {
			mean, tokens = make([]float64, len(values)), of
		}
		if same = same && slices.Equal(tokens, of); same {
			for i, v := range values {
				mean[i] += v
			}
		}
		d.Examples = len(values)
	}
	if d.Seeds == nil {
		return d, false, nil
	}
	for _, s := range d.Seeds {
		d.Mean += s.Mean / float64(len(d.Seeds))
	}
	d.Mean = rounded(d.Mean)
	if same {
		for i := range mean {
			mean[i] /= float64(len(d.Seeds))
		}
		low, high, err := resampled(ctx, mean, Resamples)
		if err != nil {
			return d, false, err
		}
		d.Interval = &[2]float64{rounded(low), rounded(high)}
	}
	return d, true, nil
}

// less is how much larger the bounds are than others, an example each, and what
// the examples are known by: their numbers and lengths.
func (b runBounds) less(other runBounds, measure string) (values, of []float64) {
	examples := make([]int, len(b.Bound))
	for i := range examples {
		examples[i] = i
	}
	if measure == byIW {
		if examples = b.Sampled; b.exact {
			examples = other.Sampled
		}
	}
	mine, ok := b.of(measure, examples)
	theirs, also := other.of(measure, examples)
	if !ok || !also {
		return nil, nil
	}
	for i, example := range examples {
		values, of = append(values, mine[i]-theirs[i]), append(of, float64(example), float64(b.Tokens[example]))
	}
	return values, of
}

// of are the bounds of examples; false where they are not known.
func (b runBounds) of(measure string, examples []int) (values []float64, known bool) {
	if measure == byIW && !b.exact {
		return b.IW, slices.Equal(b.Sampled, examples)
	}
	for _, example := range examples {
		values = append(values, b.Bound[example])
	}
	return values, true
}

// resampled is the 95 % percentile interval of the mean of values over bootstrap
// samples. All values of as many examples are drawn alike.
func resampled(ctx context.Context, values []float64, samples int) (low, high float64, err error) {
	means := make([]float64, samples)
	for r := range means {
		if ctx.Err() != nil {
			return 0, 0, context.Cause(ctx)
		}
		draw := rng.New(0, rng.Evaluate, r, pairedRow)
		sum := 0.0
		for range values {
			sum += values[draw.IntN(len(values))]
		}
		means[r] = sum / float64(len(values))
	}
	slices.Sort(means)
	return quantile(means, 0.025), quantile(means, 0.975), nil
}

// pairedRow is the row of the streams of bootstrap samples, which no example has.
const pairedRow = -2

// quantile is that of sorted values, linear between them as numpy has it
// (Hyndman and Fan 1996, definition 7).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	below := int(at)
	if below+1 == len(sorted) {
		return sorted[below]
	}
	return sorted[below] + (at-float64(below))*(sorted[below+1]-sorted[below])
}

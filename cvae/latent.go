package cvae

import (
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae/internal/setting"
)

// A Gaussian is a diagonal normal distribution per example, (B,Z) each, where Z
// is the numbers of z, T·d (see Shape): d for a vector. The
// zero Gaussian stands for N(0, I), the prior of text mode.
type Gaussian struct{ Mean, LogVar *G.Node }

// Standard reports whether g is N(0, I).
func (g Gaussian) Standard() bool { return g.Mean == nil }

// Features is what a posterior is made of.
type Features struct {
	Context *G.Node // (B,H) c; nil in text mode
	// Response is the features of x: (B,H), or (B·T,H) of a Stepper, those of
	// word t and what follows it in row t of each example.
	Response *G.Node
	// Raw is what the recognition network puts out.
	Raw   Gaussian
	Prior Gaussian // p(z|c)
	// Prefixes is for a PrefixReader in training.
	Prefixes Prefixes
}

// Prefixes is what the recognition network makes of the first word of each
// response, of its first two, and so on, S rows for each response.
type Prefixes struct {
	Raw   Gaussian // (B·S,Z)
	Prior Gaussian // p(z|c) beside each, (B·S,Z)
	// Mean is the mean of x (B·S,n) over the prefixes of each response, (B,n).
	Mean func(x *G.Node) *G.Node
}

// Code is a posterior in a graph.
type Code struct {
	Z *G.Node // (B,Z) what the decoder reads
	// Q is charged by the KL term, Drawn is what Z was sampled from (they
	// differ for Scale), P is the prior that Q is charged against.
	Q, Drawn, P Gaussian
	// Generator is the distribution that replies draw z from; P where the
	// method leaves it zero and Generated is false.
	Generator Gaussian
	Generated bool
	KL        *G.Node // (B,Z) KL(Q‖P) per dimension, nats
	// Charged is what the rate charges in training in place of KL, (B,Z); nil: KL.
	Charged *G.Node
	// Side is a scalar added to the training loss, not times beta, in nats
	// per response; never part of the reported KL or of model selection. Nil: none.
	Side *G.Node
}

// generator is what replies draw z from.
func (c Code) generator() Gaussian {
	if c.Generated {
		return c.Generator
	}
	return c.P
}

// What a posterior observes in scoring if replies may draw z from other than the
// prior: KL(q̂‖r) of every example, (B) in nats, with r the prior scaled by f, and
// with r of the moments of the aggregated posterior.
const (
	RateScaled  = "rate_scaled"
	RateMoments = "rate_moments"
)

// A PriorRow is p(z|c) of one context, (Z) each; zero in text mode: N(0, I).
type PriorRow struct{ Mean, LogVar []float32 }

// A Posterior is q(z|x,c) and how replies draw z. Its state lives in Buffers,
// so that checkpoints know nothing of it.
type Posterior interface {
	// Infer is called once per graph.
	Infer(*Scope, Features) (Code, error)
	// Draw writes a draw for generation to z (Z), given standard normal eps
	// (Z); spread scales the noise about the prior mean.
	Draw(z, eps []float32, prior PriorRow, spread float64)
}

// Optional abilities of a Posterior.
type (
	// A Stepper's z has a step for each of the first so many of the predicted
	// words of a response, </s> included; more words never have fewer. Without it z
	// is a vector. Step t is inferred from the words from t on and enters the
	// decoder where it predicts word t: it knows what the words before do not tell.
	// What Infer puts past the steps of a response counts for nothing.
	Stepper interface{ Steps(words int) int }
	// A Spherical posterior is a von Mises–Fisher distribution of that concentration
	// on the sphere of radius √Z, where the prior is uniform and nothing of it is
	// learned. Q and Drawn have the mean of z and the mean variance of its numbers.
	Spherical interface{ Concentration() float64 }
	// A PrefixReader is given Features.Prefixes.
	PrefixReader interface{ ReadsPrefixes() }
	// An AuxiliaryPrior is a Stepper with an autoregressive prior of α (d), for d
	// numbers of z a word. A prior with so many hidden units is fitted to its
	// posteriors, from which replies then draw z; 0: none.
	AuxiliaryPrior interface {
		Auxiliary(dim int) (alpha []float64, hidden int)
	}
	// A Committer's posterior has at least so many nats of KL from its prior in a
	// response of so many predicted words, for d numbers of z or of a step of it,
	// whatever the parameters are; NaN: it commits to nothing.
	Committer interface {
		CommittedRate(dim, words int) float64
	}
	// An AfterUpdater sees the observed values, by name, of every training
	// step after the parameters have moved.
	AfterUpdater interface {
		AfterUpdate(observed map[string][]float64)
	}
	// A Denoiser, a Rate, says whether training still has the pass of
	// DecoderOptions.Denoise.
	Denoiser interface{ Denoises() bool }
	// A Validated, which a Rate may be too, is told after every validation whether
	// its bound is the best so far; while beta rises it is told that it is.
	Validated interface{ Validated(better bool) }
	// An EpochEnder is told when an epoch of training has ended.
	EpochEnder interface{ EndEpoch() }
	// A Calibrator has statistics of single batches, or such that lag behind the
	// parameters. After EndEpoch it is given those of all that it observes in
	// scoring, by name, over Calibration training examples; below 2: none.
	Calibrator interface {
		Calibration() (examples int)
		Calibrate(map[string]Spread)
	}
	// A Spread is the mean and the variance of every column (Z) over examples.
	Spread struct{ Mean, Variance []float64 }
	// An Augmenter does to its distributions in training what scoring leaves out, so
	// that their KLs differ; Augments says what, in words, or nothing.
	Augmenter interface{ Augments() string }
	// A MinBatcher, which a Rate may be too, compares the examples of a batch:
	// it needs at least that many in training, drawn at random.
	MinBatcher interface{ MinBatch() int }
)

// A Rate turns the KL of a Code into what the loss charges per example (B),
// times beta, and a scalar side term that is not, which may be nil.
type Rate interface {
	Charge(*Scope, Code) (perRow, side *G.Node, err error)
}

// DecoderOptions is what a method changes about the decoder.
type DecoderOptions struct {
	// BagOfWords adds the bag-of-words loss with this weight.
	BagOfWords float64
	// Skip feeds z to every step and to the vocabulary layer.
	Skip bool
	// WordDropout is the probability that training reads <unk> for a word.
	WordDropout float64
	// Fraternal is the weight of the difference between the logits under two
	// dropout masks; 0: one mask. Then Dropout is the least probability of
	// dropping an element of the hidden states before the vocabulary.
	Fraternal, Dropout float64
	// Denoise is the share of words that a second pass of training reads as <unk>;
	// the loss is the mean of both. 0: one pass.
	Denoise float64
}

// A Fitter is a posterior that not every model can have.
type Fitter interface {
	// Fits refuses the shape of a model, naming the key.
	Fits(Config) error
}

// Parts is what a method chooses of a model. Nil Rate charges the KL.
type Parts struct {
	Posterior Posterior // nil: Gaussian, when there is a latent
	// Method is the name that the posterior's parameters and buffers are saved
	// under; empty: none.
	Method  string
	Rate    Rate
	Decoder DecoderOptions
	// Refine moves the posterior by steps of its own on every batch.
	Refine Refinement
	// NoLatent leaves z out, as a sequence-to-sequence model does, NoContext the
	// context, as a language model does.
	NoLatent, NoContext bool
	// FanIn gives all weights but embeddings PyTorch's first values, whatever
	// Config.Init.Weights says: uniform within 1/√fan-in, in recurrent layers
	// 1/√hidden.
	FanIn bool
	// Labels are the values of the labels of Config.Condition, which the corpus
	// gives; nil without.
	Labels Labels
}

// Check refuses what a model of a valid configuration cannot have, naming the key where
// there is one.
func (p Parts) Check(c Config) error {
	if err := p.Decoder.validate(c, p.NoLatent); err != nil {
		return err
	}
	if f, ok := p.Posterior.(Fitter); ok {
		if err := f.Fits(c); err != nil {
			return err
		}
	}
	if c.Condition.On() && p.NoContext {
		return setting.Refuse("condition.labels", "and condition.act_head condition on what is known of a dialogue, and this method reads no context; leave them out")
	}
	return nil
}

// MinBatch is the fewest examples that a method which compares the examples of
// a batch needs; 0: the method looks at each alone.
func (p Parts) MinBatch() (least int) {
	for _, part := range []any{p.Posterior, p.Rate} {
		if m, ok := part.(MinBatcher); ok {
			least = max(least, m.MinBatch())
		}
	}
	return least
}

// GaussianPosterior is the plain posterior N(μ(x,c), σ²(x,c)) of a
// variational autoencoder (Kingma and Welling 2014).
type GaussianPosterior struct{}

// Infer implements Posterior.
func (GaussianPosterior) Infer(s *Scope, f Features) (Code, error) {
	q := f.Raw
	return Code{
		Z: s.Sample(q, s.Noise("posterior", s.Batch, s.Dim)),
		Q: q, Drawn: q, P: f.Prior,
		KL: s.KL(q, f.Prior),
	}, s.Err()
}

// Draw implements Posterior: z = μp + spread·σp·eps.
func (GaussianPosterior) Draw(z, eps []float32, prior PriorRow, spread float64) {
	DrawPrior(z, eps, prior, spread)
}

// DrawPrior writes μp + spread·σp·eps to z.
func DrawPrior(z, eps []float32, prior PriorRow, spread float64) {
	for d := range z {
		mean, std := 0.0, 1.0
		if prior.Mean != nil {
			mean, std = float64(prior.Mean[d]), math.Exp(0.5*float64(prior.LogVar[d]))
		}
		z[d] = float32(mean + spread*std*float64(eps[d]))
	}
}

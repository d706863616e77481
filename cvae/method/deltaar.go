package method

import (
	"errors"
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/train"
)

// deltaAR is the main system of Razavi et al. 2019: every word has a z of its own,
// inferred from the words from it on, and the prior of their sequence is
// autoregressive with a fixed α per dimension (see latent.ChainKL). No factorised
// posterior comes nearer to it than the committed rate (latent.CommittedRate), which
// grows with the length of the response. Replies draw z from an auxiliary prior,
// which a phase of its own fits to the posteriors once training has ended.
//
// In dialogue the prior of step t is shifted and scaled by the prior network,
// z_t = m_t(c) + s_t(c)⊙a_t with a the chain, which leaves the KL and its bound as they
// are.
//
// The latent is judged by the information of each word, I(x;z_t), summed over the words
// (latent.InformationOfSteps). A KL that exceeds the committed rate says nothing of it: a
// posterior that is the same for every response may pay any rate. Only a KL that does not
// is the proof of silence (latent.CommittedRate). Nothing is said of the prior: replies draw
// from the auxiliary one, which reads c itself.
//
// The paper's text system is a Transformer on LM1B with 2 dimensions a word, α 0.2 and
// 0.4. The sizes of its layers, its architecture of the auxiliary prior and its figures
// are not known to us; here the encoder and the decoder are those of the
// configuration.
var deltaAR = Method{
	Name: "delta-ar", Title: "δ-VAE with a latent for every word and an autoregressive prior",
	Cite:   "Razavi et al. 2019",
	Known:  []string{"deltaar", "sequentialdelta"},
	Config: map[string]string{"latent.dim": "2"},
	Parameters: []Parameter{
		{Name: "low", Dialogue: 0.2, Text: 0.2, Max: 0.999, Help: "α of the first dimension; those between are evenly spaced", Source: "Razavi et al. 2019, text, as recalled"},
		{Name: "high", Dialogue: 0.4, Text: 0.4, Max: 0.999, Help: "α of the last dimension", Source: "Razavi et al. 2019, text, as recalled"},
		{Name: "prior_epochs", Dialogue: 3.0, Text: 3.0, Max: 1e6,
			Help: "epochs that fit the auxiliary prior after training, beyond max_epochs and the other limits; 0: replies draw from the chain", Source: "ours"},
		{Name: "prior_hidden", Dialogue: 64.0, Text: 64.0, Min: 1, Max: 512, Help: "hidden units of the auxiliary prior, an LSTM", Source: "ours"},
		coordinatesOf("inferred"),
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		p := &chain{in: v.coordinates(), low: v.Number("low"), high: v.Number("high")}
		parts := Parts{Parts: cvae.Parts{Posterior: p}}
		if epochs := v.Int("prior_epochs"); epochs > 0 {
			p.hidden = v.Int("prior_hidden")
			parts.Closing = &train.Phase{Name: "auxiliary prior", Epochs: epochs, Schedule: train.Constant(1), Strategy: train.Fitting{}}
		}
		return parts, nil
	},
	Joined: func(_ Values, all Parts) error {
		switch {
		case all.Rate != nil:
			return errors.New("delta-ar commits to a rate by its prior, and its KL is of every word; leave the row that changes the rate out")
		case all.Strategy != nil:
			return errors.New("the strategy watches the mutual information of response and z, which is not known where every word has a z; leave its row out")
		}
		return nil
	},
}

// chain is the posterior of delta-ar.
type chain struct {
	in        coordinates
	low, high float64
	hidden    int // units of the auxiliary prior; 0: there is none
	dim       int // d, which the graph knows
}

// Steps implements cvae.Stepper.
func (*chain) Steps(words int) int { return words }

// Auxiliary implements cvae.AuxiliaryPrior.
func (p *chain) Auxiliary(dim int) (alpha []float64, hidden int) {
	return p.alpha(dim), p.hidden
}

// CommittedRate implements cvae.Committer.
func (p *chain) CommittedRate(dim, words int) float64 {
	return latent.CommittedRate(p.alpha(dim), words)
}

// alpha is α of every dimension (d).
func (p *chain) alpha(d int) []float64 {
	a := make([]float64, d)
	for k := range a {
		a[k] = p.low + (p.high-p.low)*float64(k)/float64(max(1, d-1))
	}
	return a
}

// Infer implements cvae.Posterior.
func (p *chain) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	p.dim = s.Shape.Dim
	q, u := f.Raw, s.Relative(f.Raw, f.Prior)
	if p.in == residual {
		q, u = s.Unwhiten(f.Raw, f.Prior), f.Raw
	}
	z := s.Sample(q, s.Noise("posterior", s.Batch, s.Dim))
	return cvae.Code{Z: z, Q: q, Drawn: q, P: f.Prior, KL: p.kl(s, u)}, s.Err()
}

// kl is the KL (B,Z) of u, which is relative to the prior; see latent.ChainKL.
func (p *chain) kl(s *cvae.Scope, u cvae.Gaussian) *G.Node {
	alpha, square, innovation, constant := make([]float64, s.Dim), make([]float64, s.Dim), make([]float64, s.Dim), make([]float64, s.Dim)
	for k, a := range p.alpha(p.dim) {
		for at := k; at < s.Dim; at += p.dim {
			alpha[at], square[at], innovation[at] = a, a*a, 1-a*a
			if at < p.dim {
				innovation[at] = 1
			}
			constant[at] = math.Log(innovation[at]) - 1
		}
	}
	variance := s.Exp(u.LogVar)
	moved := s.Sub(u.Mean, s.MulRow(s.Before(u.Mean), s.Row(alpha)))
	spread := s.Add(variance, s.MulRow(s.Before(variance), s.Row(square)))
	ratio := s.DivRow(s.Add(spread, s.Square(moved)), s.Row(innovation))
	return s.Scale(0.5, s.AddRow(s.Sub(ratio, u.LogVar), s.Row(constant)))
}

// Draw implements cvae.Posterior: the chain, with spread·eps for its noise.
func (p *chain) Draw(z, eps []float32, prior cvae.PriorRow, spread float64) {
	alpha, a := p.alpha(p.dim), make([]float32, len(z))
	for k := range a {
		noise := spread * float64(eps[k])
		if k >= p.dim {
			carried := alpha[k%p.dim]
			noise = carried*float64(a[k-p.dim]) + math.Sqrt(1-carried*carried)*noise
		}
		a[k] = float32(noise)
	}
	cvae.DrawPrior(z, a, prior, 1)
}

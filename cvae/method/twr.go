package method

import "github.com/cvae-go/cvae/cvae"

// twr charges the posterior of every prefix of a response, the same recognition
// network after each word, and decodes z of the last (Li et al. 2020):
//
//	−E[ln p(x|z_T,c)] + β·(1/T) Σ_t KL(q(z|x_≤t,c)‖p)
//
// so that the encoder cannot hide from the KL until the last word. The KL that is
// reported and that selects models is that of the last posterior, of which
// rec + KL is a bound; training logs the mean over the prefixes as prefix_kl.
//
// Only the abstract was readable; settled here: <s>, where the encoder reads it,
// and </s> are words; a backward encoder's state after t words is that after the
// last t, so that T words are the whole response in both directions; a pooled
// encoder pools each prefix; joined rates act on the mean over the prefixes.
var twr = Method{
	Name: "twr", Title: "TWR-VAE, the KL after every word of the encoder",
	Cite:  "Li et al. 2020",
	Known: []string{"timestep", "timestepwise"},
	Build: func(Values, cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Posterior: prefixwise{}}}, nil
	},
}

// prefixwise is the posterior of twr.
type prefixwise struct{ cvae.GaussianPosterior }

// ReadsPrefixes implements cvae.PrefixReader.
func (prefixwise) ReadsPrefixes() {}

// Infer implements cvae.Posterior.
func (p prefixwise) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	code, err := p.GaussianPosterior.Infer(s, f)
	if err != nil || s.Pass == cvae.Scoring {
		return code, err
	}
	code.Charged = f.Prefixes.Mean(s.KL(f.Prefixes.Raw, f.Prefixes.Prior))
	s.Observe("prefix_kl", s.Mean(s.SumRows(code.Charged)))
	return code, s.Err()
}

// Package latent holds the formulas that measure a diagonal Gaussian latent
// variable: its rate, its active units, the information it carries, the
// likelihood it buys and the ways in which it collapses. It knows no model:
// everything works on slices.
//
// A matrix of N rows and d columns is one slice in row-major order. Functions
// of one row trust their caller that all slices have length d; functions of a
// matrix check and return errors. Every logarithm is natural and every result
// is in nats.
//
// The whitened posterior is m = (μ−μp)/σp and s = σ/σp, where p is the prior
// network's answer to the same context, or N(0,I) in text mode. In whitened
// form the prior is always N(0,I).
//
// References:
//
//	[kingma]   Kingma and Welling. Auto-Encoding Variational Bayes. ICLR 2014.
//	[burda]    Burda, Grosse and Salakhutdinov. Importance Weighted
//	           Autoencoders. ICLR 2016.
//	[hoffman]  Hoffman and Johnson. ELBO surgery. NeurIPS workshop 2016.
//	[he]       He et al. Lagging Inference Networks and Posterior Collapse in
//	           Variational Autoencoders. ICLR 2019.
//	[ma]       Ma, Zhou and Hovy. MAE: Mutual Posterior-Divergence
//	           Regularization for Variational AutoEncoders. ICLR 2019.
//	[zhu]      Zhu et al. A Batch Normalized Inference Network Keeps the KL
//	           Vanishing Away. ACL 2020.
//	[razavi]   Razavi et al. Preventing Posterior Collapse with delta-VAEs. ICLR
//	           2019.
//	[song]     Song et al. Scale-VAE: Preventing Posterior Collapse in
//	           Variational Autoencoder. LREC-COLING 2024.
package latent

import (
	"errors"
	"fmt"
)

// Float is what the slices hold. Arithmetic is in float64 unless a function
// says otherwise.
type Float interface{ ~float32 | ~float64 }

// rowCount returns the number of rows of matrices with d columns, which must
// all have one shape and at least one row.
func rowCount[F Float](d int, matrices ...[]F) (int, error) {
	if d < 1 {
		return 0, fmt.Errorf("latent size is %d, it must be at least 1", d)
	}
	size := len(matrices[0])
	if size == 0 {
		return 0, errors.New("there are no rows")
	}
	for _, m := range matrices {
		if len(m) != size || size%d != 0 {
			return 0, fmt.Errorf("matrices of %d and %d numbers do not have the same number of rows of %d columns", size, len(m), d)
		}
	}
	return size / d, nil
}

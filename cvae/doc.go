// Package cvae is the model: a conditional variational autoencoder of
// dialogue, p(x|c) = ∫ p(x|z,c) p(z|c) dz with c the context and x the
// response, and with an empty context and p(z) = N(0,I) the text autoencoder
// of the papers' tables.
//
// B is the batch size, Z the number of latent dimensions, H a hidden size.
// Likelihoods and divergences are in nats per response.
package cvae

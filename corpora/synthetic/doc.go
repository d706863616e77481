// Package synthetic is the text of He et al. 2019 (after Kim et al. 2018), whose
// true latent variable is known: z is drawn from one of four unit Gaussians
// around (±2, ±2), and an LSTM of 100 units with random weights, which reads z
// at its vocabulary layer, writes ten of 1000 words. There are 16,000 sentences
// to train on and 2000 each to validate and to test on.
//
// The labels are the factors behind a sentence: component, the Gaussian, and
// its two halves, horizontal (left, right) and vertical (down, up).
//
// The sentences stand in the program, in sentences.gz; a test draws them again.
//
// Points are draws of the four Gaussians themselves, four words each, which a
// small model learns in seconds.
package synthetic

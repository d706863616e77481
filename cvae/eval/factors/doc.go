// Package factors measures whether the dimensions of a latent variable stand for
// known factors, the labels of a corpus: z-diff, z-min-var, the mutual
// information gap, disentanglement, completeness and informativeness (DCI), and
// modularity. It knows no model and no text: a code is the posterior mean of an
// example, and a factor gives each example the number of its value.
//
// The measures were made for data whose factors are drawn independently. Labels of
// a corpus depend on each other; a dimension that stands for one of them then
// knows something of the others too, and scores below 1 are no fault of the model.
//
// References:
//
//	[higgins]  Higgins et al. beta-VAE: Learning Basic Visual Concepts with a
//	           Constrained Variational Framework. ICLR 2017.
//	[kim]      Kim and Mnih. Disentangling by Factorising. ICML 2018.
//	[chen]     Chen et al. Isolating Sources of Disentanglement in Variational
//	           Autoencoders. NeurIPS 2018.
//	[eastwood] Eastwood and Williams. A Framework for the Quantitative Evaluation
//	           of Disentangled Representations. ICLR 2018.
//	[ridgeway] Ridgeway and Mozer. Learning Deep Disentangled Embeddings with the
//	           F-Statistic Loss. NeurIPS 2018.
//	[locatello] Locatello et al. Challenging Common Assumptions in the Unsupervised
//	           Learning of Disentangled Representations. ICML 2019; its code
//	           disentanglement_lib fixes what the papers leave open.
package factors

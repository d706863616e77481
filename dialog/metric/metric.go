// Package metric measures sets of responses by their text alone, one metric a
// file. Table lists these metrics with their formula, unit, direction and source;
// Measure computes them all. Perplexity is for those that have a model.
//
// Metrics take tokens, not display text. Responses come as one set, [][]string,
// or as the sets of several contexts, [][][]string. Tokens may be any strings
// and responses may be empty. Scores are bare numbers but for the entropy, which
// is in nats, and the lengths, in tokens. NaN means not applicable, as where
// there is no reference, no context or no word vector; it is written null in
// JSON. Nothing else is NaN. All results are deterministic.
//
// References:
//
//	[papineni]   Papineni et al. BLEU: a Method for Automatic Evaluation of
//	             Machine Translation. ACL 2002.
//	[rus]        Rus and Lintean. A Comparison of Greedy and Optimal Assessment
//	             of Natural Language Student Input Using Word-to-Word Similarity
//	             Metrics. BEA workshop 2012.
//	[chen]       Chen and Cherry. A Systematic Comparison of Smoothing
//	             Techniques for Sentence-Level BLEU. WMT 2014.
//	[forgues]    Forgues et al. Bootstrapping Dialog Systems with Word
//	             Embeddings. NIPS workshop 2014.
//	[pennington] Pennington, Socher and Manning. GloVe: Global Vectors for Word
//	             Representation. EMNLP 2014.
//	[li]         Li et al. A Diversity-Promoting Objective Function for Neural
//	             Conversation Models. NAACL 2016.
//	[liu]        Liu et al. How NOT To Evaluate Your Dialogue System. EMNLP 2016.
//	[zhao]       Zhao, Zhao and Eskenazi. Learning Discourse-level Diversity for
//	             Neural Dialog Models using Conditional Variational
//	             Autoencoders. ACL 2017.
//	[xu]         Xu et al. Better Conversations by Modeling, Filtering, and
//	             Optimizing for Coherence and Diversity. EMNLP 2018.
//	[zhang]      Zhang et al. Generating Informative and Diverse Conversational
//	             Responses via Adversarial Information Maximization. NeurIPS
//	             2018.
//	[zhu]        Zhu et al. Texygen: A Benchmarking Platform for Text Generation
//	             Models. SIGIR 2018.
//	[gu]         Gu et al. DialogWAE: Multimodal Response Generation with
//	             Conditional Wasserstein Auto-Encoder. ICLR 2019.
//	[song]       Song et al. Scale-VAE: Preventing Posterior Collapse in
//	             Variational Autoencoder. LREC-COLING 2024.
package metric

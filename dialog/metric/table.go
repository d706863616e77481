package metric

// A Metric describes one metric of Scores.
type Metric struct {
	Name      string
	Key       string // of the JSON of Scores; keys inside it are joined by dots
	Formula   string
	Unit      string
	Direction string // which numbers are better
	Source    string // keys of the references in the package comment; "here": none
}

// The directions of the table.
const (
	higher  = "higher"
	lower   = "lower"
	neither = "neither"
)

// Table returns a row for each metric, in the order of Scores. In its formulas
// c is a context, N its number of responses h, r its M references.
func Table() []Metric {
	return []Metric{
		{"Distinct responses", "distinct", "mean_c |{different responses to c}|", "responses per context", higher, "here"},
		{"Dist-n", "dist", "|{different n-grams}| / |n-grams| of all responses", "ratio", higher, "[li]"},
		{"Intra-dist-n", "intra_dist", "mean_c mean_i Dist-n({h_i})", "ratio", higher, "[gu]"},
		{"Inter-dist-n", "inter_dist", "mean_c Dist-n({h_1…h_N})", "ratio", higher, "[gu]"},
		{"Entropy of n-grams", "entropy", "−Σ_w F(w)/F ln(F(w)/F), F(w) the count of n-gram w in all responses", "nats", higher, "[zhang]"},
		{"Self-BLEU-4", "self_bleu", "mean_i BLEU-4(h_i; all other responses), NLTK smoothing method 1", "score 0–1", lower, "[zhu] [papineni]"},
		{"Gram-n by token", "gram.token", "n-grams of all responses that occur in the training split / all, with repetitions", "ratio", higher, "[song]"},
		{"Gram-n by type", "gram.type", "different n-grams of all responses that occur in the training split / all different", "ratio", higher, "[song]"},
		{"BLEU-3 precision", "bleu.precision", "mean_c 1/N Σ_i max_j BLEU-3(h_i; r_j), NLTK 3.10.4 smoothing method 7", "score, a perfect match above 1", higher, "[zhao] [chen]"},
		{"BLEU-3 recall", "bleu.recall", "mean_c 1/M Σ_j max_i BLEU-3(h_i; r_j), NLTK 3.10.4 smoothing method 7", "score, a perfect match above 1", higher, "[zhao] [chen]"},
		{"BLEU-3 F1", "bleu.f1", "2PR/(P+R) of the two means", "score, a perfect match above 1", higher, "[zhao] [chen]"},
		{"Plain BLEU-3 precision", "bleu_plain.precision", "as BLEU-3 precision, NLTK smoothing method 1", "score 0–1", higher, "[zhao] [papineni]"},
		{"Plain BLEU-3 recall", "bleu_plain.recall", "as BLEU-3 recall, NLTK smoothing method 1", "score 0–1", higher, "[zhao] [papineni]"},
		{"Plain BLEU-3 F1", "bleu_plain.f1", "2PR/(P+R) of the two means", "score 0–1", higher, "[zhao] [papineni]"},
		{"Embedding average", "embedding.raw.average", "mean_c 1/M Σ_j max_i cos(mean word vector of h_i, of r_j)", "cosine", higher, "[liu] [gu]"},
		{"Embedding extrema", "embedding.raw.extrema", "as average, of the value farthest from 0 in each dimension", "cosine", higher, "[forgues] [gu]"},
		{"Embedding greedy", "embedding.raw.greedy", "as average, of each word's best cosine in the other text, mean of both directions", "cosine", higher, "[rus] [gu]"},
		{"Embedding metrics from 0 to 1", "embedding.cos01", "(cos+1)/2 of the three above", "ratio", higher, "[zhao]"},
		{"Coherence", "coherence", "mean_c mean_i cos(mean word vector of all turns of c, of h_i)", "cosine", higher, "[xu]"},
		{"Length", "length_mean", "tokens of all responses / responses, without </s>", "tokens", neither, "here"},
	}
}

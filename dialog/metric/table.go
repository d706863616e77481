package metric

// A Metric describes one metric.
type Metric struct {
	Name      string
	Key       string // of its JSON; keys inside it are joined by dots
	Formula   string
	Unit      string
	Direction string // which numbers are better: Higher, Lower or Neither
	Source    string // keys of the references in the package comment; "here": none
}

// The values of Metric.Direction.
const (
	Higher  = "higher"
	Lower   = "lower"
	Neither = "neither"
)

// Table returns a row for each metric of Scores, in their order; those that need
// a model are in the tables of packages eval and report. In its formulas c is a
// context, N its number of responses h, r its M references.
func Table() []Metric {
	return []Metric{
		{"Distinct responses", "distinct", "mean_c |{different responses to c}|", "responses per context", Higher, "here"},
		{"Dist-n", "dist", "|{different n-grams}| / |n-grams| of all responses", "ratio", Higher, "[li]"},
		{"Intra-dist-n", "intra_dist", "mean_c mean_i Dist-n({h_i})", "ratio", Higher, "[gu]"},
		{"Inter-dist-n", "inter_dist", "mean_c Dist-n({h_1…h_N})", "ratio", Higher, "[gu]"},
		{"Entropy of n-grams", "entropy", "−Σ_w F(w)/F ln(F(w)/F), F(w) the count of n-gram w in all responses", "nats", Higher, "[zhang]"},
		{"Self-BLEU-4", "self_bleu", "mean_i BLEU-4(h_i; all other responses), NLTK smoothing method 1", "score 0–1", Lower, "[zhu] [papineni]"},
		{"Gram-n by token", "gram.token", "n-grams of all responses that occur in the training split / all, with repetitions", "ratio", Higher, "[song]"},
		{"Gram-n by type", "gram.type", "different n-grams of all responses that occur in the training split / all different", "ratio", Higher, "[song]"},
		{"BLEU-3 precision", "bleu.precision", "mean_c 1/N Σ_i max_j BLEU-3(h_i; r_j), NLTK 3.10.4 smoothing method 7", "score, a perfect match above 1", Higher, "[zhao] [chen]"},
		{"BLEU-3 recall", "bleu.recall", "mean_c 1/M Σ_j max_i BLEU-3(h_i; r_j), NLTK 3.10.4 smoothing method 7", "score, a perfect match above 1", Higher, "[zhao] [chen]"},
		{"BLEU-3 F1", "bleu.f1", "2PR/(P+R) of the two means", "score, a perfect match above 1", Higher, "[zhao] [chen]"},
		{"Plain BLEU-3 precision", "bleu_plain.precision", "as BLEU-3 precision, NLTK smoothing method 1", "score 0–1", Higher, "[zhao] [papineni]"},
		{"Plain BLEU-3 recall", "bleu_plain.recall", "as BLEU-3 recall, NLTK smoothing method 1", "score 0–1", Higher, "[zhao] [papineni]"},
		{"Plain BLEU-3 F1", "bleu_plain.f1", "2PR/(P+R) of the two means", "score 0–1", Higher, "[zhao] [papineni]"},
		{"Embedding average", "embedding.raw.average", "mean_c 1/M Σ_j max_i cos(mean word vector of h_i, of r_j)", "cosine", Higher, "[liu] [gu]"},
		{"Embedding extrema", "embedding.raw.extrema", "as average, of the value farthest from 0 in each dimension", "cosine", Higher, "[forgues] [gu]"},
		{"Embedding greedy", "embedding.raw.greedy", "as average, of each word's best cosine in the other text, mean of both directions", "cosine", Higher, "[rus] [gu]"},
		{"Embedding metrics from 0 to 1", "embedding.cos01", "(cos+1)/2 of the three above", "ratio", Higher, "[zhao]"},
		{"Coherence", "coherence", "mean_c mean_i cos(mean word vector of all turns of c, of h_i)", "cosine", Higher, "[xu]"},
		{"Length", "length_mean", "tokens of all responses / responses, without </s>", "tokens", Neither, "here"},
	}
}

package openai

// A Key describes a key of our own, under cvae, to whoever reads an answer.
type Key struct {
	Of   string // request, answer, choice, model, or embedding request
	Name string
	Unit string // empty: none
	Text string
}

// Keys are all of them.
func Keys() []Key {
	return []Key{
		{"request", "z", "", "latents to decode, one a response; without it they are drawn from the prior"},
		{"request", "labels", "", "labels that the run is conditioned on, by name"},
		{"request", "prior_scale", "standard deviations of the prior", "spread of z about the prior mean; 0: the mean itself"},
		{"request", "top_k", "tokens", "draw words from so many of the likeliest; 0: all"},
		{"request", "no_repeat_ngram", "tokens", "no n-gram of so many tokens stands twice in a response; 0: it may"},
		{"answer", "seed", "", "of all random numbers; a request with it has the same answer"},
		{"answer", "distinct", "responses", "number of different responses"},
		{"answer", "prior_scale", "standard deviations of the prior", "spread of z about the prior mean"},
		{"answer", "labels", "", "labels that the responses are conditioned on"},
		{"answer", "prior_mean", "", "mean of the prior p(z|c); null without a latent"},
		{"answer", "prior_std", "", "standard deviation of the prior; null without a latent"},
		{"answer", "dead_dimensions", "", "dimensions of z, from 0, with a rate below 0.01 nats per response; null where that was not measured"},
		{"answer", "verdict", "", "why the latent is dead; null: it lives, or that was not measured"},
		{"answer", "unread", "turns, tokens", "what of the context does not fit into the window of the model"},
		{"answer", "instructions_unread", "messages", "system messages that were passed over: the models follow no instructions. A run that is told personas takes them as the persona"},
		{"choice", "log_prob", "nats per response", "ln p(x|z,c) under the untruncated distribution: of the words that were decoded, and of `</s>` where one ends them; with a prompt that of the words after it"},
		{"choice", "prior_distance", "standard deviations of the prior", "length of (z−μ)/σ; null without a latent"},
		{"choice", "z", "", "the latent of the response; null without a latent"},
		{"choice", "loops", "", "whether the response repeats itself: a word three times in a row, or more words twice"},
		{"model", "method", "", "how it was trained"},
		{"model", "parameters", "numbers", "trained numbers"},
		{"model", "vocabulary", "token ids", "size of the vocabulary"},
		{"model", "mode", "", "dialogue: /v1/chat/completions; text: /v1/completions"},
		{"model", "max_tokens", "tokens", "most tokens of a response"},
		{"model", "temperature", "", "where a request names none"},
		{"model", "labels", "", "values of the labels that responses can be conditioned on, by name"},
		{"model", "latent_dim", "dimensions", "of z; null without a latent"},
		{"model", "kl_per_dim", "nats per response", "rate of each dimension on held-out responses; null where it was not measured"},
		{"model", "dead_dimensions", "", "as in an answer"},
		{"model", "verdict", "", "as in an answer"},
		{"embedding request", "context", "", "turns before every input, oldest first; a model of dialogue needs it"},
		{"embedding request", "labels", "", "labels of every input"},
	}
}

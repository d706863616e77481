package openai

// A Spoken word is a token of a response with its probability. That of </s> is empty in
// the text, and its bytes are an empty list.
type Spoken struct {
	Token     string
	LogProb   float64 // ln p(token | what came before), nats, untruncated
	Likeliest []Spoken
	IsEnd     bool // it is </s>
	Offset    int  // characters of the text before it
}

// ChatLogprobs are the tokens of a response in a chat.
type ChatLogprobs struct {
	Content []ChatLogprob `json:"content"`
	Refusal []ChatLogprob `json:"refusal"`
}

// A ChatLogprob is one token.
type ChatLogprob struct {
	Alternative
	Likeliest []Alternative `json:"top_logprobs"`
}

// An Alternative is a token that might stand at a place.
type Alternative struct {
	Token   string  `json:"token"`
	LogProb float64 `json:"logprob"`
	Bytes   []int   `json:"bytes"`
}

// leastLogProb stands for a probability of zero, for which JSON has no logarithm.
const leastLogProb = -9999

func newChatLogprobs(words []Spoken) *ChatLogprobs {
	if words == nil {
		return nil
	}
	out := &ChatLogprobs{Content: []ChatLogprob{}}
	for _, w := range words {
		l := ChatLogprob{Alternative: alternative(w), Likeliest: []Alternative{}}
		for _, other := range w.Likeliest {
			l.Likeliest = append(l.Likeliest, alternative(other))
		}
		out.Content = append(out.Content, l)
	}
	return out
}

func alternative(w Spoken) Alternative {
	a := Alternative{Token: w.Token, LogProb: max(leastLogProb, w.LogProb), Bytes: []int{}}
	if !w.IsEnd {
		for _, b := range []byte(w.Token) {
			a.Bytes = append(a.Bytes, int(b))
		}
	}
	return a
}

// CompletionLogprobs are the tokens of a response to a prompt.
type CompletionLogprobs struct {
	Tokens    []string             `json:"tokens"`
	LogProbs  []float64            `json:"token_logprobs"`
	Likeliest []map[string]float64 `json:"top_logprobs"`
	Offsets   []int                `json:"text_offset"`
}

func newCompletionLogprobs(words []Spoken) *CompletionLogprobs {
	if words == nil {
		return nil
	}
	out := &CompletionLogprobs{Tokens: []string{}, LogProbs: []float64{}, Likeliest: []map[string]float64{}, Offsets: []int{}}
	for _, w := range words {
		likeliest := map[string]float64{}
		for _, other := range w.Likeliest {
			likeliest[other.Token] = max(leastLogProb, other.LogProb)
		}
		out.Tokens, out.LogProbs = append(out.Tokens, w.Token), append(out.LogProbs, max(leastLogProb, w.LogProb))
		out.Likeliest, out.Offsets = append(out.Likeliest, likeliest), append(out.Offsets, w.Offset)
	}
	return out
}

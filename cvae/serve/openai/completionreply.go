package openai

// A CompletionReply is an answer of /v1/completions, or with null in usage a chunk of it.
type CompletionReply struct {
	ID      string             `json:"id"`
	Object  string             `json:"object"`
	Created int64              `json:"created"` // seconds since 1970
	Model   string             `json:"model"`
	Choices []CompletionChoice `json:"choices"`
	Usage   *Usage             `json:"usage"`
	Own     *Extra             `json:"cvae,omitempty"`
}

// A CompletionChoice is one response, or a piece of it.
type CompletionChoice struct {
	Index    int                 `json:"index"`
	Text     string              `json:"text"`
	Logprobs *CompletionLogprobs `json:"logprobs"`
	Reason   *string             `json:"finish_reason"` // null until the response ends
	Own      *ChoiceExtra        `json:"cvae,omitempty"`
}

// NewCompletionReply is the answer to a prompt.
func NewCompletionReply(h Head, o Outcome) CompletionReply {
	out := CompletionChunks{h}.chunk()
	out.Usage, out.Own = &o.Usage, o.extra()
	for i, t := range o.Texts {
		out.Choices = append(out.Choices, CompletionChoice{Index: i, Text: t.Text, Logprobs: newCompletionLogprobs(t.Words), Reason: &t.Reason, Own: o.choiceExtra(i)})
	}
	return out
}

// CompletionChunks makes the chunks of one answer.
type CompletionChunks struct{ Head }

func (c CompletionChunks) chunk(choices ...CompletionChoice) CompletionReply {
	return CompletionReply{ID: c.ID, Object: objectCompletion, Created: c.Created.Unix(), Model: c.Model, Choices: append([]CompletionChoice{}, choices...)}
}

// Begin is nil: nothing stands before a text.
func (c CompletionChunks) Begin(int) any { return nil }

// Text is a piece of response i, and the tokens that came meanwhile.
func (c CompletionChunks) Text(i int, text string, words []Spoken) any {
	return c.chunk(CompletionChoice{Index: i, Text: text, Logprobs: newCompletionLogprobs(words)})
}

// End is the last chunk of response i. That of the last response says what concerns all.
func (c CompletionChunks) End(o Outcome, i int) any {
	out := c.chunk(CompletionChoice{Index: i, Reason: &o.Texts[i].Reason, Own: o.choiceExtra(i)})
	if i == len(o.Texts)-1 {
		out.Own = o.extra()
	}
	return out
}

// Usage is the chunk that counts tokens. It has no choice, so that only those who ask for
// it are sent it.
func (c CompletionChunks) Usage(o Outcome) any {
	out := c.chunk()
	out.Usage = &o.Usage
	return out
}

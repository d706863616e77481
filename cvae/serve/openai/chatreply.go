package openai

// A ChatReply is an answer of /v1/chat/completions.
type ChatReply struct {
	ID      string       `json:"id"`
	Object  string       `json:"object"`
	Created int64        `json:"created"` // seconds since 1970
	Model   string       `json:"model"`
	Choices []ChatChoice `json:"choices"`
	Usage   Usage        `json:"usage"`
	Own     *Extra       `json:"cvae"`
}

// A ChatChoice is one response.
type ChatChoice struct {
	Index    int           `json:"index"`
	Message  ReplyMessage  `json:"message"`
	Logprobs *ChatLogprobs `json:"logprobs"`
	Reason   string        `json:"finish_reason"`
	Own      *ChoiceExtra  `json:"cvae"`
}

// A ReplyMessage is the text of a response.
type ReplyMessage struct {
	Role    string  `json:"role"`
	Content string  `json:"content"`
	Refusal *string `json:"refusal"`
}

// NewChatReply is the answer to a chat.
func NewChatReply(h Head, o Outcome) ChatReply {
	out := ChatReply{ID: h.ID, Object: objectChat, Created: h.Created.Unix(), Model: h.Model, Choices: []ChatChoice{}, Usage: o.Usage, Own: o.extra()}
	for i, t := range o.Texts {
		out.Choices = append(out.Choices, ChatChoice{Index: i, Message: ReplyMessage{Role: "assistant", Content: t.Text},
			Logprobs: newChatLogprobs(t.Words), Reason: t.Reason, Own: o.choiceExtra(i)})
	}
	return out
}

// A ChatChunk is one event of a streamed chat.
type ChatChunk struct {
	ID      string        `json:"id"`
	Object  string        `json:"object"`
	Created int64         `json:"created"`
	Model   string        `json:"model"`
	Choices []ChunkChoice `json:"choices"`
	Usage   *Usage        `json:"usage"` // null in all chunks but the one that counts
	Own     *Extra        `json:"cvae,omitempty"`
}

// A ChunkChoice is what a chunk adds to a response.
type ChunkChoice struct {
	Index    int           `json:"index"`
	Delta    ChatDelta     `json:"delta"`
	Logprobs *ChatLogprobs `json:"logprobs"`
	Reason   *string       `json:"finish_reason"` // null until the response ends
	Own      *ChoiceExtra  `json:"cvae,omitempty"`
}

// A ChatDelta is a piece of a response.
type ChatDelta struct {
	Role    string  `json:"role,omitempty"`
	Content *string `json:"content,omitempty"`
}

// ChatChunks makes the chunks of one answer.
type ChatChunks struct{ Head }

func (c ChatChunks) chunk(choices ...ChunkChoice) ChatChunk {
	return ChatChunk{ID: c.ID, Object: objectChatChunk, Created: c.Created.Unix(), Model: c.Model, Choices: append([]ChunkChoice{}, choices...)}
}

// Begin is the first chunk of response i.
func (c ChatChunks) Begin(i int) any {
	return c.chunk(ChunkChoice{Index: i, Delta: ChatDelta{Role: "assistant", Content: new("")}})
}

// Text is a piece of response i, and the tokens that came meanwhile.
func (c ChatChunks) Text(i int, text string, words []Spoken) any {
	return c.chunk(ChunkChoice{Index: i, Delta: ChatDelta{Content: &text}, Logprobs: newChatLogprobs(words)})
}

// End is the last chunk of response i. That of the last response says what concerns all.
func (c ChatChunks) End(o Outcome, i int) any {
	out := c.chunk(ChunkChoice{Index: i, Reason: &o.Texts[i].Reason, Own: o.choiceExtra(i)})
	if i == len(o.Texts)-1 {
		out.Own = o.extra()
	}
	return out
}

// Usage is the chunk that counts tokens. It has no choice, so that only those who ask for
// it are sent it.
func (c ChatChunks) Usage(o Outcome) any {
	out := c.chunk()
	out.Usage = &o.Usage
	return out
}

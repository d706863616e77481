package dialog

import (
	"context"
	"strings"
)

// A Request asks for responses to one context.
type Request struct {
	Context []string // turns, oldest first; empty in text mode
	Sampling
	Z []Block // latents to decode, in this order, instead of drawing N of them, (N); nil: draw
}

// A Delta says that response number Index has one more token. Text is the
// whole response so far, for display: tokens alone may be parts of words, and
// parts of characters.
type Delta struct {
	Index int
	Text  string
}

// A Response is one candidate answer.
type Response struct {
	Text string
	// LogProb is the untruncated ln p(x|z,c) with </s>, in nats per response.
	LogProb float64
	Tokens  []string
	Z       Block // nil for models without a latent
	// PriorDistance is ‖(z−μp)/σp‖₂.
	PriorDistance float64
	Ranked        *Ranked // nil without a rank
	// Cut says that the response reached its greatest length before its end.
	Cut bool
}

// Shown is the [Readable] text, and a response that was cut says so.
func (r Response) Shown() string {
	if text := Readable(r.Text); text != r.Text { // a loop has its own mark
		return text
	}
	return r.Text + r.Mark()
}

// Mark is what follows the whole text where a response loops or was cut; empty: neither.
func (r Response) Mark() string {
	switch {
	case Loops(r.Text):
		return " … [loops]"
	case r.Cut:
		return " … [cut]"
	}
	return ""
}

// IsBlank reports whether it holds no word.
func (r Response) IsBlank() bool { return strings.TrimSpace(r.Text) == "" }

// A Reply is the answer to a Request: exactly N responses, duplicates kept.
type Reply struct {
	Context   []string
	Seed      uint64
	Distinct  int // number of different response texts
	Responses []Response
	PriorMean Block // nil without a latent
	PriorStd  Block
	Unread    Unread
}

// Unread is what of a context does not fit into the window of the model, which reads the
// last turns and the beginning of each.
type Unread struct {
	Turns  int `json:"turns"`  // before those that are read
	Tokens int `json:"tokens"` // at the ends of those that are read
}

// A Responder answers requests. It is safe for concurrent use.
type Responder interface {
	// Respond answers r. It calls stream, when not nil, for every token as it
	// is decoded, unless a rank chooses among responses that are whole, and stops early
	// when ctx is done.
	Respond(ctx context.Context, r Request, stream func(Delta)) (Reply, error)
	// Describe says what answers.
	Describe(ctx context.Context) (Card, error)
}

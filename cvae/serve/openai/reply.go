package openai

import (
	"math"
	"time"

	"github.com/cvae-go/cvae/dialog"
)

// What the key object says of each answer.
const (
	objectChat       = "chat.completion"
	objectChatChunk  = "chat.completion.chunk"
	objectCompletion = "text_completion" // of chunks too
)

// A Head is what every answer and every chunk of it begins with.
type Head struct {
	ID      string
	Created time.Time
	Model   string
}

// An Outcome is the answer to a Request, before it has a form.
type Outcome struct {
	Reply    dialog.Reply
	Sampling dialog.Sampling
	Texts    []Outtext // of the responses
	Card     *dialog.LatentCard
	Usage    Usage
	// Instructions are messages that were passed over.
	Instructions int
}

// An Outtext is the text of a response and why it ends there.
type Outtext struct {
	Text   string
	Reason string   // stop or length
	Words  []Spoken // nil unless asked for
}

// Why a response ends.
const (
	ReasonStop   = "stop"   // by itself, or at a stop
	ReasonLength = "length" // at the most tokens
)

// Usage counts tokens.
type Usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"` // of all responses, </s> not counted
	Total      int `json:"total_tokens"`
}

// NewUsage counts the tokens of both sides.
func NewUsage(prompt, completion int) Usage { return Usage{prompt, completion, prompt + completion} }

// Extra is the key cvae of an answer. All keys are always there.
type Extra struct {
	Seed       uint64            `json:"seed"`
	Distinct   int               `json:"distinct"`    // number of different responses
	PriorScale float64           `json:"prior_scale"` // spread of z about the prior mean
	Labels     map[string]string `json:"labels"`
	PriorMean  dialog.Block      `json:"prior_mean"` // null without a latent
	PriorStd   dialog.Block      `json:"prior_std"`
	// Dead are the dimensions of z that carry less than [dialog.DeadRate]; null where
	// that was not measured.
	Dead    []int   `json:"dead_dimensions"`
	Verdict *string `json:"verdict"` // why the latent is dead; null: it lives, or it was not measured
	// Unread is what of the context does not fit into the window of the model.
	Unread dialog.Unread `json:"unread"`
	// Instructions counts system messages that were passed over.
	Instructions int `json:"instructions_unread"`
}

// ChoiceExtra is the key cvae of a choice. All keys are always there.
type ChoiceExtra struct {
	LogProb       *float64     `json:"log_prob"`       // untruncated ln p(x|z,c) of what was decoded after the prompt, nats
	PriorDistance *float64     `json:"prior_distance"` // ‖(z−μp)/σp‖₂; null without a latent
	Z             dialog.Block `json:"z"`
	Loops         bool         `json:"loops"` // it repeats itself
}

// extra is the key cvae of an outcome.
func (o Outcome) extra() *Extra {
	e := &Extra{Seed: o.Reply.Seed, Distinct: o.Reply.Distinct, PriorScale: o.Sampling.PriorScale, Labels: o.Sampling.Labels,
		PriorMean: o.Reply.PriorMean, PriorStd: o.Reply.PriorStd, Unread: o.Reply.Unread, Instructions: o.Instructions}
	if e.Labels == nil {
		e.Labels = map[string]string{}
	}
	if o.Card != nil && o.Card.Measured {
		e.Dead = o.Card.Dead()
		if o.Card.Verdict != "" {
			e.Verdict = &o.Card.Verdict
		}
	}
	return e
}

// choiceExtra is the key cvae of response i.
func (o Outcome) choiceExtra(i int) *ChoiceExtra {
	r := o.Reply.Responses[i]
	e := &ChoiceExtra{LogProb: finite(r.LogProb), Z: r.Z, Loops: dialog.Loops(r.Text)}
	if r.Z != nil {
		e.PriorDistance = finite(r.PriorDistance)
	}
	return e
}

// finite is a number, or null where JSON has none for it.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

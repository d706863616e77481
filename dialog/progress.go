package dialog

import (
	"encoding/json"
	"time"
)

// An Event is what a training run tells its watchers at one step. Numbers are
// means since the event before, in nats per response.
type Event struct {
	Kind          EventKind `json:"kind"`
	Step          int       `json:"step"`
	Epoch         int       `json:"epoch"` // from 1
	StepsPerEpoch int       `json:"steps_per_epoch"`
	Phase         string    `json:"phase,omitempty"` // of a run with several
	Rec           float64   `json:"rec"`             // distortion −ln p(x|z,c)
	KL            float64   `json:"kl"`
	KLPerDim      []float64 `json:"kl_per_dim,omitempty"`
	KLPerStep     []float64 `json:"kl_per_step,omitempty"` // of a z for every word
	Beta          float64   `json:"beta"`
	Side          float64   `json:"side"`
	GradNorm      float64   `json:"grad_norm"`
	LearningRate  float64   `json:"learning_rate"`
	// ActiveUnits and ResidualActiveUnits are counted over the examples since
	// the event before: of raw means, and of means relative to the prior. Nil: the
	// latent, if there is one, has none.
	ActiveUnits         *int               `json:"active_units"`
	ResidualActiveUnits *int               `json:"residual_active_units"`
	LatentDim           int                `json:"latent_dim"`
	Observed            map[string]float64 `json:"observed,omitempty"` // of the method, means
	TokensPerSecond     float64            `json:"tokens_per_second"`  // response tokens
	Elapsed             time.Duration      `json:"elapsed"`            // of the whole run, over resumes
	Remaining           time.Duration      `json:"remaining"`          // 0: unknown
	// Exchange is what the ranks of a run exchanged, on a Stepped event; nil: one process
	// trains.
	Exchange *Exchange `json:"exchange,omitempty"`
	// Bound is the validation bound and Information the mutual information of
	// response and latent (0: not measured), nats per response, on a Validated
	// event.
	Bound       float64 `json:"bound,omitempty"`
	Information float64 `json:"information,omitempty"`
	Best        bool    `json:"best,omitempty"`
	// Lengths is the KL and the committed rate of every length of a response, on a
	// Validated event of a model with a z for every word.
	Lengths []Length `json:"lengths,omitempty"`
	Message string   `json:"message,omitempty"` // of a Warned event
	// Collapses names the collapses found by a validation, or the one that a
	// Warned event is about: information, kl, context_only or prior.
	Collapses []string `json:"collapses,omitempty"`
	// Samples, on a Sampled event, are replies to contexts that stay the same
	// over the run.
	Samples []Sample `json:"samples,omitempty"`
}

// MarshalJSON writes null for the numbers that an event of its kind, or a model
// without a latent, does not have, and for an unknown remaining time. Times are
// in nanoseconds.
func (e Event) MarshalJSON() ([]byte, error) {
	type event Event
	number := func(there bool, x any) any {
		if !there {
			return nil
		}
		return x
	}
	stepped, latent := e.Kind == Stepped, e.LatentDim > 0
	measured := stepped || e.Kind == Validated
	return json.Marshal(struct {
		event
		Rec                 any `json:"rec"`
		KL                  any `json:"kl"`
		Beta                any `json:"beta"`
		Side                any `json:"side"`
		GradNorm            any `json:"grad_norm"`
		LearningRate        any `json:"learning_rate"`
		ActiveUnits         any `json:"active_units"`
		ResidualActiveUnits any `json:"residual_active_units"`
		TokensPerSecond     any `json:"tokens_per_second"`
		Remaining           any `json:"remaining"`
	}{
		event(e), number(measured, e.Rec), number(measured && latent, e.KL), number(measured && latent, e.Beta), number(measured, e.Side),
		number(stepped, e.GradNorm), number(measured, e.LearningRate), number(measured && latent, e.ActiveUnits),
		number(measured && latent, e.ResidualActiveUnits), number(stepped, e.TokensPerSecond), number(e.Remaining > 0, e.Remaining),
	})
}

// An Exchange is what ranks, the processes of one run, sent each other, and the time that
// they stood still for it: means of a step, for every rank.
type Exchange struct {
	Ranks int `json:"ranks"`
	// Exchanges is how many there were in a step; ranks have the same.
	Exchanges float64   `json:"exchanges"`
	Bytes     []float64 `json:"bytes"`      // sent
	Moving    []float64 `json:"moving_ms"`  // from when all had come until all bytes were there
	Waiting   []float64 `json:"waiting_ms"` // until all others had come; the slowest rank waits least
	Behind    []float64 `json:"behind_ms"`  // bytes moved while the rank computed
}

// A Sample is what the model in training answers to one context.
type Sample struct {
	Context   []string `json:"context"` // turns, oldest first; empty in text mode
	Responses []string `json:"responses"`
}

// An EventKind says why an Event was sent.
type EventKind string

// The kinds of event.
const (
	Stepped   EventKind = "step"
	Validated EventKind = "validation"
	Warned    EventKind = "warning"
	Sampled   EventKind = "samples"
	// Ticked is a Stepped event that comes early, for people who watch: the next
	// Stepped event covers its steps too. It is not logged.
	Ticked EventKind = "tick"
)

// Progress watches a training run. Report is called from the training
// goroutine and must not block.
type Progress interface{ Report(Event) }

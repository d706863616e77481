package openai

import (
	"time"

	"github.com/cvae-go/cvae/dialog"
)

// A ModelList is the answer of /v1/models.
type ModelList struct {
	Object string  `json:"object"`
	Data   []Model `json:"data"`
}

// NewModelList lists models.
func NewModelList(models []Model) ModelList { return ModelList{"list", append([]Model{}, models...)} }

// A Model is one that is served.
type Model struct {
	ID      string     `json:"id"`
	Object  string     `json:"object"`
	Created int64      `json:"created"` // seconds since 1970
	OwnedBy string     `json:"owned_by"`
	Own     ModelExtra `json:"cvae"`
}

// ModelExtra is the key cvae of a model. All keys are always there.
type ModelExtra struct {
	Method      string              `json:"method"`
	Parameters  int                 `json:"parameters"` // trained numbers
	Vocabulary  int                 `json:"vocabulary"` // token ids
	Mode        string              `json:"mode"`       // dialogue or text
	MaxTokens   int                 `json:"max_tokens"` // of a response
	Temperature float64             `json:"temperature"`
	Labels      map[string][]string `json:"labels"`     // values that responses can be conditioned on
	LatentDim   *int                `json:"latent_dim"` // null without a latent
	KLPerDim    []float64           `json:"kl_per_dim"` // nats per response; null where it was not measured
	Dead        []int               `json:"dead_dimensions"`
	Verdict     *string             `json:"verdict"` // why the latent is dead; null: it lives, or it was not measured
}

// NewModel describes a model by its card.
func NewModel(id string, created time.Time, card dialog.Card, maxTokens int, labels map[string][]string) Model {
	m := Model{ID: id, Object: "model", Created: created.Unix(), OwnedBy: "cvae", Own: ModelExtra{
		Method: card.Method, Parameters: card.Parameters, Vocabulary: card.Vocabulary, Mode: "dialogue", MaxTokens: maxTokens, Temperature: card.Temperature, Labels: labels}}
	if card.Sentences {
		m.Own.Mode = "text"
	}
	if l := card.Latent; l != nil {
		m.Own.LatentDim = &l.Dim
		if l.Measured {
			m.Own.KLPerDim, m.Own.Dead = l.KLPerDim, l.Dead()
		}
		if l.Measured && l.Verdict != "" {
			m.Own.Verdict = &l.Verdict
		}
	}
	return m
}

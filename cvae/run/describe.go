package run

import (
	"context"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
)

// Describe implements dialog.Responder.
func (r *Run) Describe(context.Context) (dialog.Card, error) {
	card := dialog.Card{Name: r.Dir, Method: r.Config.Method, Parameters: r.Parameters(), Vocabulary: r.Tokenizer.Size(),
		Sentences: r.Sentences(), Temperature: r.Sampling().Temperature}
	if r.model.Parts.Latent == cvae.None {
		return card, nil
	}
	card.Latent = &dialog.LatentCard{Dim: r.Config.Model.Latent.Dim}
	if r.latent != nil && r.latent.Dim == card.Latent.Dim {
		card.Latent = r.latent
	}
	return card, nil
}

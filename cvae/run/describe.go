package run

import (
	"context"

	"github.com/cvae-go/cvae/dialog"
)

// Describe implements dialog.Responder.
func (r *Run) Describe(context.Context) (dialog.Card, error) {
	card := dialog.Card{Name: r.Dir, Method: r.Config.Method, Parameters: r.Parameters(), Vocabulary: r.Tokenizer.Size(),
		Sentences: r.Sentences(), Temperature: r.Sampling().Temperature}
	z := r.Latent()
	if z.None() {
		return card, nil
	}
	card.Latent = &dialog.LatentCard{Dim: z.Dim}
	if r.latent != nil && r.latent.Dim == z.Dim {
		card.Latent = new(*r.latent)
	}
	card.Latent.Steps = z.Steps
	return card, nil
}

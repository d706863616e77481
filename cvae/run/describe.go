package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
)

// Describe implements dialog.Responder.
func (r *Run) Describe(context.Context) (dialog.Card, error) {
	card := dialog.Card{Name: r.Dir, Method: r.Config.Method, Parameters: r.Parameters(), Vocabulary: r.Tokenizer.Size(),
		Sentences: r.Sentences(), Temperature: r.DefaultTemperature()}
	if r.model.Parts.Latent == cvae.None {
		return card, nil
	}
	card.Latent = &dialog.LatentCard{Dim: r.Config.Model.Latent.Dim}
	if r.latent != nil && r.latent.Dim == card.Latent.Dim {
		card.Latent = r.latent
	}
	return card, nil
}

// describe measures the latent space of the best model on the validation split
// and writes latent.json.
func (s *Session) describe(ctx context.Context) error {
	if s.dir == nil || s.model.Parts.Latent == cvae.None {
		return nil
	}
	if _, err := os.Stat(s.dir.Path(rundir.LatentFile)); s.Idle && !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	c, err := eval.Describe(ctx, s.model, s.data[dialog.Valid], s.Config.Seed)
	if err != nil {
		return fmt.Errorf("describing the latent space: %w", err)
	}
	if c.Check() != nil {
		return nil // a latent that ran away has no map, and is no reason to lose the end of training
	}
	s.latent = &c
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encoding the latent space: %w", err)
	}
	return s.dir.WriteFile(rundir.LatentFile, append(b, '\n'))
}

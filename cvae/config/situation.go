package config

import (
	"math"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/method"
)

// Situation is that of a run of this configuration after its training. c must be
// complete.
func (c Config) Situation() latent.Situation {
	s := latent.Situation{Settings: map[string]any{}, Epochs: math.Inf(1), Dimensions: c.Model.Latent.Dim}
	rows, err := method.Parse(c.Method)
	if err != nil {
		return s // never: Complete parsed it
	}
	for _, row := range rows {
		s.Methods = append(s.Methods, row.Name)
		for _, p := range row.Parameters { // without those that do nothing
			acts := p.Only == "" || p.Only == c.Model.Mode
			for name, value := range p.With {
				acts = acts && c.Settings[row.Name+"."+name] == value
			}
			if key := row.Name + "." + p.Name; acts {
				s.Settings[key] = c.Settings[key]
			}
		}
	}
	return s
}

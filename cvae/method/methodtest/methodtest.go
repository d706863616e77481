// Package methodtest is the contract of a method: what every row of the table
// must do, in both modes and in every variant of its switches.
package methodtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method"
)

// Shapes are the model shapes of the contract, one per mode. The networks about
// the latent have one layer: what a method does with their outputs is the same,
// and there are fewer gradients to check.
func Shapes() map[cvae.Mode]cvae.Config {
	all := cvaetest.Configs()
	dialogue := all["dialogue lstm"]
	dialogue.Latent.Prior, dialogue.Latent.Recognition = 0, 0
	return map[cvae.Mode]cvae.Config{cvae.Dialogue: dialogue, cvae.Text: all["text"]}
}

// Parts builds fresh parts of a method or a sum of methods.
func Parts(t testing.TB, names string, settings map[string]any, mode cvae.Mode) method.Parts {
	t.Helper()
	parts, _, err := method.Compose(names, settings, mode)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// New builds a float64 model of a method on the reference kernels.
func New(t testing.TB, c cvae.Config, names string, settings map[string]any) *cvae.Model[float64] {
	t.Helper()
	return cvaetest.New[float64](t, c, Parts(t, names, settings, c.Mode).Parts, kernel.PureGo)
}

// Buffer returns the values of a buffer of a model.
func Buffer(t testing.TB, m *cvae.Model[float64], name string) []float64 {
	t.Helper()
	for _, b := range m.Buffers() {
		if b.Name == name {
			return b.Value
		}
	}
	t.Fatalf("there is no buffer %s", name)
	return nil
}

// Variants are the combinations of a method's switches that act in a mode.
func Variants(m method.Method, mode cvae.Mode) []map[string]any {
	variants := []map[string]any{{}}
	for _, p := range m.Parameters {
		if p.Choices == nil || p.Only != "" && p.Only != mode {
			continue
		}
		var wider []map[string]any
		for _, v := range variants {
			for _, choice := range p.Choices {
				if choice != p.Default(mode) && !acts(m, p, v) {
					continue // the same model
				}
				wider = append(wider, with(v, m.Name+"."+p.Name, choice))
			}
		}
		variants = wider
	}
	return variants
}

// acts reports whether a variant has the settings that p acts with.
func acts(m method.Method, p method.Parameter, variant map[string]any) bool {
	for name, value := range p.With {
		if variant[m.Name+"."+name] != value {
			return false
		}
	}
	return true
}

// label names a variant in the test output.
func label(settings map[string]any) string {
	var words []string
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		words = append(words, fmt.Sprintf("%s=%v", key, settings[key]))
	}
	return strings.Join(words, " ")
}

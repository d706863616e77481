package method_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// brief keeps training short where a method takes many updates or epochs, and the
// factor of scale below its limit, where it is a constant.
func brief(names string) map[string]any {
	settings := map[string]any{}
	for _, name := range strings.Split(names, "+") {
		switch name {
		case "agg":
			settings["agg.inner"], settings["agg.window"] = 4, 2
		case "ae":
			settings["ae.epochs"] = 1
		case "scale":
			settings["scale.f_max"] = 1e6
		}
	}
	return settings
}

// fitted trains for sixty steps of six epochs.
func fitted(t *testing.T, names string, settings map[string]any, mode cvae.Mode) map[string][]float32 {
	t.Helper()
	values, err := methodtest.Fit(methodtest.Parts(t, names, settings, mode), mode, 10, 60)
	if err != nil {
		t.Fatalf("%s: %v", names, err)
	}
	return values
}

// TestRowsDiffer trains every row alike: no two end with the same parameters, so
// none is another under a second name.
func TestRowsDiffer(t *testing.T) {
	ends := map[string]map[string][]float32{}
	for _, m := range method.All() {
		ends[m.Name] = fitted(t, m.Name, brief(m.Name), cvae.Dialogue)
		for other, values := range ends {
			if other != m.Name && maps.EqualFunc(values, ends[m.Name], slices.Equal) {
				t.Errorf("%s and %s end with the same parameters", m.Name, other)
			}
		}
	}
}

// TestNeutralSettings: with settings under which a row adds nothing it is the
// plain VAE, bit for bit.
func TestNeutralSettings(t *testing.T) {
	for _, mode := range modes {
		vae := fitted(t, "vae", nil, mode)
		for name, settings := range map[string]map[string]any{
			"beta":     {"beta.weight": 1},
			"linear":   {"linear.start": 1},
			"cyclical": {"cyclical.start": 1},
			"freebits": {"freebits.lambda": 0},
			"mae":      {"mae.eta": 0, "mae.gamma": 0},
			"aggkl":    {"aggkl.beta": 1, "aggkl.lambda": 0},
			"mmd":      {"mmd.alpha": 0, "mmd.lambda": 1},
		} {
			if !maps.EqualFunc(vae, fitted(t, name, settings, mode), slices.Equal) {
				t.Errorf("%s mode: %s with %v is not the plain VAE", mode, name, settings)
			}
		}
	}
}

// TestCombinations draws sums of rows and their switches in both modes: each is
// refused in a sentence, or builds and makes three steps, in which training
// itself refuses every number that is not finite.
func TestCombinations(t *testing.T) {
	rows := method.All()
	built := 0
	rapid.Check(t, func(rt *rapid.T) {
		mode := rapid.SampledFrom(modes).Draw(rt, "mode")
		chosen := rapid.SliceOfNDistinct(rapid.IntRange(0, len(rows)-1), 1, 4, rapid.ID[int]).Draw(rt, "rows")
		var names []string
		for _, i := range chosen {
			names = append(names, rows[i].Name)
		}
		sum := strings.Join(names, "+")
		settings := brief(sum)
		for _, i := range chosen {
			for _, p := range rows[i].Parameters {
				if p.Choices != nil {
					settings[rows[i].Name+"."+p.Name] = rapid.SampledFrom(p.Choices).Draw(rt, p.Name)
				}
			}
		}
		parts, _, err := method.Compose(sum, settings, mode)
		if err != nil {
			if text := err.Error(); len(text) < 20 || strings.Contains(text, "\n") || !strings.Contains(text, "method") {
				rt.Fatalf("%s is refused with %q", sum, text)
			}
			return
		}
		built++
		if _, err := methodtest.Fit(parts, mode, 2, 3); err != nil {
			rt.Fatalf("%s in %s mode with %v: %v", sum, mode, settings, err)
		}
	})
	if built < 10 {
		t.Errorf("only %d combinations were not refused", built)
	}
}

// TestSwitchesDiffer trains every row with every choice of every switch: none is
// without effect.
func TestSwitchesDiffer(t *testing.T) {
	for _, m := range method.All() {
		for _, p := range m.Parameters {
			ends := map[string]map[string][]float32{}
			mode := cvae.Dialogue
			if p.Only != "" {
				mode = p.Only
			}
			for _, choice := range p.Choices {
				settings := brief(m.Name)
				settings[m.Name+"."+p.Name] = choice
				ends[choice] = fitted(t, m.Name, settings, mode)
				for other, values := range ends {
					if other != choice && maps.EqualFunc(values, ends[choice], slices.Equal) {
						t.Errorf("%s.%s: %s and %s end with the same parameters and buffers", m.Name, p.Name, other, choice)
					}
				}
			}
		}
	}
}

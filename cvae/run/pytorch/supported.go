package pytorch

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/method"
)

// An UnsupportedError says which setting of a run modeling_cvae.py does not rebuild.
type UnsupportedError struct{ Setting string }

func (e UnsupportedError) Error() string {
	return fmt.Sprintf("%s has no counterpart in %s; what it rebuilds is a recurrent decoder, one z for a response, and the posteriors plain, bn and scale", e.Setting, ModelingFile)
}

// known are the settings of a model that modeling_cvae.py rebuilds, whatever they are, and
// those that do not matter there, by group.
var known = map[string][]string{
	"encoder": {"cell", "embedding", "hidden", "bidirectional", "pool", "share", "start"},
	"context": {"hidden", "turns", "tokens", "floor"},
	"decoder": {"kind", "cell", "hidden", "tokens", "share_embedding", "latent_every_step", "start_tanh", "bias", "dropout_in", "dropout_out", "bag_of_words", "attention"},
	"latent":  {"dim", "prior", "recognition", "bias"},
	"init":    {"weights", "embedding"},
}

// supported refuses a model that modeling_cvae.py cannot rebuild, and names the setting. A
// setting that this package does not know is one of a newer model: it must be off.
func supported(c config.Config, parts method.Parts) error {
	if c.Model.Decoder.Kind != "rnn" {
		return UnsupportedError{"decoder.kind " + c.Model.Decoder.Kind}
	}
	settings, err := settingsOf(c)
	if err != nil {
		return err
	}
	for _, group := range []string{"condition", "context", "decoder", "encoder", "init", "latent"} {
		values, _ := settings[group].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if !slices.Contains(known[group], name) && on(values[name]) {
				return UnsupportedError{fmt.Sprintf("%s.%s", group, name)}
			}
		}
	}
	if parts.Refine.Steps > 0 {
		return UnsupportedError{"the refined posterior of method " + c.Method}
	}
	if kindOf(parts) == "" {
		return UnsupportedError{"the posterior of method " + parts.Method}
	}
	return nil
}

// on reports whether a setting asks for anything.
func on(value any) bool {
	v := reflect.ValueOf(value)
	return v.IsValid() && !v.IsZero() && !(v.Kind() == reflect.Slice && v.Len() == 0)
}

// The kinds of posterior that modeling_cvae.py has.
const (
	plain  = "plain" // N(μ, σ²) of the recognition network
	bn     = "bn"    // batch-normalised means
	scaled = "scale" // scaled means
)

// kindOf is the kind of a posterior; empty: none of them. Only its type says that it is
// plain, so that a method to come is refused and not taken for another.
func kindOf(p method.Parts) string {
	switch p.Posterior.(type) {
	case nil, cvae.GaussianPosterior:
		return plain
	}
	return map[string]string{"bn": bn, "scale": scaled, "twr": plain}[p.Method]
}

// settingsOf is config.yaml as JSON has it.
func settingsOf(c config.Config) (settings map[string]any, err error) {
	text, err := c.Marshal()
	if err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return settings, nil
}

// configOf is the inverse of settingsOf: JSON is YAML.
func configOf(settings map[string]any) (config.Config, error) {
	text, err := json.Marshal(settings)
	if err != nil {
		return config.Config{}, fmt.Errorf("reading the settings: %w", err)
	}
	return config.Parse(text)
}

package config

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/cvae-go/cvae/cvae/method"
)

// file is the content of config.yaml, where settings stand in a group for each
// method.
type file struct {
	Config `yaml:",inline"`
	Groups map[string]map[string]any `yaml:",inline"`
}

// Marshal is the content of config.yaml.
func (c Config) Marshal() ([]byte, error) {
	b, err := yaml.Marshal(file{c, c.Settings.Grouped()})
	if err != nil {
		return nil, fmt.Errorf("encoding the configuration: %w", err)
	}
	return b, nil
}

// Parse reads config.yaml. Unknown keys are errors, of methods when it is
// completed.
func Parse(b []byte) (Config, error) {
	var f file
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return f.Config, fmt.Errorf("reading the configuration: %w", err)
	}
	f.Settings = method.Settings{}
	for name, group := range f.Groups {
		for parameter, value := range group {
			f.Settings[name+"."+parameter] = value
		}
	}
	if rows, err := method.Parse(f.Method); err == nil { // else completing it says what is wrong
		rows.Earlier(f.Settings)
	}
	return f.Config, nil
}

// SameRun refuses a configuration that would make another run than saved. Both
// are complete.
func (c Config) SameRun(saved Config) error {
	was := maps.Collect(saved.withoutLimits().values())
	for key, value := range c.withoutLimits().values() {
		if !reflect.DeepEqual(value, was[key]) {
			return Error{fmt.Errorf("the run was started with another configuration (%s is now %v and was %v); a resumed run may change only max_epochs, max_steps, max_time, log_interval and threads", key, value, was[key])}
		}
	}
	return nil
}

// withoutLimits leaves out the settings that a resumed run may change.
func (c Config) withoutLimits() Config {
	c.MaxEpochs, c.MaxSteps, c.MaxTime, c.LogInterval, c.Kernels = 0, 0, 0, 0, ""
	c.Embedding.Found = 0
	return c
}

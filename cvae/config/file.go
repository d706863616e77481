package config

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/dialog/safe"
)

// file is the content of config.yaml, where settings stand in a group for each
// method.
type file struct {
	Config `yaml:",inline"`
	Groups map[string]map[string]any `yaml:",inline"`
}

// Marshal is the content of config.yaml, which only shows on a terminal, whatever the
// names of files and labels in it are.
func (c Config) Marshal() ([]byte, error) {
	var whole yaml.Node
	if err := whole.Encode(file{c, c.Settings.Grouped()}); err != nil {
		return nil, fmt.Errorf("encoding the configuration: %w", err)
	}
	quoteUnsafe(&whole)
	b, err := yaml.Marshal(&whole)
	if err != nil {
		return nil, fmt.Errorf("encoding the configuration: %w", err)
	}
	return []byte(safe.Text(string(b))), nil
}

// quoteUnsafe puts every scalar that does not only show into double quotes, where YAML
// has the escapes of Go.
func quoteUnsafe(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && safe.Text(n.Value) != n.Value {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, inner := range n.Content {
		quoteUnsafe(inner)
	}
}

// Parse reads config.yaml. Unknown keys are errors, of methods when it is
// completed.
func Parse(b []byte) (Config, error) {
	var f file
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return f.Config, fmt.Errorf("reading the configuration: %w", Explained(err))
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
// are complete. The corpus is left out: a run knows it by what it holds.
func (c Config) SameRun(saved Config) error {
	was := maps.Collect(saved.withoutLimits().values())
	for key, value := range c.withoutLimits().values() {
		if !reflect.DeepEqual(value, was[key]) {
			return Error{fmt.Errorf("the run was started with another configuration (%s is now %v and was %v); a resumed run may change only max_epochs, max_steps, max_time, log_interval and threads", key, shown(value), shown(was[key]))}
		}
	}
	return nil
}

// shown is a setting in a sentence.
func shown(value any) any {
	if reflect.ValueOf(value).IsZero() && reflect.TypeOf(value).Kind() == reflect.String {
		return "not set"
	}
	return value
}

// withoutLimits leaves out the settings that a resumed run may change.
func (c Config) withoutLimits() Config {
	c.MaxEpochs, c.MaxSteps, c.MaxTime, c.LogInterval, c.Kernels = 0, 0, 0, 0, ""
	c.Embedding.Found, c.Corpus = 0, ""
	return c
}

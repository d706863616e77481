// Package config is the configuration of a run: its settings, the presets that
// they begin with, and config.yaml.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/train"
)

// Config is everything that decides a run. The mapstructure names are the keys
// of config.yaml and --set.
type Config struct {
	Preset     string          `mapstructure:"preset" yaml:"preset"`
	Method     string          `mapstructure:"method" yaml:"method"` // NAME or NAME+NAME
	Seed       uint64          `mapstructure:"seed" yaml:"seed"`
	Corpus     string          `mapstructure:"corpus" yaml:"corpus"` // a path, or builtin
	Format     string          `mapstructure:"format" yaml:"format"` // empty: detected
	SkipBad    bool            `mapstructure:"skip_bad" yaml:"skip_bad"`
	Dedup      bool            `mapstructure:"dedup" yaml:"dedup"`
	Init       string          `mapstructure:"init_from" yaml:"init_from"` // a run whose parameters are the first ones
	Embedding  Embedding       `mapstructure:"embedding" yaml:"embedding"`
	Tokenizer  Tokenizer       `mapstructure:"tokenizer" yaml:"tokenizer"`
	Model      cvae.Config     `mapstructure:",squash" yaml:",inline"`
	Optimiser  train.Optimiser `mapstructure:"optimiser" yaml:"optimiser"`
	Batch      int             `mapstructure:"batch" yaml:"batch"`
	SameLength bool            `mapstructure:"same_length" yaml:"same_length"`
	// LengthWindow is how many batches' worth of examples are sorted by length
	// together. 0: 100, and 1, which is random batches, for methods with batch
	// statistics.
	LengthWindow int           `mapstructure:"length_window" yaml:"length_window"`
	MaxEpochs    int           `mapstructure:"max_epochs" yaml:"max_epochs"`
	MaxSteps     int           `mapstructure:"max_steps" yaml:"max_steps"`
	MaxTime      time.Duration `mapstructure:"max_time" yaml:"max_time"`
	LogInterval  int           `mapstructure:"log_interval" yaml:"log_interval"` // steps
	// Kernels is the kernel path that the run computes with.
	Kernels string `mapstructure:"kernels" yaml:"kernels"`
	// Methods are the settings of the joined methods: method, parameter, value.
	Methods map[string]map[string]any `mapstructure:",remain" yaml:",inline"`
}

// Embedding says where word embeddings begin.
type Embedding struct {
	// Init is a text file of word vectors, as GloVe has them, which the words
	// that it has begin as. Empty: none.
	Init string `mapstructure:"init" yaml:"init"`
	// Found is how many tokens the file had; the run records it.
	Found int `mapstructure:"found" yaml:"found"`
}

// Defaults is the configuration of a preset with method bn on the built-in
// corpus.
func Defaults(preset string) (Config, error) {
	p, err := FindPreset(preset)
	if err != nil {
		return Config{}, err
	}
	return Config{
		Preset: p.Name, Method: "bn", Seed: 1, Corpus: "builtin", Tokenizer: p.Tokenizer, Model: p.Model,
		Optimiser: p.Optimiser, Batch: p.Batch, SameLength: p.SameLength, MaxEpochs: p.MaxEpochs, MaxTime: p.MaxTime,
		LogInterval: p.Interval, Methods: nested(p.Methods),
	}, nil
}

// nested turns method.parameter keys into maps of maps.
func nested(flat map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	for key, v := range flat {
		m, p, _ := bytes.Cut([]byte(key), []byte("."))
		if out[string(m)] == nil {
			out[string(m)] = map[string]any{}
		}
		out[string(m)][string(p)] = v
	}
	return out
}

// Resolve checks the configuration and completes the settings of its methods,
// leaving out those of methods it does not use. It returns the parts to build.
func (c *Config) Resolve() (method.Parts, error) {
	c.Model = c.Model.Complete()
	if err := c.Model.Validate(); err != nil {
		return method.Parts{}, err
	}
	if err := c.Optimiser.Validate(); err != nil {
		return method.Parts{}, err
	}
	if err := c.validate(); err != nil {
		return method.Parts{}, err
	}
	given := map[string]any{}
	for m, settings := range c.Methods {
		if _, err := method.Find(m); err != nil {
			return method.Parts{}, unknownKey(m)
		}
		for p, v := range settings {
			given[m+"."+p] = v
		}
	}
	parts, complete, err := method.Compose(c.Method, relevant(given, c.Method), c.Model.Mode)
	if err != nil {
		return method.Parts{}, err
	}
	c.Methods = nested(complete)
	if parts.SeparateInference {
		c.Model = c.Model.SeparateInference()
	}
	if c.LengthWindow == 0 {
		c.LengthWindow = train.LengthWindow
		if parts.MinBatch() > 0 {
			c.LengthWindow = 1
		}
	}
	return parts, nil
}

func (c Config) validate() error {
	switch {
	case c.Batch < 2 || c.Batch > 1<<16:
		return fmt.Errorf("batch is %d; it must be from 2 to %d", c.Batch, 1<<16)
	case c.MaxEpochs < 0 || c.MaxSteps < 0 || c.MaxTime < 0:
		return errors.New("max_epochs, max_steps and max_time must not be negative; 0 is no limit")
	case c.LengthWindow < 0:
		return fmt.Errorf("length_window is %d; it must be at least 1 batch, or 0 for the method's default", c.LengthWindow)
	case c.Model.Context.Persona && c.Model.Mode == cvae.Text:
		return errors.New("context.persona puts the persona of the responding speaker before the context, and mode text has no context; leave it out")
	case c.LogInterval < 1:
		return fmt.Errorf("log_interval is %d; it must be at least 1 step", c.LogInterval)
	}
	if err := c.validateEmbedding(); err != nil {
		return err
	}
	return c.Tokenizer.validate()
}

func (c Config) validateEmbedding() error {
	if c.Embedding.Init != "" && c.Init != "" {
		return errors.New("embedding.init and init_from both give the first word embeddings; leave one of them out")
	}
	return nil
}

// relevant keeps the settings of the joined methods.
func relevant(given map[string]any, names string) map[string]any {
	out := map[string]any{}
	for key, v := range given {
		m, _, _ := bytes.Cut([]byte(key), []byte("."))
		if uses(names, string(m)) {
			out[key] = v
		}
	}
	return out
}

func uses(names, name string) bool {
	for _, n := range bytes.Split([]byte(names), []byte("+")) {
		if string(bytes.TrimSpace(n)) == name {
			return true
		}
	}
	return false
}

// An Error says that a run cannot be made as configured.
type Error struct{ Err error }

func (e Error) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e Error) Unwrap() error { return e.Err }

// An UnknownKeyError names a configuration key that does not exist.
type UnknownKeyError struct{ Key string }

func (e UnknownKeyError) Error() string {
	return fmt.Sprintf("unknown configuration key %q", e.Key)
}

func unknownKey(key string) error { return UnknownKeyError{key} }

// Marshal is the content of config.yaml.
func (c Config) Marshal() ([]byte, error) {
	b, err := yaml.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encoding the configuration: %w", err)
	}
	return b, nil
}

// Parse reads config.yaml. Unknown keys are errors.
func Parse(b []byte) (Config, error) {
	var c Config
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("reading the configuration: %w", err)
	}
	return c, nil
}

// withoutLimits leaves out the settings that a resumed run may change.
func (c Config) withoutLimits() Config {
	c.MaxEpochs, c.MaxSteps, c.MaxTime, c.LogInterval, c.Kernels = 0, 0, 0, 0, ""
	c.Embedding.Found = 0
	return c
}

// SameRun refuses a configuration that would make another run than saved.
func (c Config) SameRun(saved Config) error {
	a, b := c.withoutLimits(), saved.withoutLimits()
	if !reflect.DeepEqual(a, b) {
		return Error{Err: fmt.Errorf("the run was started with another configuration (%s); a resumed run may change only max_epochs, max_steps, max_time, log_interval and threads", difference("", reflect.ValueOf(a), reflect.ValueOf(b)))}
	}
	return nil
}

// difference names the first setting in which two configurations differ.
func difference(prefix string, a, b reflect.Value) string {
	for i := range a.NumField() {
		x, y := a.Field(i), b.Field(i)
		if reflect.DeepEqual(x.Interface(), y.Interface()) {
			continue
		}
		key, _, inline := strings.Cut(a.Type().Field(i).Tag.Get("yaml"), ",")
		switch {
		case inline && x.Kind() == reflect.Struct:
			return difference(prefix, x, y)
		case x.Kind() == reflect.Struct:
			return difference(prefix+key+".", x, y)
		case x.Kind() == reflect.Map:
			return differentSetting(x.Interface().(map[string]map[string]any), y.Interface().(map[string]map[string]any))
		}
		return fmt.Sprintf("%s%s is now %v and was %v", prefix, key, x, y)
	}
	return "no setting differs"
}

// differentSetting names the first method setting that differs.
func differentSetting(a, b map[string]map[string]any) string {
	for _, m := range slices.Sorted(maps.Keys(a)) {
		for _, p := range slices.Sorted(maps.Keys(a[m])) {
			if x, y := a[m][p], b[m][p]; !reflect.DeepEqual(x, y) {
				return fmt.Sprintf("%s.%s is now %v and was %v", m, p, x, y)
			}
		}
	}
	return "a setting of the method is gone"
}

// Package config is the configuration of a run: its settings, the presets that
// they begin with, and config.yaml.
package config

import (
	"maps"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/train"
)

// Config is everything that decides a run. The yaml names are the keys of
// config.yaml and --set.
type Config struct {
	Preset     string `yaml:"preset"`
	Method     string `yaml:"method"` // NAME or NAME+NAME
	Seed       uint64 `yaml:"seed"`
	Corpus     string `yaml:"corpus"` // a path, or builtin
	Reading    `yaml:",inline"`
	Init       string          `yaml:"init_from"` // a run whose parameters are the first ones
	Embedding  Embedding       `yaml:"embedding"`
	Tokenizer  Tokenizer       `yaml:"tokenizer"`
	Model      cvae.Config     `yaml:",inline"`
	Optimiser  train.Optimiser `yaml:"optimiser"`
	Batch      int             `yaml:"batch"`
	SameLength bool            `yaml:"same_length"`
	// LengthWindow is how many batches' worth of examples are sorted by length
	// together. 0: 100, and 1, which is random batches, for methods that compare
	// the examples of a batch; then same_length is false.
	LengthWindow int `yaml:"length_window"`
	// KeepBatches draws random batches once, for all epochs. BatchLabel names a
	// label of the corpus: each batch has examples of one value of it. With
	// either, same_length and length_window do nothing. They are omitted where
	// they are not set, so that the files and the hashes of other runs stay.
	KeepBatches bool          `yaml:"keep_batches,omitempty" json:",omitempty"`
	BatchLabel  string        `yaml:"batch_label,omitempty" json:",omitempty"`
	Train       Train         `yaml:"train,omitempty" json:",omitzero"`
	MaxEpochs   int           `yaml:"max_epochs"`
	MaxSteps    int           `yaml:"max_steps"`
	MaxTime     time.Duration `yaml:"max_time"`
	LogInterval int           `yaml:"log_interval"` // steps
	// Kernels is the kernel path that the run computes with.
	Kernels string `yaml:"kernels"`
	// Settings are those of the methods.
	Settings method.Settings `yaml:"-"`
}

// Reading says how the corpus is read. Its zero value detects the format. Keys that are
// newer than the first runs stand in config.yaml only where they are set.
type Reading struct {
	Format   string `yaml:"format"`             // empty: detected
	Map      string `yaml:"map,omitempty"`      // where turns are, as in cvae corpus show --map
	Encoding string `yaml:"encoding,omitempty"` // of text files; empty: by a byte order mark, or UTF-8
	// Gap is the pause that ends a conversation in a log of chat; 0: 3 hours.
	Gap     time.Duration `yaml:"gap,omitempty"`
	Clean   bool          `yaml:"clean,omitempty"` // take tags and annotations out of turns
	SkipBad bool          `yaml:"skip_bad"`
	Dedup   bool          `yaml:"dedup"`
}

// Train says how steps are computed, where that changes their bits.
type Train struct {
	// Shards is into how many parts every batch is cut, so that the same bits come from
	// any number of ranks: 0, not at all, or 8.
	Shards int `yaml:"shards"`
	// Precision is that of the matrix products of a step: fp32, the default, or bf16,
	// which rounds what is multiplied to bfloat16. Sums, parameters and optimiser are
	// float32, and validation is computed in fp32. fp32 is left out of config.yaml.
	Precision cvae.Precision `yaml:"precision,omitempty" json:",omitempty"`
	// Exchange is the share of the training examples whose earlier turns a turn of another
	// example takes the place of; see [train.Options]. Left out of config.yaml where it is 0.
	Exchange float64 `yaml:"exchange,omitempty" json:",omitempty"`
}

// Embedding says where word embeddings begin.
type Embedding struct {
	// Init is a text file of word vectors, as GloVe has them, which the words
	// that it has begin as. Empty: none.
	Init string `yaml:"init"`
	// Found is how many tokens the file had; the run records it.
	Found int `yaml:"found"`
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
		LogInterval: p.Interval, Settings: maps.Clone(p.Settings),
	}, nil
}

// Adapt chooses methods, with the settings of the run that they have in the place of
// the preset's.
func (c *Config) Adapt(names string) error {
	sum, err := method.Parse(names)
	if err != nil {
		return setting.Of("method", err)
	}
	c.Method = names
	for _, m := range sum {
		for key, value := range m.Config {
			if err := c.Set(key, value); err != nil {
				return setting.Refuse("method", "%s: %w", m.Name, err)
			}
		}
	}
	return nil
}

// Resolve completes the configuration, checks it and builds the parts that its
// methods decide.
func (c *Config) Resolve() (method.Parts, error) {
	if err := c.Complete(); err != nil {
		return method.Parts{}, err
	}
	if err := c.Validate(); err != nil {
		return method.Parts{}, err
	}
	parts, err := c.Build()
	if err != nil {
		return parts, err
	}
	return parts, setting.Of("method", parts.Check(c.Model))
}

// Complete fills in what is left to the methods and to other settings, and
// leaves out the settings of methods that are not used. Settings of methods are
// checked as they are read.
func (c *Config) Complete() error {
	c.Model = c.Model.Complete()
	if c.Train.Precision == cvae.FP32 {
		c.Train.Precision = "" // as runs have it that are older than the key
	}
	sum, err := method.Parse(c.Method)
	if err != nil {
		return setting.Of("method", err)
	}
	given := method.Settings{}
	for key, value := range c.Settings {
		name, _, _ := strings.Cut(key, ".")
		if _, err := method.Find(name); err != nil {
			return UnknownKeyError{name}
		}
		if sum.Has(name) {
			given[key] = value
		}
	}
	if c.Settings, err = sum.Complete(given, c.Model.Mode); err != nil {
		return err
	}
	if sum.SeparateInference() {
		c.Model = c.Model.SeparateInference()
	}
	if c.LengthWindow == 0 {
		c.LengthWindow = train.LengthWindow
		if sum.Compares() { // random batches, whatever the preset
			c.LengthWindow, c.SameLength = 1, false
		}
	}
	if c.KeepBatches || c.BatchLabel != "" {
		c.LengthWindow, c.SameLength = 1, false
	}
	return nil
}

// Validate refuses a complete configuration that cannot be trained, naming the
// key.
func (c Config) Validate() error {
	if err := c.Model.Validate(); err != nil {
		return err
	}
	if err := c.Optimiser.Validate(); err != nil {
		return err
	}
	switch {
	case c.Batch < 2 || c.Batch > 1<<16:
		return setting.Refuse("batch", "is %d; it must be from 2 to %d", c.Batch, 1<<16)
	case c.Train.Shards != 0 && c.Train.Shards != cvae.Shards:
		return setting.Refuse("train.shards", "is %d; it must be 0, or %d to cut every batch for ranks", c.Train.Shards, cvae.Shards)
	case c.Train.Shards > 0 && c.Batch < 2*cvae.Shards:
		return setting.Refuse("batch", "is %d; %d shards of at least 2 examples need %d", c.Batch, cvae.Shards, 2*cvae.Shards)
	case c.Train.Precision != "" && c.Train.Precision != cvae.BF16:
		return setting.Refuse("train.precision", "is %q; it must be fp32 or bf16", c.Train.Precision)
	case !(c.Train.Exchange >= 0 && c.Train.Exchange <= 1):
		return setting.Refuse("train.exchange", "is %v; it is a share of the examples, from 0 to 1", c.Train.Exchange)
	case c.Train.Exchange > 0 && (c.Model.Mode == cvae.Text || c.Model.Context.Turns < 2 || c.Model.Context.Persona):
		return setting.Refuse("train.exchange", "exchanges the turns before the last; it needs mode dialogue, context.turns of 2 or more and no context.persona")
	case c.MaxEpochs < 0:
		return setting.Refuse("max_epochs", "is %d; it must not be negative, and 0 is no limit", c.MaxEpochs)
	case c.MaxSteps < 0:
		return setting.Refuse("max_steps", "is %d; it must not be negative, and 0 is no limit", c.MaxSteps)
	case c.MaxTime < 0:
		return setting.Refuse("max_time", "is %v; it must not be negative, and 0 is no limit", c.MaxTime)
	case c.Gap < 0:
		return setting.Refuse("gap", "is %v; it must be longer than 0, or 0 for 3 hours", c.Gap)
	case c.LengthWindow < 0:
		return setting.Refuse("length_window", "is %d; it must be at least 1 batch, or 0 for the method's default", c.LengthWindow)
	case c.Model.Context.Persona && c.Model.Mode == cvae.Text:
		return setting.Refuse("context.persona", "puts the persona of the responding speaker before the context, and mode text has no context; leave it out")
	case c.LogInterval < 1:
		return setting.Refuse("log_interval", "is %d; it must be at least 1 step", c.LogInterval)
	case c.Embedding.Init != "" && c.Init != "":
		return setting.Refuse("embedding.init", "and init_from both give the first word embeddings; leave one of them out")
	}
	return c.Tokenizer.validate()
}

// Build makes the parts of a complete configuration, fresh ones at each call.
func (c Config) Build() (method.Parts, error) {
	sum, err := method.Parse(c.Method)
	if err != nil {
		return method.Parts{}, err
	}
	parts, err := sum.Build(c.Settings, c.Model.Mode)
	return parts, setting.Of("method", err)
}

// A KeyError says which setting of a configuration is refused.
type KeyError = setting.Error

// An Error says that a run cannot be made as configured.
type Error struct{ Err error }

func (e Error) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e Error) Unwrap() error { return e.Err }

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/tokenize"
)

// settings is where a configuration comes from, weakest first: the preset, the
// defaults of the method, File, the environment, Set, Flags.
type settings struct {
	File  string         // --config
	Set   []string       // --set key=value
	Flags map[string]any // flags that were given, by key
	// Sealed leaves the environment out.
	Sealed bool
}

// fresh is the configuration of a new run. The preset decides the defaults of
// the rest: it is the one that is named, or else small with a corpus and tiny
// without. A run that begins with another, and names no preset, has its shape.
func (s settings) fresh() (config.Config, error) {
	given, err := s.layers()
	if err != nil {
		return config.Config{}, err
	}
	preset := given.GetString("preset")
	if corpus := given.GetString("corpus"); preset == "" {
		preset = "tiny"
		if corpus != "" && corpus != "builtin" {
			preset = "small"
		}
	}
	defaults, err := config.Defaults(preset)
	if err != nil {
		return defaults, usageError{err}
	}
	if from := given.GetString("init_from"); from != "" && given.GetString("preset") == "" {
		if defaults.Model, err = shapeOf(from, defaults.Model); err != nil {
			return defaults, err
		}
	}
	if names := given.GetString("method"); names != "" {
		if err := defaults.Adapt(names); err != nil {
			return defaults, usageError{err}
		}
	}
	return laid(given, defaults)
}

// shapeOf is the shape of the model of a run that another begins with, whose parameters
// fit no other. What it is told besides contexts is the new run's own. Where there is no
// run it is the usual one: what reads the parameters says what is wrong.
func shapeOf(name string, usual cvae.Config) (cvae.Config, error) {
	c, err := run.StartOf(name).Config()
	if errors.Is(err, run.ErrNoRun) {
		return usual, nil
	}
	if err != nil {
		return usual, fmt.Errorf("starting from run %s: %w", name, err)
	}
	c.Model.Condition = usual.Condition
	return c.Model, nil
}

// over lays the settings over those of a saved run.
func (s settings) over(saved config.Config) (config.Config, error) {
	given, err := s.layers()
	if err != nil {
		return saved, err
	}
	return laid(given, saved)
}

// laid lays what is given over a configuration.
func laid(given *viper.Viper, base config.Config) (config.Config, error) {
	c := base
	for _, key := range config.Keys() {
		if value := given.Get(key); value != nil {
			if err := c.Set(key, value); err != nil {
				return base, usageError{err}
			}
		}
	}
	return c, nil
}

// layers stacks the settings. Values keep the type that their source gave them.
func (s settings) layers() (*viper.Viper, error) {
	known := config.Keys()
	v := viper.New()
	if err := s.readFile(v, known); err != nil {
		return nil, err
	}
	if !s.Sealed {
		if err := bindEnvironment(v, known); err != nil {
			return nil, err
		}
	}
	for _, assignment := range s.Set {
		key, value, ok := strings.Cut(assignment, "=")
		if !ok {
			return nil, usagef("--set %s: it must be key=value", assignment)
		}
		if err := checkKey(key, known, "--set"); err != nil {
			return nil, err
		}
		v.Set(key, value)
	}
	for key, value := range s.Flags {
		v.Set(key, value)
	}
	return v, nil
}

// readFile reads --config into v.
func (s settings) readFile(v *viper.Viper, known []string) error {
	if s.File == "" {
		return nil
	}
	file := viper.New()
	file.SetConfigFile(s.File)
	if !slices.Contains(viper.SupportedExts, strings.TrimPrefix(filepath.Ext(s.File), ".")) {
		file.SetConfigType("yaml")
	}
	text, err := s.text()
	if err == nil {
		err = file.ReadConfig(bytes.NewReader(text))
	}
	if err != nil {
		return usageError{fmt.Errorf("reading --config %s: %w", s.File, config.Explained(err))}
	}
	for _, key := range file.AllKeys() {
		if file.Get(key) == nil {
			continue // a group or a key without a value says nothing
		}
		if err := checkKey(key, known, ""); err != nil {
			return err
		}
	}
	return v.MergeConfigMap(file.AllSettings())
}

// mostConfig is the most bytes of a file of settings.
const mostConfig = 1 << 20

// text is what stands in File, whatever byte order mark it begins with.
func (s settings) text() ([]byte, error) {
	b, err := regular.Read(s.File, mostConfig)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(tokenize.Decoded(bytes.NewReader(b)))
}

// located says of an error about a setting where in --config that stands, if its value
// comes from there.
func (s settings) located(err error) error {
	key := keyOf(err)
	text, fault := s.text()
	if key == "" || s.File == "" || fault != nil {
		return err
	}
	line := config.LineOf(text, key)
	_, flagged := s.Flags[key]
	set := slices.ContainsFunc(s.Set, func(a string) bool { return strings.HasPrefix(strings.ToLower(a), key+"=") })
	if line == 0 || flagged || set || !s.Sealed && os.Getenv(variable(key)) != "" {
		return err
	}
	return fmt.Errorf("%s:%d: %w", s.File, line, err)
}

// keyOf is the key that an error is about; empty: none.
func keyOf(err error) string {
	var unknown config.UnknownKeyError
	var refused config.KeyError
	var option corpora.OptionError
	switch {
	case errors.As(err, &unknown):
		return strings.ToLower(unknown.Key)
	case errors.As(err, &refused):
		return refused.Key
	case errors.As(err, &option):
		return option.Option
	}
	return ""
}

// checkKey refuses a key that no configuration has; source says where it stands, empty:
// [settings.located] does.
func checkKey(key string, known []string, source string) error {
	if slices.Contains(known, strings.ToLower(key)) {
		return nil
	}
	if source != "" {
		source += ": "
	}
	group := strings.ToLower(key) + "."
	if i := slices.IndexFunc(known, func(k string) bool { return strings.HasPrefix(k, group) }); i >= 0 {
		return usageError{fmt.Errorf("%s%w: it is a group of settings, such as %s", source, config.UnknownKeyError{Key: key}, known[i])}
	}
	return usageError{fmt.Errorf("%s%w%s", source, config.UnknownKeyError{Key: key}, didYouMean("", nearest(strings.ToLower(key), known)))}
}

// prefix begins the environment variables that set keys.
const prefix = "CVAE_"

// variable is the environment variable of a key.
func variable(key string) string {
	return prefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key))
}

// bindEnvironment adds what the environment sets.
func bindEnvironment(v *viper.Viper, known []string) error {
	for _, key := range known {
		if err := v.BindEnv(key, variable(key)); err != nil {
			return err
		}
	}
	return checkEnvironment(known)
}

// environment lists the variables that set keys.
func environment() (set []string) {
	for _, key := range config.Keys() {
		if os.Getenv(variable(key)) != "" {
			set = append(set, variable(key))
		}
	}
	return set
}

// checkEnvironment refuses variables that look like a slip of a key's.
func checkEnvironment(known []string) error {
	var names []string
	for _, key := range known {
		names = append(names, variable(key))
	}
	for _, assignment := range os.Environ() {
		name, _, _ := strings.Cut(assignment, "=")
		if !strings.HasPrefix(name, prefix) || slices.Contains(names, name) {
			continue
		}
		if near := nearest(name, names); near != "" && distance(name, near) <= 2 {
			return usagef("unknown environment variable %s; did you mean %s?", name, near)
		}
	}
	return nil
}

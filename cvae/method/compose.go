package method

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/cvae"
)

// Settings are the values of all parameters of the joined methods by key,
// <method>.<parameter>.
type Settings map[string]any

// Compose builds the parts of NAME or NAME+NAME+…, joining rows that set
// different axes. given overrides defaults; keys that no joined method has are
// refused. It returns the complete settings beside the parts.
func Compose(names string, given map[string]any, mode cvae.Mode) (Parts, Settings, error) {
	var joined Parts
	var rows []joining
	settings, owner := Settings{}, map[string]string{}
	rest := map[string]any{}
	for k, v := range given {
		rest[k] = v
	}
	for _, name := range strings.Split(names, "+") {
		m, err := Find(strings.TrimSpace(name))
		if err != nil {
			return joined, nil, err
		}
		values, err := m.values(rest, mode)
		if err != nil {
			return joined, nil, err
		}
		parts, err := m.Build(values, mode)
		if err != nil {
			return joined, nil, fmt.Errorf("method %s: %w", m.Name, err)
		}
		if err := join(&joined, parts, m.Name, owner); err != nil {
			return joined, nil, err
		}
		for k, v := range values {
			settings[m.Name+"."+k] = v
		}
		rows = append(rows, joining{m, values})
	}
	for key := range rest {
		return joined, nil, fmt.Errorf("%s is not a setting of method %s; see cvae methods", key, names)
	}
	return joined, settings, check(joined, rows, names)
}

// joining is one row of a join with its settings.
type joining struct {
	Method
	values Values
}

// values completes the settings of m from given, which loses those it uses.
func (m Method) values(given map[string]any, mode cvae.Mode) (Values, error) {
	m.modernise(given)
	v := Values{}
	for _, p := range m.Parameters {
		key := m.Name + "." + p.Name
		value, ok := given[key]
		if !ok {
			value = p.Default(mode)
		}
		delete(given, key)
		checked, err := p.check(key, value)
		if err != nil {
			return nil, err
		}
		v[p.Name] = checked
	}
	return v, nil
}

// modernise gives the settings of earlier versions in given their present names.
func (m Method) modernise(given map[string]any) {
	for name, words := range m.Former {
		key := m.Name + "." + name
		word, ok := given[key].(string)
		if !ok || words[word] == nil {
			continue
		}
		delete(given, key)
		for now, value := range words[word] {
			if _, set := given[m.Name+"."+now]; !set {
				given[m.Name+"."+now] = value
			}
		}
	}
}

// check converts a value to a number in range or one of the choices.
func (p Parameter) check(key string, value any) (any, error) {
	if p.Choices != nil {
		word, ok := value.(string)
		if b, isBool := value.(bool); isBool { // YAML reads on and off as booleans
			word, ok = map[bool]string{true: "on", false: "off"}[b], true
		}
		if !ok || !slices.Contains(p.Choices, word) {
			return nil, fmt.Errorf("%s is %v; it must be one of %s", key, value, strings.Join(p.Choices, ", "))
		}
		return word, nil
	}
	var n float64
	switch v := value.(type) {
	case float64:
		n = v
	case int:
		n = float64(v)
	case string:
		var err error
		if n, err = strconv.ParseFloat(v, 64); err != nil {
			return nil, fmt.Errorf("%s is %q; it must be a number", key, v)
		}
	default:
		return nil, fmt.Errorf("%s is %v; it must be a number", key, value)
	}
	if !(n >= p.Min && n <= p.Max) {
		return nil, fmt.Errorf("%s is %g; it must be from %g to %g", key, n, p.Min, p.Max)
	}
	return n, nil
}

// join adds the axes that parts sets to all, refusing one that is set twice.
func join(all *Parts, parts Parts, name string, owner map[string]string) error {
	axes := []struct {
		axis string
		set  bool
		copy func()
	}{
		{"the latent variable", parts.NoLatent, func() { all.NoLatent, all.NoContext = true, parts.NoContext }},
		{"the posterior", parts.Posterior != nil, func() { all.Posterior, all.Method = parts.Posterior, name }},
		{"the rate", parts.Rate != nil, func() { all.Rate = parts.Rate }},
		{"the bag of words", parts.Decoder.BagOfWords > 0, func() { all.Decoder.BagOfWords = parts.Decoder.BagOfWords }},
		{"the skip connections", parts.Decoder.Skip, func() { all.Decoder.Skip = true }},
		{"the word dropout", parts.Decoder.WordDropout > 0, func() { all.Decoder.WordDropout = parts.Decoder.WordDropout }},
		{"fraternal dropout", parts.Decoder.Fraternal > 0, func() { all.Decoder.Fraternal, all.Decoder.Dropout = parts.Decoder.Fraternal, parts.Decoder.Dropout }},
		{"the schedule", parts.Schedule != nil, func() { all.Schedule = parts.Schedule }},
		{"the strategy", parts.Strategy != nil, func() { all.Strategy, all.SeparateInference = parts.Strategy, parts.SeparateInference }},
		{"the phases", parts.Phases != nil, func() { all.Phases = parts.Phases }},
	}
	for _, a := range axes {
		if !a.set {
			continue
		}
		if first, taken := owner[a.axis]; taken {
			return fmt.Errorf("methods %s and %s both set %s; choose one", first, name, a.axis)
		}
		owner[a.axis] = name
		a.copy()
	}
	return nil
}

// check refuses combinations that make no sense, and those in which a row does
// nothing.
func check(p Parts, rows []joining, names string) error {
	if p.NoLatent && (p.Posterior != nil || p.Rate != nil || p.Schedule != nil || p.Strategy != nil || p.Phases != nil || p.Decoder.BagOfWords > 0 || p.Decoder.Skip) {
		return fmt.Errorf("method %s has no latent variable for the others to act on", names)
	}
	for _, row := range rows {
		if row.Joined == nil {
			continue
		}
		if err := row.Joined(row.values, p); err != nil {
			return fmt.Errorf("method %s: %w", names, err)
		}
	}
	return nil
}

// weighed refuses a schedule for a KL that the loss weighs by 0.
func weighed(all Parts, weight float64, cure string) error {
	if weight == 0 && all.Schedule != nil {
		return fmt.Errorf("the schedule weighs the KL of each posterior, which is not in this loss; set %s", cure)
	}
	return nil
}

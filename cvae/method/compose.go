package method

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/setting"
)

// Settings are the values of parameters by key, <method>.<parameter>.
type Settings map[string]any

// Grouped is the settings by method and parameter, as config.yaml has them.
func (s Settings) Grouped() map[string]map[string]any {
	groups := map[string]map[string]any{}
	for key, value := range s {
		name, parameter, _ := strings.Cut(key, ".")
		if groups[name] == nil {
			groups[name] = map[string]any{}
		}
		groups[name][parameter] = value
	}
	return groups
}

// A Sum is the rows of NAME or NAME+NAME+…, which set different axes.
type Sum []Method

// Parse finds the rows that names joins.
func Parse(names string) (sum Sum, err error) {
	for _, name := range strings.Split(names, "+") {
		m, err := Find(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		sum = append(sum, m)
	}
	return sum, nil
}

// Earlier adds to the settings of a saved run those that did not exist when it was
// saved.
func (s Sum) Earlier(saved Settings) {
	for _, m := range s {
		for _, p := range m.Parameters {
			key := m.Name + "." + p.Name
			if _, set := saved[key]; !set && p.Earlier != nil {
				saved[key] = p.Earlier
			}
		}
	}
}

// String is the names as they are typed.
func (s Sum) String() string {
	names := make([]string, len(s))
	for i, m := range s {
		names[i] = m.Name
	}
	return strings.Join(names, "+")
}

// Has reports whether the method of that name is one of the rows.
func (s Sum) Has(name string) bool {
	return slices.ContainsFunc(s, func(m Method) bool { return m.Name == name })
}

// Compares reports whether a row compares the examples of a batch.
func (s Sum) Compares() bool {
	return slices.ContainsFunc(s, func(m Method) bool { return m.Compares })
}

// SeparateInference reports whether a row asks for it.
func (s Sum) SeparateInference() bool {
	return slices.ContainsFunc(s, func(m Method) bool { return m.SeparateInference })
}

// Complete is given with the defaults of all other settings. It refuses values
// out of range, and keys that no row has.
func (s Sum) Complete(given Settings, mode cvae.Mode) (Settings, error) {
	complete, rest := Settings{}, maps.Clone(given)
	for _, m := range s {
		values, err := m.values(rest, mode)
		if err != nil {
			return nil, err
		}
		for name, value := range values {
			complete[m.Name+"."+name] = value
		}
	}
	if unknown := slices.Sorted(maps.Keys(rest)); len(unknown) > 0 {
		return nil, setting.Refuse(unknown[0], "is not a setting of method %s; see cvae methods", s)
	}
	return complete, nil
}

// Build makes the parts of the rows from complete settings.
func (s Sum) Build(complete Settings, mode cvae.Mode) (Parts, error) {
	joined, owner := Parts{SeparateInference: s.SeparateInference()}, map[string]string{}
	var rows []joining
	for _, m := range s {
		values := Values{}
		for _, p := range m.Parameters {
			values[p.Name] = complete[m.Name+"."+p.Name]
		}
		parts, err := m.Build(values, mode)
		if err != nil {
			return joined, setting.Refuse("method", "%s: %w", m.Name, err)
		}
		if err := join(&joined, parts, m.Name, owner); err != nil {
			return joined, err
		}
		rows = append(rows, joining{m, values})
	}
	if joined.Schedule == nil {
		joined.Schedule = joined.Anneal
	}
	return joined, check(joined, rows, s.String())
}

// Compose parses, completes and builds in one call.
func Compose(names string, given Settings, mode cvae.Mode) (Parts, Settings, error) {
	sum, err := Parse(names)
	if err != nil {
		return Parts{}, nil, err
	}
	complete, err := sum.Complete(given, mode)
	if err != nil {
		return Parts{}, nil, err
	}
	parts, err := sum.Build(complete, mode)
	return parts, complete, err
}

// joining is one row of a join with its settings.
type joining struct {
	Method
	values Values
}

// values completes the settings of m from given, which loses those it uses.
func (m Method) values(given Settings, mode cvae.Mode) (Values, error) {
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
func (m Method) modernise(given Settings) {
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
			return nil, setting.Refuse(key, "is %v; it must be one of %s", value, strings.Join(p.Choices, ", "))
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
			return nil, setting.Refuse(key, "is %q; it must be a number", v)
		}
	default:
		return nil, setting.Refuse(key, "is %v; it must be a number", value)
	}
	if !(n >= p.Min && n <= p.Max) {
		return nil, setting.Refuse(key, "is %g; it must be from %g to %g", n, p.Min, p.Max)
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
		{"the posterior", parts.Posterior != nil, func() { all.Posterior, all.Method, all.FanIn = parts.Posterior, name, parts.FanIn }},
		{"the rate", parts.Rate != nil, func() { all.Rate = parts.Rate }},
		{"the bag of words", parts.Decoder.BagOfWords > 0, func() { all.Decoder.BagOfWords = parts.Decoder.BagOfWords }},
		{"the skip connections", parts.Decoder.Skip, func() { all.Decoder.Skip = true }},
		{"the word dropout", parts.Decoder.WordDropout > 0, func() { all.Decoder.WordDropout = parts.Decoder.WordDropout }},
		{"the second pass of the decoder", parts.Decoder.Fraternal > 0 || parts.Decoder.Denoise > 0, func() {
			all.Decoder.Fraternal, all.Decoder.Dropout, all.Decoder.Denoise = parts.Decoder.Fraternal, parts.Decoder.Dropout, parts.Decoder.Denoise
		}},
		{"the refinement", parts.Refine.Steps > 0, func() { all.Refine = parts.Refine }},
		{"the schedule", parts.Schedule != nil, func() { all.Schedule = parts.Schedule }},
		{"the strategy", parts.Strategy != nil, func() { all.Strategy = parts.Strategy }},
		{"the phases", parts.Phases != nil, func() { all.Phases = parts.Phases }},
		{"the closing phase", parts.Closing != nil, func() { all.Closing = parts.Closing }},
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
	if all.Anneal == nil {
		all.Anneal = parts.Anneal
	}
	return nil
}

// check refuses combinations that make no sense, and those in which a row does
// nothing.
func check(p Parts, rows []joining, names string) error {
	if p.NoLatent && (p.Posterior != nil || p.Rate != nil || p.Schedule != nil || p.Strategy != nil || p.Phases != nil || p.Decoder.BagOfWords > 0 || p.Decoder.Skip) {
		return setting.Refuse("method", "%s has no latent variable for the others to act on", names)
	}
	for _, row := range rows {
		if row.Joined == nil {
			continue
		}
		if err := row.Joined(row.values, p); err != nil {
			return setting.Refuse("method", "%s: %w", names, err)
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

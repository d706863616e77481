package config

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// LineOf is the line, from 1, in which a file of settings has a key, such as latent.dim,
// in groups or by its whole name; 0: it has none.
func LineOf(text []byte, key string) int {
	var document yaml.Node
	if yaml.Unmarshal(text, &document) != nil || len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return lineOfAssignment(text, key)
	}
	return lineIn(document.Content[0], key)
}

// lineIn is that in a group of a YAML file, which has the rest of the key.
func lineIn(group *yaml.Node, key string) int {
	if group.Kind != yaml.MappingNode {
		return 0
	}
	name, rest, grouped := strings.Cut(key, ".")
	for i := 0; i+1 < len(group.Content); i += 2 {
		at := group.Content[i]
		if strings.EqualFold(at.Value, key) {
			return at.Line
		}
		if grouped && strings.EqualFold(at.Value, name) {
			if line := lineIn(group.Content[i+1], rest); line > 0 {
				return line
			}
		}
	}
	return 0
}

// lineOfAssignment is that in a file of lines such as dim = 16 below [latent], as TOML has
// them.
func lineOfAssignment(text []byte, key string) int {
	section, n := "", 0
	for line := range bytes.Lines(text) {
		n++
		words := strings.TrimSpace(string(line))
		if name, ok := strings.CutPrefix(words, "["); ok {
			section = strings.TrimSuffix(name, "]") + "."
			continue
		}
		if name, _, ok := strings.Cut(words, "="); ok && strings.EqualFold(section+strings.TrimSpace(name), key) {
			return n
		}
	}
	return 0
}

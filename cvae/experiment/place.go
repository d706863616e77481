package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A placed error is about what stands at a path of an experiment: keys, and places in
// lists from 0.
type placed struct {
	path []any
	error
}

func (p placed) Unwrap() error { return p.error }

// at places an error that may be nil.
func at(err error, path ...any) error {
	if err == nil {
		return nil
	}
	return placed{path, err}
}

// withLine is an error with the line that it is about, where that is known.
func withLine(root *yaml.Node, err error) error {
	var p placed
	if !errors.As(err, &p) {
		return err
	}
	line := 0
	node := root
	for _, step := range p.path {
		if node = child(node, step); node == nil {
			break
		}
		line = node.Line
	}
	if line == 0 {
		return err
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// child is what a key of a mapping or a place of a list has; nil: nothing.
func child(n *yaml.Node, step any) *yaml.Node {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	switch step := step.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && step < len(n.Content) {
			return n.Content[step]
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

// decode reads one document into s, and returns it as it is written.
func decode(text []byte, s *Spec) (*yaml.Node, error) {
	var root yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	switch err := d.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it is empty; an experiment needs name, corpus, preset, seeds and rows")
	case err != nil:
		return nil, inWords(err)
	}
	var next yaml.Node
	switch err := d.Decode(&next); {
	case err == nil:
		return nil, fmt.Errorf("line %d: a second document begins; one file has one experiment", next.Line)
	case !errors.Is(err, io.EOF):
		return nil, inWords(err)
	}
	typed := yaml.NewDecoder(bytes.NewReader(text))
	typed.KnownFields(true)
	if err := typed.Decode(s); err != nil {
		return nil, inWords(err)
	}
	return &root, checkWhole(&root)
}

// checkWhole refuses fractions where whole numbers are wanted, which the decoder would cut.
func checkWhole(root *yaml.Node) error {
	maps := []*yaml.Node{root}
	if rows := child(root, "rows"); rows != nil {
		maps = append(maps, rows.Content...)
	}
	for _, m := range maps {
		for _, key := range []string{"seeds", "max_epochs", "max_steps", "iw", "diversity"} {
			n := child(m, key)
			if n == nil {
				continue
			}
			for _, v := range append(slices.Clone(n.Content), n) {
				if v.Tag == "!!float" {
					return fmt.Errorf("line %d: %s is %s, and it must be a whole number", v.Line, key, v.Value)
				}
			}
		}
	}
	return nil
}

// What the decoder says of a line.
var (
	unknownKey = regexp.MustCompile(`^line (\d+): field (.+) not found in type (.*)$`)
	otherKind  = regexp.MustCompile("(?s)^line (\\d+): cannot unmarshal (\\S+)(?: `(.*)`)? into (.+)$")
)

// inWords is an error of the decoder in the words of people: of several its first.
func inWords(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	var many *yaml.TypeError
	if errors.As(err, &many) && len(many.Errors) > 0 {
		text = many.Errors[0]
	}
	if m := unknownKey.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("line %s: there is no key %q; there are %s", m[1], m[2], strings.Join(keysOf(m[3]), ", "))
	}
	if m := otherKind.FindStringSubmatch(text); m != nil {
		found := map[string]string{"!!seq": "a list", "!!map": "keys with values"}[m[2]]
		if found == "" {
			found = fmt.Sprintf("%q", m[3])
		}
		return fmt.Errorf("line %s: %s stands where %s must be", m[1], found, kindOf(m[4]))
	}
	return errors.New(text)
}

// keysOf are the keys of a part of an experiment's file, by the name of its Go type.
func keysOf(goType string) (keys []string) {
	for _, part := range []any{Spec{}, Row{}, Claim{}, Test{}} {
		if t := reflect.TypeOf(part); t.String() == goType {
			for _, f := range reflect.VisibleFields(t) {
				if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" {
					keys = append(keys, name)
				}
			}
		}
	}
	return keys
}

// kindOf is a Go type in words.
func kindOf(goType string) string {
	switch {
	case goType == "uint64":
		return "a whole number from 0 on"
	case goType == "int":
		return "a whole number"
	case goType == "float64":
		return "a number"
	case goType == "string":
		return "a word"
	case goType == "time.Duration":
		return "a time such as 5m"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	}
	return "keys with values"
}

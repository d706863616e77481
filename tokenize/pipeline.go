package tokenize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A pipeline turns text into words, as the normalizer and the pre-tokenizer of a
// tokenizer.json say. It keeps both as they stood there, to be written again.
type pipeline struct {
	normalizer, preTokenizer json.RawMessage
	steps                    []step
	splitter
	added addedSet
}

// maxSteps bounds the work that a file can ask for on every text.
const maxSteps = 16

// newPipeline understands the two components, or says which one it does not.
func newPipeline(normalizer, preTokenizer json.RawMessage) (*pipeline, error) {
	steps, err := parseNormalizer(normalizer)
	if err != nil {
		return nil, err
	}
	s, err := parsePreTokenizer(preTokenizer)
	if err != nil {
		return nil, err
	}
	p := &pipeline{normalizer: normalizer, preTokenizer: preTokenizer, steps: steps, splitter: s}
	p.spaces(normalizer)
	return p, nil
}

// spaces finds out what a normalizer makes of spaces, as LLaMA's does.
func (p *pipeline) spaces(normalizer json.RawMessage) {
	var n struct {
		Type, Content, Prepend string
		Pattern                pattern
		Normalizers            []json.RawMessage
	}
	if json.Unmarshal(normalizer, &n) != nil {
		return
	}
	switch {
	case n.Type == "Prepend":
		p.prefixed = true
	case n.Type == "Replace" && n.Pattern.String != nil && *n.Pattern.String == " ":
		p.space = n.Content
	case n.Type == "Sequence":
		for _, one := range n.Normalizers {
			p.spaces(one)
		}
	}
}

// normalise returns text as it is split: sanitised, then changed by each step.
func (p *pipeline) normalise(text string) string {
	return p.stepped(Sanitise(text))
}

// stepped returns a sanitised text after the steps.
func (p *pipeline) stepped(text string) string {
	for _, s := range p.steps {
		text = s(text)
	}
	return text
}

// words returns the words of text, which may hold any bytes. An added token is a word.
func (p *pipeline) words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for w := range p.pieces(text) {
			if !yield(w.text) {
				return
			}
		}
	}
}

// A piece is a word of a text, or an added token in it.
type piece struct {
	text  string
	added bool
}

// pieces returns the words of text and the added tokens between them.
func (p *pipeline) pieces(text string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		if p.added.isEmpty() {
			for w := range p.split(p.normalise(text), true) {
				if !yield(piece{w, false}) {
					return
				}
			}
			return
		}
		first := true
		for raw := range p.added.raw.cut(Sanitise(text)) {
			if raw.added {
				if first = false; !yield(raw) {
					return
				}
				continue
			}
			for part := range p.added.normalised.cut(p.stepped(raw.text)) {
				if part.added {
					if first = false; !yield(part) {
						return
					}
					continue
				}
				for w := range p.split(part.text, first) {
					if !yield(piece{w, false}) {
						return
					}
				}
				first = false
			}
		}
	}
}

func parseNormalizer(data json.RawMessage) ([]step, error) {
	if isNull(data) {
		return nil, nil
	}
	kind, err := typeOf(data, "normalizer")
	if err != nil {
		return nil, err
	}
	simple := map[string]step{"NFC": norm.NFC.String, "NFD": norm.NFD.String, "NFKC": norm.NFKC.String, "NFKD": norm.NFKD.String,
		"Lowercase": lowercase, "StripAccents": stripAccents, "Nmt": nmt}
	switch s, ok := simple[kind]; {
	case ok:
		return []step{s}, decodeStrict(data, &struct{ Type string }{}, "normalizer "+kind)
	case kind == "BertNormalizer":
		var b bertNormalizer
		err := decodeStrict(data, &b, "normalizer "+kind)
		return b.steps(), err
	case kind == "Sequence":
		return parseSequence(data)
	case rewriters[kind] != nil:
		s, err := rewriters[kind](data)
		return []step{s}, err
	}
	return nil, fmt.Errorf("its normalizer %q is not supported: only %s, BertNormalizer and Sequence are", kind,
		strings.Join(append(slices.Sorted(maps.Keys(simple)), slices.Sorted(maps.Keys(rewriters))...), ", "))
}

func parseSequence(data json.RawMessage) ([]step, error) {
	var s struct {
		Type        string
		Normalizers []json.RawMessage
	}
	if err := decodeStrict(data, &s, "normalizer Sequence"); err != nil {
		return nil, err
	}
	var steps []step
	for _, n := range s.Normalizers {
		if kind, _ := typeOf(n, "normalizer"); kind == s.Type {
			return nil, fmt.Errorf("its normalizer is a Sequence within a Sequence: make it one")
		}
		more, err := parseNormalizer(n)
		if err != nil {
			return nil, err
		}
		if steps = append(steps, more...); len(steps) > maxSteps {
			return nil, fmt.Errorf("its normalizer has more than %d steps", maxSteps)
		}
	}
	return steps, nil
}

func typeOf(data json.RawMessage, what string) (string, error) {
	var c struct{ Type string }
	if err := json.Unmarshal(data, &c); err != nil || c.Type == "" {
		return "", fmt.Errorf("its %s has no type", what)
	}
	return c.Type, nil
}

func isNull(data json.RawMessage) bool { return len(data) == 0 || string(data) == "null" }

// decodeStrict refuses fields that into does not have: they would change what
// the component does.
func decodeStrict(data json.RawMessage, into any, what string) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("its %s is malformed: %w", what, err)
	}
	return nil
}

package tokenize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"

	"golang.org/x/text/unicode/norm"
)

// A pipeline turns text into words, as the normalizer and the pre-tokenizer of a
// tokenizer.json say. It keeps both as they stood there, to be written again.
type pipeline struct {
	normalizer, preTokenizer json.RawMessage
	steps                    []step
	splitter
}

// A splitter is a pre-tokenizer.
type splitter struct {
	split     func(string) iter.Seq[string]
	byteLevel bool // its words hold their spaces: joined they are the text
	prefixed  bool // it puts a space before a text that has none
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
	return &pipeline{normalizer: normalizer, preTokenizer: preTokenizer, steps: steps, splitter: s}, nil
}

// normalise returns text as it is split: sanitised, then changed by each step.
func (p *pipeline) normalise(text string) string {
	text = Sanitise(text)
	for _, s := range p.steps {
		text = s(text)
	}
	return text
}

// words returns the words of text, which may hold any bytes.
func (p *pipeline) words(text string) iter.Seq[string] { return p.split(p.normalise(text)) }

func parseNormalizer(data json.RawMessage) ([]step, error) {
	if isNull(data) {
		return nil, nil
	}
	kind, err := typeOf(data, "normalizer")
	if err != nil {
		return nil, err
	}
	simple := map[string]step{"NFC": norm.NFC.String, "NFD": norm.NFD.String, "Lowercase": lowercase, "StripAccents": stripAccents}
	switch s, ok := simple[kind]; {
	case ok:
		return []step{s}, decodeStrict(data, &struct{ Type string }{}, "normalizer "+kind)
	case kind == "BertNormalizer":
		var b bertNormalizer
		err := decodeStrict(data, &b, "normalizer "+kind)
		return b.steps(), err
	case kind == "Sequence":
		return parseSequence(data)
	}
	return nil, fmt.Errorf("its normalizer %q is not supported: only NFC, NFD, Lowercase, StripAccents, BertNormalizer and Sequence are", kind)
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

func parsePreTokenizer(data json.RawMessage) (splitter, error) {
	if isNull(data) {
		return splitter{}, fmt.Errorf("it has no pre-tokenizer, so that a whole text would be one word")
	}
	kind, err := typeOf(data, "pre-tokenizer")
	if err != nil {
		return splitter{}, err
	}
	simple := map[string]func(string) iter.Seq[string]{"Whitespace": splitPunct, "WhitespaceSplit": splitSpace, "BertPreTokenizer": splitBERT}
	if split, ok := simple[kind]; ok {
		return splitter{split: split}, decodeStrict(data, &struct{ Type string }{}, "pre-tokenizer "+kind)
	}
	if kind == "ByteLevel" {
		return parseByteLevel(data)
	}
	return splitter{}, fmt.Errorf("its pre-tokenizer %q is not supported: only ByteLevel, Whitespace, WhitespaceSplit and BertPreTokenizer are", kind)
}

func parseByteLevel(data json.RawMessage) (splitter, error) {
	b := struct {
		Type           string
		AddPrefixSpace bool `json:"add_prefix_space"`
		TrimOffsets    bool `json:"trim_offsets"` // says nothing about ids
		UseRegex       bool `json:"use_regex"`
	}{UseRegex: true}
	if err := decodeStrict(data, &b, "pre-tokenizer ByteLevel"); err != nil {
		return splitter{}, err
	}
	if !b.UseRegex {
		return splitter{}, fmt.Errorf("its pre-tokenizer ByteLevel has use_regex false, which is not supported: a whole text would be one word")
	}
	if b.AddPrefixSpace {
		return splitter{split: splitPrefixed, byteLevel: true, prefixed: true}, nil
	}
	return splitter{split: splitByteLevel, byteLevel: true}, nil
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

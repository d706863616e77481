package tokenize

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"unicode"
)

// A splitter is a pre-tokenizer.
type splitter struct {
	// split cuts a part of a text into words; first tells that nothing stands before it.
	split     func(text string, first bool) iter.Seq[string]
	byteLevel bool   // its words hold their spaces: joined they are the text
	prefixed  bool   // it puts a space before a text that has none
	space     string // what a space becomes; empty: it stays
}

// plainly is a split that does not depend on what stands before.
func plainly(split func(string) iter.Seq[string]) func(string, bool) iter.Seq[string] {
	return func(text string, _ bool) iter.Seq[string] { return split(text) }
}

// whole is the split of files without a pre-tokenizer.
func whole(text string, _ bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		if text != "" {
			yield(text)
		}
	}
}

func parsePreTokenizer(data json.RawMessage) (splitter, error) {
	if isNull(data) {
		return splitter{split: whole}, nil
	}
	kind, err := typeOf(data, "pre-tokenizer")
	if err != nil {
		return splitter{}, err
	}
	simple := map[string]func(string) iter.Seq[string]{"Whitespace": splitPunct, "WhitespaceSplit": splitSpace, "BertPreTokenizer": splitBERT}
	if split, ok := simple[kind]; ok {
		return splitter{split: plainly(split)}, decodeStrict(data, &struct{ Type string }{}, "pre-tokenizer "+kind)
	}
	switch kind {
	case "ByteLevel":
		return parseByteLevel(data)
	case "Metaspace":
		return parseMetaspace(data)
	case "Split":
		return parseSplit(data)
	case "Digits":
		return parseDigits(data)
	case "Punctuation":
		return parsePunctuation(data)
	case "Sequence":
		return parseSplitters(data)
	}
	return splitter{}, fmt.Errorf("its pre-tokenizer %q is not supported: only ByteLevel, Metaspace, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, BertPreTokenizer and Sequence are", kind)
}

// parseSplitters reads a Sequence: each cuts the words of the one before.
func parseSplitters(data json.RawMessage) (splitter, error) {
	var s struct {
		Type          string
		Pretokenizers []json.RawMessage
	}
	if err := decodeStrict(data, &s, "pre-tokenizer Sequence"); err != nil {
		return splitter{}, err
	}
	if len(s.Pretokenizers) > maxSteps {
		return splitter{}, fmt.Errorf("its pre-tokenizer has more than %d steps", maxSteps)
	}
	all := splitter{split: whole}
	for _, one := range s.Pretokenizers {
		if kind, _ := typeOf(one, "pre-tokenizer"); kind == s.Type {
			return splitter{}, fmt.Errorf("its pre-tokenizer is a Sequence within a Sequence: make it one")
		}
		next, err := parsePreTokenizer(one)
		if err != nil {
			return splitter{}, err
		}
		all = splitter{split: then(all.split, next.split), byteLevel: all.byteLevel || next.byteLevel, prefixed: all.prefixed || next.prefixed, space: all.space + next.space}
	}
	return all, nil
}

func then(a, b func(string, bool) iter.Seq[string]) func(string, bool) iter.Seq[string] {
	return func(text string, first bool) iter.Seq[string] {
		return func(yield func(string) bool) {
			for word := range a(text, first) {
				for part := range b(word, first) {
					if !yield(part) {
						return
					}
				}
				first = false
			}
		}
	}
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
	split := plainly(splitByteLevel)
	if !b.UseRegex {
		split = whole
	}
	if b.AddPrefixSpace {
		split = prefixing(split, " ")
	}
	return splitter{split: split, byteLevel: true, prefixed: b.AddPrefixSpace}, nil
}

// prefixing puts a space before a text that has none, so that a word is the same
// at the start of a text as within it.
func prefixing(split func(string, bool) iter.Seq[string], space string) func(string, bool) iter.Seq[string] {
	return func(text string, first bool) iter.Seq[string] {
		if text != "" && !strings.HasPrefix(text, space) {
			text = space + text
		}
		return split(text, first)
	}
}

// parseMetaspace reads the pre-tokenizer of SentencePiece: a space is ▁, and a word
// begins with it.
func parseMetaspace(data json.RawMessage) (splitter, error) {
	m := struct {
		Type           string
		Replacement    string
		AddPrefixSpace *bool   `json:"add_prefix_space"` // of files before 2024
		StrRep         string  `json:"str_rep"`
		PrependScheme  *string `json:"prepend_scheme"`
		Split          bool    `json:"split"`
	}{Replacement: "▁", Split: true}
	if err := decodeStrict(data, &m, "pre-tokenizer Metaspace"); err != nil {
		return splitter{}, err
	}
	scheme := "always"
	switch {
	case m.PrependScheme != nil:
		scheme = *m.PrependScheme
	case m.AddPrefixSpace != nil && !*m.AddPrefixSpace:
		scheme = "never"
	}
	if scheme != "always" && scheme != "first" && scheme != "never" || len([]rune(m.Replacement)) != 1 {
		return splitter{}, fmt.Errorf("its pre-tokenizer Metaspace has prepend_scheme %q and replacement %q, which are not supported", scheme, m.Replacement)
	}
	split := func(text string, first bool) iter.Seq[string] {
		text = strings.ReplaceAll(text, " ", m.Replacement)
		if (scheme == "always" || scheme == "first" && first) && text != "" && !strings.HasPrefix(text, m.Replacement) {
			text = m.Replacement + text
		}
		if !m.Split {
			return whole(text, first)
		}
		return splitBefore(text, m.Replacement)
	}
	return splitter{split: split, prefixed: scheme != "never", space: m.Replacement}, nil
}

// splitBefore cuts a text before each mark.
func splitBefore(text, mark string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for text != "" {
			n := len(text)
			if at := strings.Index(text[len(mark[:min(len(mark), len(text))]):], mark); strings.HasPrefix(text, mark) && at >= 0 {
				n = len(mark) + at
			} else if at := strings.Index(text, mark); !strings.HasPrefix(text, mark) && at > 0 {
				n = at
			}
			if !yield(text[:n]) {
				return
			}
			text = text[n:]
		}
	}
}

func parseDigits(data json.RawMessage) (splitter, error) {
	var d struct {
		Type             string
		IndividualDigits bool `json:"individual_digits"`
	}
	if err := decodeStrict(data, &d, "pre-tokenizer Digits"); err != nil {
		return splitter{}, err
	}
	return splitter{split: plainly(func(text string) iter.Seq[string] { return splitRuns(text, unicode.IsNumber, d.IndividualDigits) })}, nil
}

func parsePunctuation(data json.RawMessage) (splitter, error) {
	p := struct{ Type, Behavior string }{Behavior: "Isolated"}
	if err := decodeStrict(data, &p, "pre-tokenizer Punctuation"); err != nil {
		return splitter{}, err
	}
	if p.Behavior != "Isolated" && p.Behavior != "Contiguous" {
		return splitter{}, fmt.Errorf("its pre-tokenizer Punctuation has behavior %q: only Isolated and Contiguous are supported", p.Behavior)
	}
	return splitter{split: plainly(func(text string) iter.Seq[string] {
		return splitRuns(text, isBERTPunctuation, p.Behavior == "Isolated")
	})}, nil
}

// splitRuns cuts runs of characters of a kind, or each of them alone, out of a text.
func splitRuns(text string, is func(rune) bool, alone bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, inside := 0, false
		for i, r := range text {
			if in := is(r); i > start && (in != inside || in && alone) {
				if !yield(text[start:i]) {
					return
				}
				start = i
			}
			inside = is(r)
		}
		if start < len(text) {
			yield(text[start:])
		}
	}
}

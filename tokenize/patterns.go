package tokenize

import (
	"encoding/json"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A pattern of a file is a text or a regular expression.
type pattern struct {
	String *string
	Regex  *string
}

// trailing is the one look-ahead that the regular expressions of byte-level
// tokenizers have: spaces but the last before a word. Package regexp has none, so that the
// group is cut after it matched.
const trailing = `\s+(?!\S)|\s+`

// An expression is a compiled pattern.
type expression struct {
	*regexp.Regexp
	spaces int // the group that stands for trailing; 0: none
}

const maxPattern = 4096

func (p pattern) compile(what string) (e expression, err error) {
	text := ""
	switch {
	case p.String != nil:
		text = regexp.QuoteMeta(*p.String)
	case p.Regex != nil && len(*p.Regex) <= maxPattern:
		text = *p.Regex
	default:
		return e, fmt.Errorf("its %s has no pattern of a known shape", what)
	}
	const group = "spacesbeforeaword"
	text = strings.Replace(text, trailing, `(?P<`+group+`>\s+)`, 1)
	if e.Regexp, err = regexp.Compile(text); err != nil {
		return e, fmt.Errorf("its %s has a regular expression that is not supported: %w", what, err)
	}
	e.spaces = max(0, e.SubexpIndex(group))
	return e, nil
}

// find returns the first match in text[from:], by its ends; ok is false where there is none.
func (e expression) find(text string, from int) (start, end int, ok bool) {
	m := e.FindStringSubmatchIndex(text[from:])
	if m == nil {
		return 0, 0, false
	}
	start, end = from+m[0], from+m[1]
	if e.spaces > 0 && m[2*e.spaces] >= 0 && end < len(text) {
		if _, n := utf8.DecodeLastRuneInString(text[start:end]); n < end-start {
			end -= n
		}
	}
	return start, end, true
}

// parts returns the matches in a text and what is between them; match tells which.
func (e expression) parts(text string) iter.Seq2[string, bool] {
	return func(yield func(part string, match bool) bool) {
		done := 0
		for at := 0; at < len(text); {
			start, end, ok := e.find(text, at)
			if !ok {
				break
			}
			if end == start { // nothing matched
				_, n := utf8.DecodeRuneInString(text[end:])
				at = end + max(n, 1)
				continue
			}
			if done < start && !yield(text[done:start], false) || !yield(text[start:end], true) {
				return
			}
			done, at = end, end
		}
		if done < len(text) {
			yield(text[done:], false)
		}
	}
}

// parseSplit reads a Split, as Qwen and LLaMA 3 have it.
func parseSplit(data json.RawMessage) (splitter, error) {
	var s struct {
		Type     string
		Pattern  pattern
		Behavior string
		Invert   bool
	}
	if err := decodeStrict(data, &s, "pre-tokenizer Split"); err != nil {
		return splitter{}, err
	}
	e, err := s.Pattern.compile("pre-tokenizer Split")
	if err != nil {
		return splitter{}, err
	}
	switch s.Behavior {
	case "Isolated", "Removed", "MergedWithPrevious", "MergedWithNext":
	default:
		return splitter{}, fmt.Errorf("its pre-tokenizer Split has behavior %q: only Isolated, Removed, MergedWithPrevious and MergedWithNext are supported", s.Behavior)
	}
	return splitter{split: plainly(func(text string) iter.Seq[string] { return behave(e.parts(text), s.Behavior, s.Invert) })}, nil
}

// behave joins matches to the parts beside them, or leaves them out.
func behave(parts iter.Seq2[string, bool], behavior string, invert bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		held, matched := "", false
		for part, match := range parts {
			if match = match != invert; behavior == "Isolated" {
				if !yield(part) {
					return
				}
				continue
			}
			switch {
			case behavior == "Removed":
				if match {
					continue
				}
			case behavior == "MergedWithPrevious" && match && !matched, behavior == "MergedWithNext" && !match && matched:
				held, matched = held+part, match
				continue
			}
			if held != "" && !yield(held) {
				return
			}
			held, matched = part, match
		}
		if held != "" {
			yield(held)
		}
	}
}

// rewriters read the normalizers that change some texts into others.
var rewriters = map[string]func(json.RawMessage) (step, error){
	"Replace": parseReplace, "Prepend": parsePrepend, "Strip": parseStrip, "Precompiled": parsePrecompiled,
}

func parseReplace(data json.RawMessage) (step, error) {
	var r struct {
		Type    string
		Pattern pattern
		Content string
	}
	if err := decodeStrict(data, &r, "normalizer Replace"); err != nil {
		return nil, err
	}
	e, err := r.Pattern.compile("normalizer Replace")
	if err != nil {
		return nil, err
	}
	return func(text string) string { return e.ReplaceAllLiteralString(text, r.Content) }, nil
}

func parsePrepend(data json.RawMessage) (step, error) {
	var p struct{ Type, Prepend string }
	if err := decodeStrict(data, &p, "normalizer Prepend"); err != nil {
		return nil, err
	}
	return func(text string) string {
		if text == "" {
			return ""
		}
		return p.Prepend + text
	}, nil
}

func parseStrip(data json.RawMessage) (step, error) {
	var s struct {
		Type  string
		Left  bool `json:"strip_left"`
		Right bool `json:"strip_right"`
	}
	if err := decodeStrict(data, &s, "normalizer Strip"); err != nil {
		return nil, err
	}
	return func(text string) string {
		if s.Left {
			text = strings.TrimLeft(text, " ")
		}
		if s.Right {
			text = strings.TrimRight(text, " ")
		}
		return text
	}, nil
}

// nmt is the normalizer of machine translation, of which sanitised text needs
// nothing but that joiners and ▁ become spaces.
func nmt(text string) string {
	return strings.Map(func(r rune) rune {
		if isJoiner(r) || r == '▁' {
			return ' '
		}
		return r
	}, text)
}

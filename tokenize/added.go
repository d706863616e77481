package tokenize

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// An addedSet holds the tokens that a file adds to its model and does not call
// special, such as the runs of spaces of GPT-NeoX. They are cut out of a text before it is
// split: the raw ones of the text, the others of the normalised one.
type addedSet struct {
	raw, normalised matcher
	tokens          []addedToken
}

func (s addedSet) isEmpty() bool { return len(s.tokens) == 0 }

// newAddedSet refuses tokens that match by what stands beside them.
func newAddedSet(tokens []addedToken, normalise func(string) string) (s addedSet, err error) {
	for _, t := range tokens {
		switch {
		case t.SingleWord, t.LStrip, t.RStrip:
			return s, fmt.Errorf("its added token %q has single_word, lstrip or rstrip, which are supported for special tokens alone", t.Content)
		case t.Normalized:
			s.normalised.add(normalise(t.Content), t.Content)
		default:
			s.raw.add(t.Content, t.Content)
		}
	}
	s.tokens = tokens
	return s, nil
}

// A matcher finds tokens in a text, at each place the longest.
type matcher struct {
	byFirst map[byte][]match // the longest first
}

// A match is a text and the token that it stands for.
type match struct{ text, token string }

func (m *matcher) add(text, token string) {
	if text == "" {
		return
	}
	if m.byFirst == nil {
		m.byFirst = map[byte][]match{}
	}
	all := append(m.byFirst[text[0]], match{text, token})
	slices.SortStableFunc(all, func(a, b match) int { return len(b.text) - len(a.text) })
	m.byFirst[text[0]] = all
}

// cut returns the tokens in a text and what is between them.
func (m matcher) cut(text string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		start := 0
		for i := 0; i < len(text); {
			at := slices.IndexFunc(m.byFirst[text[i]], func(c match) bool { return strings.HasPrefix(text[i:], c.text) })
			if at < 0 {
				i++
				continue
			}
			found := m.byFirst[text[i]][at]
			if start < i && !yield(piece{text[start:i], false}) || !yield(piece{found.token, true}) {
				return
			}
			i += len(found.text)
			start = i
		}
		if start < len(text) {
			yield(piece{text[start:], false})
		}
	}
}

// renumber gives the tokens their ids here.
func (s *addedSet) renumber(ids map[string]int32) {
	for i, t := range s.tokens {
		s.tokens[i].ID = int(ids[t.Content])
	}
}

// has tells whether a token was added.
func (s addedSet) has(token string) bool {
	return slices.ContainsFunc(s.tokens, func(t addedToken) bool { return t.Content == token })
}

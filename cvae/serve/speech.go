package serve

import (
	"strings"
	"unicode/utf8"

	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/cvae/serve/openai"
	"github.com/cvae-go/cvae/tokenize"
)

// A manner is how the tokens of responses become texts: after a prompt, up to the first
// of some stops.
type manner struct {
	words  tokenize.Tokenizer
	prompt []int32
	stops  []string
}

// whole is the text of all tokens of a response, and whether a stop ended it.
func (m manner) whole(tokens []int32) (text string, stopped bool) {
	text = m.words.Text(tokens)
	return cut(text[m.shared(text):], m.stops)
}

// settled is the part of the text that no more tokens can change, and whether a stop
// ended it.
func (m manner) settled(tokens []int32) (text string, stopped bool) {
	text = m.words.Settled(tokens)
	if len(m.prompt) > 0 && len(text) < len(m.words.Text(m.prompt)) {
		return "", false
	}
	text, stopped = cut(text[m.shared(text):], m.stops)
	if !stopped {
		text = text[:len(text)-begun(text, m.stops)]
	}
	return text, stopped
}

// shared is how many bytes of a text are those of the prompt.
func (m manner) shared(text string) (n int) {
	if len(m.prompt) == 0 {
		return 0
	}
	prompt := m.words.Text(m.prompt)
	for n < len(prompt) && n < len(text) && prompt[n] == text[n] {
		n++
	}
	for n > 0 && n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// cut ends a text before the first of the stops in it.
func cut(text string, stops []string) (string, bool) {
	first := len(text)
	for _, s := range stops {
		if at := strings.Index(text, s); at >= 0 {
			first = min(first, at)
		}
	}
	for _, s := range stops {
		if strings.HasPrefix(text[first:], s) {
			return text[:first], true
		}
	}
	return text, false
}

// begun is the length of the longest end of a text that a stop may begin with.
func begun(text string, stops []string) (longest int) {
	for _, s := range stops {
		for n := min(len(s)-1, len(text)); n > longest; n-- {
			if strings.HasSuffix(text, s[:n]) {
				longest = n
			}
		}
	}
	return longest
}

// outtext is the end of a response.
func (m manner) outtext(s decode.Sequence, keepWords bool) openai.Outtext {
	text, stopped := m.whole(s.Tokens)
	out := openai.Outtext{Text: text, Reason: openai.ReasonLength}
	if stopped || s.Finished {
		out.Reason = openai.ReasonStop
	}
	if keepWords {
		out.Words = m.spoken(s.Words)
	}
	return out
}

// spoken are the words of a response after the prompt.
func (m manner) spoken(words []decode.Word) []openai.Spoken {
	list := []openai.Spoken{}
	var before []int32
	for i, w := range words {
		if i >= len(m.prompt) {
			spoken := m.word(w)
			text, _ := m.whole(before)
			spoken.Offset = utf8.RuneCountInString(text)
			list = append(list, spoken)
		}
		before = append(before, w.Token)
	}
	return list
}

func (m manner) word(w decode.Word) openai.Spoken {
	one := func(id int32, logProb float64) openai.Spoken {
		return openai.Spoken{Token: m.words.Token(id), LogProb: logProb, IsEnd: id == tokenize.End}
	}
	out := one(w.Token, w.LogProb)
	for _, l := range w.Likeliest {
		out.Likeliest = append(out.Likeliest, one(l.Token, l.LogProb))
	}
	return out
}

// A speaker passes one response on as it grows.
type speaker struct {
	manner
	tokens []int32
	sent   int // bytes
	closed bool
}

// add takes in a token and returns what can be passed on, and whether the response ends
// there.
func (s *speaker) add(token int32) (text string, ended bool) {
	s.tokens = append(s.tokens, token)
	if s.closed {
		return "", true
	}
	whole, stopped := s.settled(s.tokens)
	s.closed = stopped
	return s.rest(whole), stopped
}

// rest is what of a text was not passed on yet.
func (s *speaker) rest(text string) string {
	rest := text[min(s.sent, len(text)):]
	s.sent = max(s.sent, len(text))
	return rest
}

package tokenize

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"unicode/utf8"
)

// Unigram is the tokenizer of SentencePiece (Kudo 2018, "Subword Regularization"):
// of all ways to cut a word into tokens the one with the greatest sum of log
// probabilities. Load makes one. The model of sugarme/tokenizer is not used: it adds 0.1 a byte to
// every score and knows no token of more than 20 bytes.
type Unigram struct {
	spelled
	scores   []float64 // log probabilities, by id
	ids      map[string]int32
	bytes    [256]int32 // of byte_fallback; 0: there is none
	fallback bool
	unknown  float64 // the score of a character without a token
	longest  int     // bytes of the longest token
	cache    wordCache
}

var _ Tokenizer = (*Unigram)(nil)

// unknownPenalty is how much worse than the worst token a character without one is.
const unknownPenalty = 10

// Encode returns the ids of text. The error is always nil.
func (u *Unigram) Encode(text string) ([]int32, error) {
	var ids []int32
	for p := range u.pipeline.pieces(text) {
		if id, ok := u.ids[p.text]; p.added && ok {
			ids = append(ids, id)
		} else {
			ids = append(ids, u.encodeWord(p.text)...)
		}
	}
	return ids, nil
}

func (u *Unigram) encodeWord(word string) []int32 {
	if ids, ok := u.cache.get(word); ok {
		return ids
	}
	ids := u.best(word)
	u.cache.put(word, ids)
	return ids
}

// A cut is the best way to a place in a word: its last token and where that begins.
type cut struct {
	score float64
	from  int
	id    int32
}

// best finds the best way to the end of a word (Viterbi 1967). Of equal ones the first
// found stays.
func (u *Unigram) best(word string) []int32 {
	cuts := make([]cut, len(word)+1)
	for i := range cuts {
		cuts[i].from = -1
	}
	for at := 0; at < len(word); {
		_, n := utf8.DecodeRuneInString(word[at:])
		known := false // the character alone
		for end := at + 1; end <= min(len(word), at+u.longest); end++ {
			id, ok := u.ids[word[at:end]]
			if !ok {
				continue
			}
			cuts[end].better(cut{cuts[at].score + u.scores[id], at, id})
			known = known || end == at+n
		}
		if !known {
			cuts[at+n].better(cut{cuts[at].score + u.unknown, at, Unk})
		}
		at += n
	}
	return u.along(word, cuts)
}

func (c *cut) better(other cut) {
	if c.from < 0 || other.score > c.score {
		*c = other
	}
}

// along returns the ids of the best way. Unknown characters that follow each other are
// one, or their bytes.
func (u *Unigram) along(word string, cuts []cut) (ids []int32) {
	var reversed []cut
	ends := []int{}
	for end := len(word); end > 0; end = cuts[end].from {
		reversed, ends = append(reversed, cuts[end]), append(ends, end)
	}
	for i := len(reversed) - 1; i >= 0; i-- {
		c := reversed[i]
		if c.id != Unk {
			ids = append(ids, c.id)
			continue
		}
		from := c.from
		for i > 0 && reversed[i-1].id == Unk {
			i--
		}
		ids = append(ids, u.unknowns(word[from:ends[i]])...)
	}
	return ids
}

func (u *Unigram) unknowns(text string) []int32 {
	if !u.fallback {
		return []int32{Unk}
	}
	ids := make([]int32, len(text))
	for i := range len(text) {
		if ids[i] = u.bytes[text[i]]; ids[i] == 0 {
			return []int32{Unk}
		}
	}
	return ids
}

// A unigramModel is a model of type Unigram in a file.
type unigramModel struct {
	Type         string        `json:"type"`
	UnkID        *int          `json:"unk_id"`
	Vocab        []scoredToken `json:"vocab"`
	ByteFallback bool          `json:"byte_fallback"`
}

// A scoredToken is written as a list of a token and its log probability.
type scoredToken struct {
	token string
	score float64
}

// MarshalJSON writes the list.
func (s scoredToken) MarshalJSON() ([]byte, error) { return encodeJSON([]any{s.token, s.score}) }

// UnmarshalJSON reads the list.
func (s *scoredToken) UnmarshalJSON(data []byte) error {
	var both []json.RawMessage
	if err := json.Unmarshal(data, &both); err != nil || len(both) != 2 || json.Unmarshal(both[0], &s.token) != nil || json.Unmarshal(both[1], &s.score) != nil {
		return fmt.Errorf("a token is not a list of a text and a number")
	}
	return nil
}

// WriteTo writes u as a Hugging Face tokenizer.json. Equal tokenizers give
// equal bytes. That library gives the ids of Encode for sanitised text, if its
// encode_special_tokens is True.
func (u *Unigram) WriteTo(out io.Writer) (int64, error) {
	unknown := int(Unk)
	m := unigramModel{Type: unigram, UnkID: &unknown, ByteFallback: u.fallback, Vocab: make([]scoredToken, len(u.tokens))}
	for id, token := range u.tokens {
		m.Vocab[id] = scoredToken{token, u.scores[id]}
	}
	return writeFile(out, u.pipeline, u.pipeline.decoder(), m)
}

func loadUnigram(model json.RawMessage, special map[string]bool, p *pipeline) (Tokenizer, error) {
	var m unigramModel
	if err := decodeStrict(model, &m, unigram+" model"); err != nil {
		return nil, err
	}
	if p.byteLevel {
		return nil, errByteLevel(unigram)
	}
	scores := make(map[string]float64, len(m.Vocab))
	v := make(vocabulary, 0, len(m.Vocab))
	unknown := ""
	for id, t := range m.Vocab {
		if _, twice := scores[t.token]; t.token == "" || twice {
			return nil, fmt.Errorf("its token %q (id %d) is empty or there twice", t.token, id)
		}
		if m.UnkID != nil && id == *m.UnkID {
			unknown = t.token
		}
		scores[t.token] = t.score
		v = append(v, entry{t.token, id})
	}
	u := &Unigram{spelled: spelled{adopted: v.adopt(special, unknown, p.added.tokens), pipeline: p}, fallback: m.ByteFallback, ids: map[string]int32{}}
	least := math.Inf(1)
	for _, t := range m.Vocab {
		least = min(least, t.score)
	}
	u.unknown = least - unknownPenalty
	u.index(scores)
	return u, nil
}

// index makes the tables of the tokens but the specials.
func (u *Unigram) index(scores map[string]float64) {
	u.spell()
	u.unreachable = u.unprintable()
	u.scores = make([]float64, len(u.tokens))
	for id := len(Specials); id < len(u.tokens); id++ {
		token := u.tokens[id]
		u.scores[id] = scores[token]
		u.ids[token], u.longest = int32(id), max(u.longest, len(token))
	}
	u.pipeline.added.renumber(u.ids)
	for i := range u.bytes {
		u.bytes[i] = u.ids[fmt.Sprintf("<0x%02X>", i)]
	}
}

package tokenize

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// A bpeModel is a model of type BPE in a file.
type bpeModel struct {
	Type                    string     `json:"type"`
	Dropout                 *float64   `json:"dropout"`
	UnkToken                *string    `json:"unk_token"`
	ContinuingSubwordPrefix *string    `json:"continuing_subword_prefix"`
	EndOfWordSuffix         *string    `json:"end_of_word_suffix"`
	FuseUnk                 bool       `json:"fuse_unk"`
	ByteFallback            bool       `json:"byte_fallback"`
	IgnoreMerges            bool       `json:"ignore_merges"`
	Vocab                   vocabulary `json:"vocab"`
	Merges                  []surfaces `json:"merges"`
}

// surfaces are the two sides of a merge in the byte-level alphabet.
type surfaces [2]string

// UnmarshalJSON reads ["a","b"] or, as files of before 2024 have it, "a b".
func (s *surfaces) UnmarshalJSON(data []byte) error {
	var sides []string
	var line string
	switch {
	case json.Unmarshal(data, &line) == nil:
		sides = strings.Split(line, " ")
	case json.Unmarshal(data, &sides) != nil:
		return fmt.Errorf("a merge is neither a string nor a list of strings")
	}
	if len(sides) != 2 {
		return fmt.Errorf("a merge has %d sides, not two", len(sides))
	}
	*s = surfaces(sides)
	return nil
}

// Decoders let Hugging Face's library decode what it encoded.
const (
	byteLevelDecoder = `{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}`
	fallbackDecoder  = `{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":%s},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"}]}`
)

// WriteTo writes b as a Hugging Face tokenizer.json. Equal tokenizers give
// equal bytes. That library gives the ids of Encode for sanitised text, if its
// encode_special_tokens is True.
func (b *BPE) WriteTo(out io.Writer) (int64, error) {
	m := bpeModel{Type: byteBPE, Vocab: numbered(b.tokens), Merges: make([]surfaces, len(b.merges)), FuseUnk: b.fuse, ByteFallback: b.fallback, IgnoreMerges: b.ignoreMerges}
	for i, p := range b.merges {
		m.Merges[i] = surfaces{b.tokens[p.left], b.tokens[p.right]}
	}
	decoder := byteLevelDecoder
	if !b.byteLevel {
		decoder = b.pipeline.decoder()
	}
	if b.unknown {
		m.UnkToken = &Specials[Unk]
	}
	return writeFile(out, b.pipeline, decoder, m)
}

// decoder is that of a file whose spaces are another character.
func (p *pipeline) decoder() string {
	space, err := encodeJSON(cmp.Or(p.space, " "))
	if err != nil {
		return "null"
	}
	return fmt.Sprintf(fallbackDecoder, space)
}

func loadBPE(model json.RawMessage, special map[string]bool, p *pipeline) (Tokenizer, error) {
	var m bpeModel
	if err := decodeStrict(model, &m, byteBPE+" model"); err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	unknown := ""
	if m.UnkToken != nil {
		unknown = *m.UnkToken
	}
	return newBPE(m.Vocab.adopt(special, unknown, p.added.tokens), m, p)
}

// check refuses what would give other ids than letters and merges give.
func (m bpeModel) check() error {
	switch {
	case m.Dropout != nil && *m.Dropout != 0:
		return fmt.Errorf("its BPE model has dropout %v, which is not supported: set it to null", *m.Dropout)
	case m.ContinuingSubwordPrefix != nil && *m.ContinuingSubwordPrefix != "":
		return fmt.Errorf("its BPE model has continuing_subword_prefix %q, which is not supported", *m.ContinuingSubwordPrefix)
	case m.EndOfWordSuffix != nil && *m.EndOfWordSuffix != "":
		return fmt.Errorf("its BPE model has end_of_word_suffix %q, which is not supported", *m.EndOfWordSuffix)
	}
	return nil
}

// newBPE checks that every byte of a byte-level model has an id and that every
// merge makes a token.
func newBPE(a adopted, m bpeModel, p *pipeline) (*BPE, error) {
	b := &BPE{spelled: spelled{adopted: a, pipeline: p}, byteLevel: p.byteLevel, table: make(mergeTable, len(m.Merges)), ids: make(map[string]int32, len(a.tokens)),
		fallback: m.ByteFallback, fuse: m.FuseUnk, ignoreMerges: m.IgnoreMerges, unknown: m.UnkToken != nil}
	b.spell()
	for id := len(Specials); id < len(a.tokens); id++ {
		b.ids[a.tokens[id]] = int32(id)
	}
	p.added.renumber(b.ids)
	if !b.byteLevel {
		b.unreachable = a.unprintable()
		for i := range b.bytes {
			b.bytes[i] = b.ids[fmt.Sprintf("<0x%02X>", i)]
		}
		return b, b.addMerges(m.Merges)
	}
	for id := len(Specials); id < len(a.tokens); id++ {
		if piece, ok := gpt2Letters.piece(a.tokens[id]); ok && !p.added.has(a.tokens[id]) {
			b.pieces[id] = piece
		} else if !p.added.has(a.tokens[id]) {
			b.unreachable++
		}
	}
	for i, char := range gpt2Letters.char {
		id, ok := b.ids[string(char)]
		if !ok {
			return nil, fmt.Errorf("its vocabulary has no token %q for the byte 0x%02x: train it with the whole byte-level alphabet", char, i)
		}
		b.bytes[i] = id
	}
	return b, b.addMerges(m.Merges)
}

// addMerges ranks merges in their order.
func (b *BPE) addMerges(merges []surfaces) error {
	for rank, s := range merges {
		left, okLeft := b.ids[s[0]]
		right, okRight := b.ids[s[1]]
		id, ok := b.ids[s[0]+s[1]]
		if !okLeft || !okRight || !ok {
			return fmt.Errorf("its merge %d, %q with %q, needs a token that is not in the vocabulary or is special", rank+1, s[0], s[1])
		}
		p := pair{left, right}
		if _, twice := b.table[p]; twice {
			return fmt.Errorf("its merge %d, %q with %q, is listed twice", rank+1, s[0], s[1])
		}
		b.table[p] = merge{int32(rank), id}
		b.merges = append(b.merges, p)
	}
	return nil
}

// errByteLevel says that a model does not go with the pre-tokenizer ByteLevel.
func errByteLevel(model string) error {
	return fmt.Errorf("its pre-tokenizer ByteLevel is not supported with a %s model: only with BPE", model)
}

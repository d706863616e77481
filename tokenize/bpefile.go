package tokenize

import (
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

// byteLevelDecoder lets Hugging Face's library decode what it encoded.
const byteLevelDecoder = `{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}`

// WriteTo writes b as a Hugging Face tokenizer.json. Equal tokenizers give
// equal bytes. That library gives the ids of Encode for sanitised text, if its
// encode_special_tokens is True.
func (b *BPE) WriteTo(out io.Writer) (int64, error) {
	m := bpeModel{Type: byteBPE, Vocab: numbered(b.tokens), Merges: make([]surfaces, len(b.merges))}
	for i, p := range b.merges {
		m.Merges[i] = surfaces{b.tokens[p.left], b.tokens[p.right]}
	}
	return writeFile(out, b.pipeline, byteLevelDecoder, m)
}

func loadBPE(model json.RawMessage, special map[string]bool, p *pipeline) (Tokenizer, error) {
	var m bpeModel
	if err := decodeStrict(model, &m, byteBPE+" model"); err != nil {
		return nil, err
	}
	if err := m.check(p); err != nil {
		return nil, err
	}
	unknown := ""
	if m.UnkToken != nil {
		unknown = *m.UnkToken
	}
	return newBPE(m.Vocab.adopt(special, unknown), m.Merges, p)
}

// check refuses what would give other ids than bytes and merges give. The unknown
// token and its relatives do not matter: no byte is unknown.
func (m bpeModel) check(p *pipeline) error {
	switch {
	case !p.byteLevel:
		return fmt.Errorf("its BPE model is not byte-level: only the pre-tokenizer ByteLevel is supported with it")
	case m.Dropout != nil && *m.Dropout != 0:
		return fmt.Errorf("its BPE model has dropout %v, which is not supported: set it to null", *m.Dropout)
	case m.ContinuingSubwordPrefix != nil && *m.ContinuingSubwordPrefix != "":
		return fmt.Errorf("its BPE model has continuing_subword_prefix %q, which is not supported", *m.ContinuingSubwordPrefix)
	case m.EndOfWordSuffix != nil && *m.EndOfWordSuffix != "":
		return fmt.Errorf("its BPE model has end_of_word_suffix %q, which is not supported", *m.EndOfWordSuffix)
	case m.IgnoreMerges:
		return fmt.Errorf("its BPE model has ignore_merges true, which is not supported")
	}
	return nil
}

// newBPE checks that every byte has an id and that every merge makes a token.
func newBPE(a adopted, merges []surfaces, p *pipeline) (*BPE, error) {
	b := &BPE{adopted: a, pipeline: p, pieces: make([]string, len(a.tokens)), table: make(mergeTable, len(merges))}
	copy(b.pieces, Specials[:])
	ids := make(map[string]int32, len(a.tokens))
	letters := gpt2Alphabet()
	for id := len(Specials); id < len(a.tokens); id++ {
		piece, err := letters.piece(a.tokens[id])
		if err != nil {
			return nil, err
		}
		b.pieces[id], ids[a.tokens[id]] = piece, int32(id)
	}
	for i, char := range letters.char {
		id, ok := ids[string(char)]
		if !ok {
			return nil, fmt.Errorf("its vocabulary has no token %q for the byte 0x%02x: train it with the whole byte-level alphabet", char, i)
		}
		b.bytes[i] = id
	}
	return b, b.addMerges(merges, ids)
}

// addMerges ranks merges in their order.
func (b *BPE) addMerges(merges []surfaces, ids map[string]int32) error {
	for rank, s := range merges {
		left, okLeft := ids[s[0]]
		right, okRight := ids[s[1]]
		id, ok := ids[s[0]+s[1]]
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

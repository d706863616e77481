package tokenize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
)

// A file is a Hugging Face tokenizer.json, its keys in the order in which
// that library writes them. What is nil here is null there.
type file struct {
	Version       string          `json:"version"`
	Truncation    any             `json:"truncation"`
	Padding       any             `json:"padding"`
	AddedTokens   []addedToken    `json:"added_tokens"`
	Normalizer    *component      `json:"normalizer"`
	PreTokenizer  *component      `json:"pre_tokenizer"`
	PostProcessor any             `json:"post_processor"`
	Decoder       any             `json:"decoder"`
	Model         json.RawMessage `json:"model"`
}

// An addedToken tells the library that a token is special.
type addedToken struct {
	ID         int    `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// A component is a normalizer or a pre-tokenizer.
type component struct {
	Type        string      `json:"type"`
	Normalizers []component `json:"normalizers,omitempty"`
}

// A model is the vocabulary. Vocab is written in the order of the ids.
type model struct {
	Type     string     `json:"type"`
	Vocab    vocabulary `json:"vocab"`
	UnkToken string     `json:"unk_token"`
}

// WriteTo writes w as a Hugging Face tokenizer.json. Equal tokenizers give
// equal bytes, and that library saves the same bytes again. It gives the ids of
// Encode for sanitised text, except that it reads <s> and its like in a text as
// special tokens; its encode_special_tokens = True stops that for Punct.
func (w *Words) WriteTo(out io.Writer) (int64, error) {
	data, err := w.marshal()
	if err != nil {
		return 0, fmt.Errorf("writing tokenizer: %w", err)
	}
	n, err := out.Write(data)
	if err != nil {
		return int64(n), fmt.Errorf("writing tokenizer: %w", err)
	}
	return int64(n), nil
}

// marshal returns the bytes of the file.
func (w *Words) marshal() ([]byte, error) {
	words, err := encodeJSON(model{Type: wordLevel, Vocab: vocabularyOf(w.tokens), UnkToken: Specials[Unk]})
	if err != nil {
		return nil, err
	}
	data, err := encodeJSON(file{
		Version:      fileVersion,
		AddedTokens:  addedTokens(),
		Normalizer:   normalizer(w.options),
		PreTokenizer: preTokenizer(w.options),
		Model:        words,
	})
	if err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, data, "", "  "); err != nil {
		return nil, err
	}
	return indented.Bytes(), nil
}

// encodeJSON leaves <, > and & as they are, unlike json.Marshal.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

const (
	fileVersion = "1.0"
	wordLevel   = "WordLevel"
)

// addedTokens lists the specials.
func addedTokens() []addedToken {
	added := make([]addedToken, len(Specials))
	for id, special := range Specials {
		added[id] = addedToken{ID: id, Content: special, Special: true}
	}
	return added
}

// normalizer is the part of Sanitise and lower that the library can do.
func normalizer(o Options) *component {
	if o.Lower {
		return &component{Type: "Sequence", Normalizers: []component{{Type: "Lowercase"}, {Type: "NFC"}}}
	}
	return &component{Type: "NFC"}
}

// preTokenizer is the library's name for o.Split.
func preTokenizer(o Options) *component {
	if o.Split == Space {
		return &component{Type: "WhitespaceSplit"}
	}
	return &component{Type: "Whitespace"}
}

// options finds the options that f was written with.
func (f *file) options() (Options, error) {
	for _, o := range []Options{{}, {Lower: true}, {Split: Space}, {Split: Space, Lower: true}} {
		if reflect.DeepEqual(f.Normalizer, normalizer(o)) && reflect.DeepEqual(f.PreTokenizer, preTokenizer(o)) {
			return o, nil
		}
	}
	return Options{}, fmt.Errorf("its normalizer and pre-tokenizer are not a pair that this program writes")
}

// check refuses everything outside the model that this program does not write.
func (f *file) check() error {
	if f.Version != fileVersion {
		return fmt.Errorf("its version is %q, not %q", f.Version, fileVersion)
	}
	if !slices.Equal(f.AddedTokens, addedTokens()) {
		return fmt.Errorf("its added tokens are not %q with ids 0 to %d", Specials, len(Specials)-1)
	}
	if f.Truncation != nil || f.Padding != nil || f.PostProcessor != nil || f.Decoder != nil {
		return fmt.Errorf("its truncation, padding, post-processor and decoder must all be null")
	}
	return nil
}

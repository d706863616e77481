package tokenize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// A file is a Hugging Face tokenizer.json, its keys in the order in which
// that library writes them. What is nil here is null there.
type file struct {
	Version       string          `json:"version"`
	Truncation    json.RawMessage `json:"truncation"`
	Padding       json.RawMessage `json:"padding"`
	AddedTokens   []addedToken    `json:"added_tokens"`
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       json.RawMessage `json:"decoder"`
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

const fileVersion = "1.0"

// writeFile writes a tokenizer of this program: model is a wordLevelModel, a
// wordPieceModel or a bpeModel.
func writeFile(out io.Writer, p *pipeline, decoder string, model any) (int64, error) {
	data, err := marshalFile(p, decoder, model)
	if err != nil {
		return 0, fmt.Errorf("writing tokenizer: %w", err)
	}
	n, err := out.Write(data)
	if err != nil {
		return int64(n), fmt.Errorf("writing tokenizer: %w", err)
	}
	return int64(n), nil
}

func marshalFile(p *pipeline, decoder string, model any) ([]byte, error) {
	encoded, err := encodeJSON(model)
	if err != nil {
		return nil, err
	}
	data, err := encodeJSON(file{
		Version:      fileVersion,
		AddedTokens:  append(addedTokens(), p.added.tokens...),
		Normalizer:   p.normalizer,
		PreTokenizer: p.preTokenizer,
		Decoder:      json.RawMessage(decoder),
		Model:        encoded,
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

func addedTokens() []addedToken {
	added := make([]addedToken, len(Specials))
	for id, special := range Specials {
		added[id] = addedToken{ID: id, Content: special, Special: true}
	}
	return added
}

// special returns the tokens that f calls special, and the other ones that it adds.
func (f *file) special() (special map[string]bool, others []addedToken) {
	special = make(map[string]bool, len(f.AddedTokens))
	for _, a := range f.AddedTokens {
		if special[a.Content] = a.Special; !a.Special {
			others = append(others, a)
		}
	}
	return special, others
}

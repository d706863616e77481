package tokenize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// maxFile is the largest file that Load reads, in bytes. A million words take
// about a quarter of it.
const maxFile = 128 << 20

// Load reads a tokenizer.json that WriteTo wrote, or that Hugging Face's library
// saved from it. Anything else is an error of one sentence without the file's name.
func Load(r io.Reader) (Tokenizer, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading tokenizer: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("cannot use this tokenizer: it is larger than %d bytes", maxFile)
	}
	w, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("cannot use this tokenizer: %w", err)
	}
	return w, nil
}

// parse checks everything before the model is built, because the model checks nothing.
func parse(data []byte) (*Words, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("it is not a whole tokenizer.json: %w", err)
	}
	vocab, err := parseModel(f.Model)
	if err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	o, err := f.options()
	if err != nil {
		return nil, err
	}
	tokens, err := vocab.tokens()
	if err != nil {
		return nil, err
	}
	return newWords(tokens, o)
}

// parseModel looks at the type first: other models have other fields.
func parseModel(data []byte) (vocabulary, error) {
	var kind struct{ Type string }
	if err := json.Unmarshal(data, &kind); err != nil || kind.Type == "" {
		return nil, fmt.Errorf("it has no model of a known shape")
	}
	if kind.Type != wordLevel {
		return nil, fmt.Errorf("its model is of type %q and only %s is supported", kind.Type, wordLevel)
	}
	var m model
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("its %s model is malformed: %w", wordLevel, err)
	}
	if m.UnkToken != Specials[Unk] {
		return nil, fmt.Errorf("its unknown token is %q, not %q", m.UnkToken, Specials[Unk])
	}
	return m.Vocab, nil
}

// A vocabulary maps words to ids and is written in the order of the ids.
type vocabulary map[string]int

// vocabularyOf numbers tokens from 0.
func vocabularyOf(tokens []string) vocabulary {
	v := make(vocabulary, len(tokens))
	for id, token := range tokens {
		v[token] = id
	}
	return v
}

// MarshalJSON writes the words in the order of their ids.
func (v vocabulary) MarshalJSON() ([]byte, error) {
	tokens, err := v.tokens()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for id, token := range tokens {
		key, err := encodeJSON(token)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%c%s:%d", "{,"[min(id, 1)], key, id)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// tokens returns the words by id. The ids must be 0 to len(v)-1, the specials
// first, and no word may hold what Sanitise removes: Decode prints words, and a
// file from a stranger must not send escape codes to a terminal.
func (v vocabulary) tokens() ([]string, error) {
	tokens := make([]string, len(v))
	for token, id := range v {
		if id < 0 || id >= len(v) || token == "" || tokens[id] != "" {
			return nil, fmt.Errorf("the ids of its %d words are not 0 to %d, each once", len(v), len(v)-1)
		}
		tokens[id] = token
	}
	if len(tokens) < len(Specials) || [4]string(tokens[:4]) != Specials {
		return nil, fmt.Errorf("its first ids are not the special tokens %q", Specials)
	}
	for id, token := range tokens {
		if strings.ContainsFunc(token, isUnprintable) {
			return nil, fmt.Errorf("its word %q (id %d) holds a space or a character that cannot be printed", token, id)
		}
	}
	return tokens, nil
}

// isUnprintable reports whether r cannot be in a word. Unassigned code points may:
// the file may come from a program that knows a later Unicode.
func isUnprintable(r rune) bool {
	return unicode.IsSpace(r) || !isAllowed(r) && !unicode.Is(unicode.Cn, r)
}

package tokenize

import (
	"encoding/json"
	"fmt"
	"io"
)

// maxFile is the largest file that Load reads, in bytes. A million words take
// about a quarter of it.
const maxFile = 128 << 20

// Load reads a Hugging Face tokenizer.json, written by this package or by others:
// byte-level BPE as GPT-2, Qwen and LLaMA 3 have it, BPE of characters with bytes
// for others as LLaMA, Unigram as T5 and XLM-R, WordPiece as BERT, or WordLevel. On
// sanitised text its ids are those of the library, renumbered: the four specials
// come first, the file's own special tokens are left out, and the others follow in
// their order. So a file that WriteTo wrote keeps its ids. Post-processor,
// truncation and padding are passed over: they add or cut what the caller does,
// and so is the decoder.
//
// Text that spells a special token is text here; there, encode_special_tokens =
// True makes it so. Anything not supported is an error of one sentence that names
// it, without the file's name.
func Load(r io.Reader) (Tokenizer, error) {
	data, err := io.ReadAll(io.LimitReader(Decoded(r), maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading tokenizer: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("cannot use this tokenizer: it is larger than %d bytes", maxFile)
	}
	t, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("cannot use this tokenizer: %w", err)
	}
	return t, nil
}

// parse looks at the model first: whoever loads a model of another type wants to read
// about that, not about its normalizer.
func parse(data []byte) (Tokenizer, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("it is not a whole tokenizer.json: %w", err)
	}
	build, err := builder(f.Model)
	if err != nil {
		return nil, err
	}
	if f.Version != fileVersion {
		return nil, fmt.Errorf("its version is %q, not %q", f.Version, fileVersion)
	}
	special, others := f.special()
	p, err := newPipeline(f.Normalizer, f.PreTokenizer)
	if err != nil {
		return nil, err
	}
	if p.added, err = newAddedSet(others, p.normalise); err != nil {
		return nil, err
	}
	return build(f.Model, special, p)
}

func builder(model json.RawMessage) (func(json.RawMessage, map[string]bool, *pipeline) (Tokenizer, error), error) {
	kind, err := modelType(model)
	if err != nil {
		return nil, err
	}
	switch kind {
	case wordLevel:
		return loadWords, nil
	case wordPiece:
		return loadWordPiece, nil
	case byteBPE:
		return loadBPE, nil
	case unigram:
		return loadUnigram, nil
	}
	return nil, fmt.Errorf("its model is of type %q and only %s, %s, %s and %s are supported", kind, byteBPE, unigram, wordPiece, wordLevel)
}

const (
	wordLevel = "WordLevel"
	wordPiece = "WordPiece"
	byteBPE   = "BPE"
	unigram   = "Unigram"
)

// modelType returns the type of a model. Files of before 2020 do not state
// it, and it shows in the fields.
func modelType(data json.RawMessage) (string, error) {
	var m struct {
		Type       string
		Vocab      json.RawMessage
		Merges     json.RawMessage
		Characters json.RawMessage `json:"max_input_chars_per_word"`
	}
	switch err := json.Unmarshal(data, &m); {
	case err != nil || m.Type == "" && m.Vocab == nil:
		return "", fmt.Errorf("it has no model of a known shape")
	case m.Type != "":
		return m.Type, nil
	case m.Merges != nil:
		return byteBPE, nil
	case m.Characters != nil:
		return wordPiece, nil
	}
	return wordLevel, nil
}

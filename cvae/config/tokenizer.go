package config

import (
	"errors"
	"fmt"

	"github.com/cvae-go/cvae/tokenize"
)

// The kinds of tokenizer that a configuration chooses from.
const (
	WordLevel = "words" // learnt from the corpus: a token a word
	ByteLevel = "bpe"   // learnt from the corpus: byte-level byte-pair encoding
	FromFile  = "file"  // somebody else's tokenizer.json
)

// Tokenizer says how text becomes tokens. The yaml names are keys of
// config.yaml and --set.
type Tokenizer struct {
	Kind     string `yaml:"kind"`  // words, bpe, or file
	File     string `yaml:"file"`  // a tokenizer.json, of kind file
	Split    string `yaml:"split"` // punct or space, of kind words
	Lower    bool   `yaml:"lower"`
	Size     int    `yaml:"size"` // tokens kept, special ones included; 0: all
	MinCount int    `yaml:"min_count"`
}

// validate refuses settings that make no tokenizer, naming the key.
func (c Tokenizer) validate() error {
	switch {
	case c.Kind != WordLevel && c.Kind != ByteLevel && c.Kind != FromFile:
		return fmt.Errorf("tokenizer.kind %q is none of %s, %s and %s", c.Kind, WordLevel, ByteLevel, FromFile)
	case c.Kind == FromFile && c.File == "":
		return errors.New("tokenizer.file is empty; name the tokenizer.json to use")
	case c.Kind != FromFile && c.File != "":
		return fmt.Errorf("tokenizer.file is %q and tokenizer.kind %s; set tokenizer.kind=%s to use the file", c.File, c.Kind, FromFile)
	case c.Split != tokenize.Punct.String() && c.Split != tokenize.Space.String():
		return fmt.Errorf("tokenizer.split %q is neither %s nor %s", c.Split, tokenize.Punct, tokenize.Space)
	case c.Size != 0 && c.Size < 5:
		return fmt.Errorf("tokenizer.size is %d; it must be at least 5, or 0 for all tokens", c.Size)
	case c.Kind == ByteLevel && c.Size != 0 && c.Size < leastBPE:
		return fmt.Errorf("tokenizer.size is %d; with tokenizer.kind=%s it must be at least %d, the special tokens and all bytes", c.Size, ByteLevel, leastBPE)
	}
	return nil
}

// leastBPE is the size of a byte-level encoding without merges.
const leastBPE = len(tokenize.Specials) + 256

package config

import (
	"strings"
	"testing"
)

func TestTokenizer(t *testing.T) {
	good := Tokenizer{Kind: "words", Split: "punct"}
	if err := good.validate(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Tokenizer){
		"tokenizer.kind":         func(c *Tokenizer) { c.Kind = "unigram" },
		"tokenizer.file is em":   func(c *Tokenizer) { c.Kind = "file" },
		"tokenizer.kind=file":    func(c *Tokenizer) { c.File = "x.json" },
		"tokenizer.split":        func(c *Tokenizer) { c.Split = "none" },
		"tokenizer.size is 4":    func(c *Tokenizer) { c.Size = 4 },
		"must be at least 260, ": func(c *Tokenizer) { c.Kind, c.Size = "bpe", 259 },
	} {
		c := good
		change(&c)
		if err := c.validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", c, err, want)
		}
	}
}

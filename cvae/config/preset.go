package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/tokenize"
)

// A Preset fixes the shapes of a model and its optimiser.
type Preset struct {
	Name, Title string
	Model       cvae.Config
	Tokenizer   Tokenizer
	Optimiser   train.Optimiser
	Batch       int
	SameLength  bool
	MaxEpochs   int
	MaxTime     time.Duration
	Interval    int // steps between log lines
	// Settings overrides defaults of methods.
	Settings method.Settings
}

// adam is the optimiser of the dialogue presets (NeuralDialog-CVAE).
func adam() train.Optimiser {
	return train.Optimiser{Name: "adam", LearningRate: 1e-3, Clip: 5, Patience: 3}
}

// sgd is the optimiser of the text presets: the rate is halved after two
// validations without a gain, from epoch 15 on, five times at most (He et al.
// 2019).
func sgd() train.Optimiser {
	return train.Optimiser{Name: "sgd", LearningRate: 1, Clip: 5, Decay: 0.5, Patience: 2, DecayFrom: 15, Decays: 5}
}

// small is the clean dialogue model that a user would write.
func small() Preset {
	return Preset{
		Name: "small", Title: "dialogue, GRU 256, z 32, 8000 words, context 3×20, response 20",
		Model: cvae.Config{
			Mode:    cvae.Dialogue,
			Encoder: cvae.Encoder{Cell: "gru", Embedding: 128, Hidden: 256, Share: true},
			Context: cvae.Context{Hidden: 256, Turns: 3, Tokens: 20},
			Decoder: cvae.Decoder{Hidden: 256, Tokens: 20, ShareEmbedding: true, LatentEveryStep: true, StartTanh: true, Bias: true, BagOfWords: 256},
			Latent:  cvae.Latent{Dim: 32, Prior: 256, Recognition: 256, Bias: true},
			Init:    cvae.Init{Embedding: 1},
		},
		Tokenizer: Tokenizer{Kind: "words", Split: "punct", Lower: true, Size: 8000}, Optimiser: adam(),
		Batch: 64, MaxEpochs: 20, Interval: 100,
	}
}

// tiny trains on the built-in corpus in less than two minutes.
func tiny() Preset {
	p := small()
	p.Name, p.Title = "tiny", "dialogue, GRU 64, z 16, 2000 words, context 2×16, response 16"
	p.Model.Encoder.Embedding, p.Model.Encoder.Hidden = 32, 64
	p.Model.Context.Hidden, p.Model.Context.Turns, p.Model.Context.Tokens = 64, 2, 16
	p.Model.Decoder.Hidden, p.Model.Decoder.Tokens, p.Model.Decoder.BagOfWords = 64, 16, 64
	p.Model.Latent = cvae.Latent{Dim: 16, Prior: 64, Recognition: 64, Bias: true}
	p.Tokenizer.Size, p.Batch, p.MaxEpochs, p.MaxTime = 2000, 32, 15, 90*time.Second
	return p
}

// swda is the model of the Switchboard tables (Zhao et al. 2017, Zhu et al.
// 2020).
func swda() Preset {
	return Preset{
		Name: "swda", Title: "dialogue of the Switchboard tables: bi-GRU 300, GRU 600, GRU 400, z 200, 10000 words",
		Model: cvae.Config{
			Mode:    cvae.Dialogue,
			Encoder: cvae.Encoder{Cell: "gru", Embedding: 200, Hidden: 300, Bidirectional: true, Share: true, Start: true},
			Context: cvae.Context{Hidden: 600, Turns: 10, Tokens: 40, Floor: true},
			Decoder: cvae.Decoder{Hidden: 400, Tokens: 40, ShareEmbedding: true, Bias: true, BagOfWords: 400},
			Latent:  cvae.Latent{Dim: 200, Prior: 400, Bias: true},
			Init:    cvae.Init{Embedding: 1},
		},
		Tokenizer: Tokenizer{Kind: "words", Split: "punct", Lower: true, Size: 10000}, Optimiser: adam(),
		Batch: 30, MaxEpochs: 60, Interval: 100, Settings: method.Settings{"bn.gamma": 0.4},
	}
}

// text is the sentence autoencoder of He et al. 2019 with the given sizes.
func text(name, title string, embedding, hidden int) Preset {
	return Preset{
		Name: name, Title: title,
		Model: cvae.Config{
			Mode:    cvae.Text,
			Encoder: cvae.Encoder{Cell: "lstm", Embedding: embedding, Hidden: hidden, Start: true},
			Decoder: cvae.Decoder{Hidden: hidden, Tokens: 201, LatentEveryStep: true, DropoutIn: 0.5, DropoutOut: 0.5, BagOfWords: hidden},
			Latent:  cvae.Latent{Dim: 32},
			Init:    cvae.Init{Weights: 0.01, Embedding: 0.1},
		},
		Tokenizer: Tokenizer{Kind: "words", Split: "space"}, Optimiser: sgd(),
		Batch: 32, SameLength: true, MaxEpochs: 100, Interval: 100,
	}
}

// Presets lists the presets.
func Presets() []Preset {
	yahoo := text("yahoo", "text of the Yahoo tables: LSTM 1024, embedding 512, z 32, 20001 words", 512, 1024)
	yahoo.Tokenizer.Size = 20001
	return []Preset{
		tiny(), small(), swda(), yahoo,
		text("ptb", "text of the PTB tables: LSTM 256, embedding 256, z 32", 256, 256),
		text("yelp-short", "short Yelp sentences: LSTM 512, embedding 128, z 32", 128, 512),
	}
}

// FindPreset returns the preset of that name.
func FindPreset(name string) (Preset, error) {
	var names []string
	for _, p := range Presets() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Preset{}, setting.Of("preset", fmt.Errorf("there is no preset %q; the presets are %s", name, strings.Join(names, " ")))
}

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
		return setting.Refuse("tokenizer.kind", "%q is none of %s, %s and %s", c.Kind, WordLevel, ByteLevel, FromFile)
	case c.Kind == FromFile && c.File == "":
		return setting.Refuse("tokenizer.file", "is empty; name the tokenizer.json to use")
	case c.Kind != FromFile && c.File != "":
		return setting.Refuse("tokenizer.file", "is %q and tokenizer.kind %s; set tokenizer.kind=%s to use the file", c.File, c.Kind, FromFile)
	case c.Split != tokenize.Punct.String() && c.Split != tokenize.Space.String():
		return setting.Refuse("tokenizer.split", "%q is neither %s nor %s", c.Split, tokenize.Punct, tokenize.Space)
	case c.MinCount < 0:
		return setting.Refuse("tokenizer.min_count", "is %d; it must be at least 0, and 1 keeps every word", c.MinCount)
	case c.Size != 0 && c.Size < 5:
		return setting.Refuse("tokenizer.size", "is %d; it must be at least 5, or 0 for all tokens", c.Size)
	case c.Kind == ByteLevel && c.Size != 0 && c.Size < leastBPE:
		return setting.Refuse("tokenizer.size", "is %d; with tokenizer.kind=%s it must be at least %d, the special tokens and all bytes", c.Size, ByteLevel, leastBPE)
	}
	return nil
}

// leastBPE is the size of a byte-level encoding without merges.
const leastBPE = len(tokenize.Specials) + 256

package cvae

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/dialog"
)

// A Mode is what the model conditions on.
type Mode string

// The modes.
const (
	Dialogue Mode = "dialogue" // a context, and a learned prior p(z|c)
	Text     Mode = "text"     // nothing: p(z) = N(0, I)
)

// Config is the shape of a model. The yaml names are the keys of
// config.yaml and --set.
type Config struct {
	Mode    Mode    `yaml:"mode"`
	Encoder Encoder `yaml:"encoder"`
	Context Context `yaml:"context"`
	Decoder Decoder `yaml:"decoder"`
	Latent  Latent  `yaml:"latent"`
	Init    Init    `yaml:"init"`
	// Condition is what c holds besides the context.
	Condition Conditioning `yaml:"condition"`
}

// Encoder shapes the utterance encoder, which reads turns and responses.
type Encoder struct {
	Cell          string `yaml:"cell"` // gru or lstm, also of the context layer
	Embedding     int    `yaml:"embedding"`
	Hidden        int    `yaml:"hidden"` // per direction
	Bidirectional bool   `yaml:"bidirectional"`
	// Pool is what the features of an utterance are of the states of its words:
	// last, mean or max (Long et al. 2019, whose encoder reads texts alone; here
	// turns are pooled too, because they may share its weights). Each direction
	// pools its own states. Empty: last.
	Pool string `yaml:"pool"`
	// Share lets the response encoder use the weights of the turn encoder.
	Share bool `yaml:"share"`
	// Start puts <s> before every sequence that an encoder reads.
	Start bool `yaml:"start"`
}

// Context shapes the layer over the turns; it is not used in text mode.
type Context struct {
	Hidden int  `yaml:"hidden"`
	Turns  int  `yaml:"turns"`  // latest turns kept
	Tokens int  `yaml:"tokens"` // words kept of a turn, </s> included
	Floor  bool `yaml:"floor"`  // tell who speaks
	// Persona puts the persona of the response's speaker before the turns, each
	// line a turn of its own that pushes none out of Turns; see
	// dialog.Window.PersonaTurns. Omitted where it is not set, so that the files
	// of other runs keep their bits.
	Persona bool `yaml:"persona,omitempty"`
}

// Decoder shapes p(x|z,c).
type Decoder struct {
	Kind   string `yaml:"kind"` // rnn, cnn or transformer; empty: rnn
	Cell   string `yaml:"cell"` // gru or lstm, of an rnn; empty: that of the encoder
	Hidden int    `yaml:"hidden"`
	Tokens int    `yaml:"tokens"` // words kept of a response, </s> included
	// ShareEmbedding uses the encoder's word embedding.
	ShareEmbedding bool `yaml:"share_embedding"`
	// LatentEveryStep feeds z to every step, not to what the decoder starts from
	// alone. A cnn adds what it starts from to every embedding, and then z itself too.
	LatentEveryStep bool `yaml:"latent_every_step"`
	// StartTanh bends the initial state of a GRU; an LSTM's cell starts
	// straight and its hidden state is always the tanh of it.
	StartTanh bool `yaml:"start_tanh"`
	// Bias gives the initial-state and vocabulary layers biases.
	Bias       bool    `yaml:"bias"`
	DropoutIn  float64 `yaml:"dropout_in"`   // of word embeddings
	DropoutOut float64 `yaml:"dropout_out"`  // of hidden states before the vocabulary
	BagOfWords int     `yaml:"bag_of_words"` // hidden units of the bag-of-words layer and of the act head
	// Attention is what the decoder attends to word by word: context, the states of the
	// words of all turns that the model sees (see op.Attention and op.CrossAttention);
	// empty, or none: nothing. A method that reads no context attends to nothing.
	Attention string `yaml:"attention,omitempty"`
	// What one kind alone has is omitted elsewhere, so that files of other kinds
	// keep their bits.

	// Dilations are those of the blocks of a cnn; empty: 1, 2, 4. Yang et al. 2017
	// have that, then 1, 2, 4, 8, 16 once, twice and three times.
	Dilations []int `yaml:"dilations,omitempty,flow"`
	// Blocks, Heads and FeedForward, the inner units of the feed-forward networks,
	// shape a transformer; 0: 3, 4 and four times Hidden.
	Blocks      int `yaml:"blocks,omitempty"`
	Heads       int `yaml:"heads,omitempty"`
	FeedForward int `yaml:"feed_forward,omitempty"`
	// Positions of a transformer are learned or sinusoidal; empty: learned.
	Positions string `yaml:"positions,omitempty"`
	// Activation of its feed-forward networks is relu or gelu; empty: relu.
	Activation string `yaml:"activation,omitempty"`
}

// Latent shapes the latent variable and the networks on both its sides.
type Latent struct {
	Dim         int  `yaml:"dim"`
	Prior       int  `yaml:"prior"`       // hidden units of the prior network; 0: one affine layer
	Recognition int  `yaml:"recognition"` // hidden units of the recognition network; 0: one affine layer
	Bias        bool `yaml:"bias"`
}

// Init is the range of the uniform first weights.
type Init struct {
	Weights   float64 `yaml:"weights"` // 0: 1/√fan-in, 1/√hidden in recurrent layers
	Embedding float64 `yaml:"embedding"`
}

// Window is what the model sees of a dialogue.
func (c Config) Window() dialog.Window {
	w := dialog.Window{Turns: c.Context.Turns, Tokens: c.Context.Tokens, Response: c.Decoder.Tokens, Persona: c.Context.Persona}
	if c.Mode == Text {
		w.Turns = 0
	}
	return w
}

// SeparateInference is the configuration in which the response encoder has
// weights of its own and the decoder reads no word embedding of it, so that
// the inference group can be trained alone.
func (c Config) SeparateInference() Config {
	c.Encoder.Share = false
	if c.Mode == Text {
		c.Decoder.ShareEmbedding = false
	}
	return c
}

// Complete fills in the defaults of what is left out, as it is in files that are
// older than a setting.
func (c Config) Complete() Config {
	if c.Decoder.Kind == "" {
		c.Decoder.Kind = "rnn"
	}
	if c.Encoder.Pool == "" {
		c.Encoder.Pool = string(op.LastState)
	}
	if c.Decoder.Cell == "" {
		c.Decoder.Cell = c.Encoder.Cell
	}
	if c.Decoder.Attention == "none" {
		c.Decoder.Attention = ""
	}
	c.Decoder.completeKind()
	c.Condition = c.Condition.Complete()
	return c
}

// A limit is the range of a whole-number setting.
type limit struct {
	key      string
	value    int
	min, max int
}

func (l limit) validate() error {
	if l.value < l.min || l.value > l.max {
		return setting.Refuse(l.key, "is %d; it must be from %d to %d", l.value, l.min, l.max)
	}
	return nil
}

// A probability is that of dropping something.
type probability struct {
	key   string
	value float64
}

func (p probability) validate() error {
	if !(p.value >= 0 && p.value < 1) {
		return setting.Refuse(p.key, "is %g; a dropout probability is at least 0 and below 1", p.value)
	}
	return nil
}

// Validate refuses shapes that cannot be built, naming the key.
func (c Config) Validate() error {
	c = c.Complete()
	if c.Mode != Dialogue && c.Mode != Text {
		return setting.Refuse("mode", "%q is neither dialogue nor text", c.Mode)
	}
	if kinds := slices.Sorted(maps.Keys(networks[float32]())); !slices.Contains(kinds, c.Decoder.Kind) {
		return setting.Refuse("decoder.kind", "%q is not a kind of decoder; there is %s", c.Decoder.Kind, strings.Join(kinds, ", "))
	}
	for _, s := range [][2]string{{"encoder.cell", c.Encoder.Cell}, {"decoder.cell", c.Decoder.Cell}} {
		if cell := op.Cell(s[1]); cell != op.GRU && cell != op.LSTM {
			return setting.Refuse(s[0], "%q is neither gru nor lstm", cell)
		}
	}
	if !slices.Contains(op.Pools(), op.Pool(c.Encoder.Pool)) {
		return setting.Refuse("encoder.pool", "%q is none of last, mean and max", c.Encoder.Pool)
	}
	limits := []limit{
		{"encoder.embedding", c.Encoder.Embedding, 1, 1 << 14},
		{"encoder.hidden", c.Encoder.Hidden, 1, 1 << 14},
		{"decoder.hidden", c.Decoder.Hidden, 1, 1 << 14},
		{"decoder.tokens", c.Decoder.Tokens, 2, 1 << 14},
		{"decoder.bag_of_words", c.Decoder.BagOfWords, 1, 1 << 14},
		{"latent.dim", c.Latent.Dim, 1, 1 << 12},
		{"latent.prior", c.Latent.Prior, 0, 1 << 14},
		{"latent.recognition", c.Latent.Recognition, 0, 1 << 14},
	}
	if c.Mode == Dialogue {
		limits = append(limits,
			limit{"context.hidden", c.Context.Hidden, 1, 1 << 14},
			limit{"context.turns", c.Context.Turns, 1, 1 << 10},
			limit{"context.tokens", c.Context.Tokens, 2, 1 << 14})
	}
	for _, l := range limits {
		if err := l.validate(); err != nil {
			return err
		}
	}
	if err := c.Decoder.validateKind(); err != nil {
		return err
	}
	if err := c.Decoder.validateAttention(c.Mode); err != nil {
		return err
	}
	if err := c.Condition.validate(c.Mode); err != nil {
		return err
	}
	return c.validateNumbers()
}

func (c Config) validateNumbers() error {
	for _, p := range []probability{{"decoder.dropout_in", c.Decoder.DropoutIn}, {"decoder.dropout_out", c.Decoder.DropoutOut}} {
		if err := p.validate(); err != nil {
			return err
		}
	}
	if w := c.Init.Weights; !(w >= 0 && w <= 10) {
		return setting.Refuse("init.weights", "is %g; it must be from 0 to 10", w)
	}
	if e := c.Init.Embedding; !(e > 0 && e <= 10) {
		return setting.Refuse("init.embedding", "is %g; it must be above 0 and at most 10", e)
	}
	return nil
}

// validate refuses options that a model of this shape cannot have.
func (o DecoderOptions) validate(c Config, noLatent bool) error {
	for _, p := range []probability{{"the word dropout", o.WordDropout}, {"the share of hidden words", o.Denoise}, {"the dropout of fraternal dropout", o.Dropout}} {
		if err := p.validate(); err != nil {
			return err
		}
	}
	switch {
	case o.Skip && noLatent:
		return errors.New("skip connections carry z to the vocabulary, and this model has no latent variable")
	case !(o.Fraternal >= 0) || math.IsInf(o.Fraternal, 0):
		return fmt.Errorf("the weight of fraternal dropout is %g; it must be 0 or a positive number", o.Fraternal)
	case o.Fraternal > 0 && max(c.Decoder.DropoutIn, c.Decoder.DropoutOut, o.Dropout, o.WordDropout) == 0:
		return errors.New("fraternal dropout compares two dropout masks, and this model drops nothing; set decoder.dropout_out or decoder.dropout_in above 0")
	}
	return nil
}

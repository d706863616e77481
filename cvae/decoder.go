package cvae

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/cvae/internal/setting"
)

// networks makes the hidden layers of every decoder.kind, which start from something
// or not.
func networks[T Float]() map[string]func(c Config, starts bool, make nn.Maker[T]) op.Network[T] {
	return map[string]func(Config, bool, nn.Maker[T]) op.Network[T]{
		"rnn":         makeRNN[T],
		"cnn":         makeCNN[T],
		"transformer": makeTransformer[T],
	}
}

// A shaping is what a decoder.kind knows of its settings.
type shaping struct {
	own      []string       // keys that other kinds do not have
	complete func(*Decoder) // fills in what is left out
	validate func(Decoder) error
	// size is the trained numbers of its network, and the numbers that the way back reads
	// of a word.
	size func(Config) (weights, states float64)
}

// shapings are those of every decoder.kind that has settings of its own.
func shapings() map[string]shaping {
	return map[string]shaping{
		"cnn": {[]string{"decoder.dilations"}, completeCNN, validateCNN, sizeCNN},
		"transformer": {[]string{"decoder.blocks", "decoder.heads", "decoder.feed_forward", "decoder.positions", "decoder.activation"},
			completeTransformer, validateTransformer, sizeTransformer},
	}
}

// completeKind fills in the settings of the kind.
func (d *Decoder) completeKind() {
	if s, ok := shapings()[d.Kind]; ok {
		s.complete(d)
	}
}

// validateKind refuses settings that the kind cannot have.
func (d Decoder) validateKind() error {
	set := map[string]bool{
		"decoder.dilations": d.Dilations != nil,
		"decoder.blocks":    d.Blocks != 0, "decoder.heads": d.Heads != 0, "decoder.feed_forward": d.FeedForward != 0,
		"decoder.positions": d.Positions != "", "decoder.activation": d.Activation != "",
	}
	for _, kind := range slices.Sorted(maps.Keys(shapings())) {
		s := shapings()[kind]
		if kind == d.Kind {
			if err := s.validate(d); err != nil {
				return err
			}
			continue
		}
		for _, key := range s.own {
			if set[key] {
				return setting.Refuse(key, "is a setting of decoder.kind %s, and this is %s", kind, d.Kind)
			}
		}
	}
	return nil
}

// makeRNN makes one recurrent layer.
func makeRNN[T Float](c Config, _ bool, make nn.Maker[T]) op.Network[T] {
	return make.Recurrent("decoder", op.Cell(c.Decoder.Cell), c.Encoder.Embedding, c.Decoder.Hidden)
}

// makeDecoder makes the decoder and the layer of what it starts from.
func (m *Model[T]) makeDecoder() {
	m.encoders = len(m.store.Params)
	c := m.Config
	m.decoder = m.makeAutoregressive()
	m.decoded = len(m.store.Params)
	widths := m.beginningWidths()
	if c.Condition.ActHead {
		widths = append(widths, c.Condition.Embedding)
	}
	if len(widths) > 0 {
		m.start = m.maker(nn.Generative).Affine("start", c.Decoder.Hidden, c.Decoder.Bias, c.Decoder.StartTanh, widths...)
	}
}

// decoderWords is the word embedding of a decoder.
func (m *Model[T]) decoderWords() *op.Weight[T] {
	if m.Config.Decoder.ShareEmbedding {
		switch {
		case m.context != nil:
			return m.context.Turns.Embedding
		case m.response != nil:
			return m.response.Embedding
		}
	}
	return m.maker(nn.Generative).Words("decoder.embedding", m.Vocabulary, m.Config.Encoder.Embedding)
}

// makeAutoregressive makes the decoder over the network of its kind. With skip
// connections its vocabulary layer reads z beside the hidden states.
func (m *Model[T]) makeAutoregressive() op.Decoder[T] {
	c, o, make := m.Config, m.Parts.Decoder, m.maker(nn.Generative)
	if m.context == nil {
		c.Decoder.Attention = "" // there is nothing to attend to
	}
	d := &op.Autoregressive[T]{
		DropIn: c.Decoder.DropoutIn, DropOut: max(c.Decoder.DropoutOut, o.Dropout), DropWords: o.WordDropout,
		Skip: o.Skip, Fraternal: o.Fraternal, Denoise: o.Denoise,
	}
	read := c.Decoder.Hidden
	z := m.Latent()
	width := z.Width()
	if z.Sequence() {
		d.Steps, width = z.Steps, z.Dim
	}
	if o.Skip {
		read += width
	}
	d.Embedding = m.decoderWords()
	d.Network = networks[T]()[c.Decoder.Kind](c, len(m.beginningWidths()) > 0, make)
	d.Attention = makeAttention(c, make)
	d.Output = make.Output("vocabulary", m.Vocabulary, read, c.Decoder.Bias)
	if !z.None() && (c.Decoder.LatentEveryStep || o.Skip || z.Sequence()) {
		d.Latent = make.Matrix("decoder.latent", d.Network.Extra(), width)
	}
	return d
}

// SetWord gives a word of the vocabulary a vector in every word embedding of the
// model, in place of its first values. ResetDecoder forgets it in an embedding
// that the decoder has to itself.
func (m *Model[T]) SetWord(id int, vector []float32) error {
	if e := m.Config.Encoder.Embedding; len(vector) != e {
		return fmt.Errorf("a word vector of %d numbers for a word embedding of %d", len(vector), e)
	}
	for _, w := range m.wordEmbeddings() {
		to := w.Row(w.Value, int32(id))
		for i, v := range vector {
			to[i] = T(v)
		}
		w.Changed()
	}
	return nil
}

// wordEmbeddings are the word embeddings, shared ones several times.
func (m *Model[T]) wordEmbeddings() []*op.Weight[T] {
	words := []*op.Weight[T]{m.decoder.Words()}
	if m.context != nil {
		words = append(words, m.context.Turns.Embedding)
	}
	if m.response != nil {
		words = append(words, m.response.Embedding)
	}
	return words
}

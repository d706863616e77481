package cvae

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/cvae/internal/setting"
)

// The positions of a transformer.
const (
	learned    = "learned"
	sinusoidal = "sinusoidal"
)

// completeTransformer takes three blocks, as texar's VAE-Transformer has for Yahoo,
// four heads, and a feed-forward network four times as wide (Vaswani et al. 2017).
func completeTransformer(d *Decoder) {
	if d.Blocks == 0 {
		d.Blocks = 3
	}
	if d.Heads == 0 {
		d.Heads = 4
	}
	if d.FeedForward == 0 {
		d.FeedForward = 4 * d.Hidden
	}
	if d.Positions == "" {
		d.Positions = learned
	}
	if d.Activation == "" {
		d.Activation = string(op.ReLU)
	}
}

func validateTransformer(d Decoder) error {
	for _, l := range []limit{
		{"decoder.blocks", d.Blocks, 1, 100},
		{"decoder.heads", d.Heads, 1, 1 << 10},
		{"decoder.feed_forward", d.FeedForward, 1, 1 << 16},
	} {
		if err := l.validate(); err != nil {
			return err
		}
	}
	if d.Hidden%d.Heads != 0 {
		return setting.Refuse("decoder.hidden", "is %d, which %d heads do not divide; change it or decoder.heads", d.Hidden, d.Heads)
	}
	if d.Positions != learned && d.Positions != sinusoidal {
		return setting.Refuse("decoder.positions", "%q is neither learned nor sinusoidal", d.Positions)
	}
	if a := op.Activation(d.Activation); a != op.ReLU && a != op.GELU {
		return setting.Refuse("decoder.activation", "%q is neither relu nor gelu", a)
	}
	return nil
}

// makeTransformer makes positions for every word that a response can have, and a
// memory where there is something to start from.
func makeTransformer[T Float](c Config, starts bool, make nn.Maker[T]) op.Network[T] {
	d := c.Decoder
	n := &op.Transformer[T]{Heads: d.Heads, Stem: make.Stem("decoder", c.Encoder.Embedding, d.Hidden)}
	if d.Positions == learned {
		make.Positions("decoder.positions", n.Stem, d.Tokens)
	} else {
		n.Stem.Sinusoids(d.Tokens)
	}
	for i := range d.Blocks {
		name := fmt.Sprint("decoder.block", i)
		b := make.TransformerBlock(name, d.Hidden, d.FeedForward, op.Activation(d.Activation))
		if starts {
			b.Memory = make.Matrix(name+".memory", d.Hidden, d.Hidden)
		}
		if d.Attention != "" {
			b.Cross = make.CrossAttention(name+".cross", d.Hidden, c.turnWidth())
		}
		n.Blocks = append(n.Blocks, b)
	}
	n.Norm = make.Norm("decoder.norm", d.Hidden, false)
	return n
}

// sizeTransformer counts queries, keys, values, output and memory, and the two layers of
// the feed-forward network, of every block; of attention the statistics of its softmax
// alone stay.
func sizeTransformer(c Config) (weights, states float64) {
	d := c.Decoder
	h, f, blocks := float64(d.Hidden), float64(d.FeedForward), float64(d.Blocks)
	weights = float64(c.Encoder.Embedding)*h + blocks*(5*h*h+2*h*f)
	if d.Positions == learned {
		weights += float64(d.Tokens) * h
	}
	return weights, h + blocks*(8*h+2*f)
}

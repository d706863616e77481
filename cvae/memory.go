package cvae

import (
	"cmp"
	"slices"
)

// A Demand is the memory that one setting is mostly to blame for.
type Demand struct {
	Key   string // of the configuration
	Value int
	Bytes float64
}

// The copies of a parameter in training: its value, its gradient and the two moments of
// Adam, in float32.
const trainedBytes = 4 * 4

// slack is what the graph of validation and the garbage collector add, as measured on
// models of some hundred megabytes of every kind.
const slack = 1.7

// Demands estimates what training needs with a vocabulary of v words, batches of so
// many examples and what a method chooses, the greatest demand first. It counts
// matrices, the states that the way back reads, and what the graph holds of z, and is
// meant to tell 2 GB from 200 before anything is built, not 2 from 3.
func (c Config) Demands(v, batch int, p Parts) []Demand {
	c = c.Complete()
	size := func(n int) float64 { return float64(n) }
	words, e, h, z := size(v), size(c.Encoder.Embedding), size(c.Encoder.Hidden), size(c.Latent.Dim)
	directions, tables, encoders := 1.0, 1.0, 1.0
	if c.Encoder.Bidirectional {
		directions = 2
	}
	if !c.Decoder.ShareEmbedding {
		tables++
	}
	if !c.Encoder.Share {
		encoders++
	}
	read, context := size(c.Decoder.Tokens), 0.0
	if c.Mode == Dialogue {
		context = size(c.Context.Hidden)
		read += size(c.Context.Turns) * size(c.Context.Tokens)
	}
	known, step := directions*h+context, size(batch)*4
	network, states := c.decoderSize()
	all := []Demand{
		{"encoder.embedding", c.Encoder.Embedding, trainedBytes*tables*words*e + step*(read+size(c.Decoder.Tokens))*e},
		{"encoder.hidden", c.Encoder.Hidden, trainedBytes*encoders*directions*recurrent(c.Encoder.Cell, e, h) + step*read*directions*kept(c.Encoder.Cell)*h},
		{"context.hidden", c.Context.Hidden, trainedBytes * recurrent(c.Encoder.Cell, directions*h, context)},
		{"decoder.hidden", c.Decoder.Hidden, trainedBytes*(network+(words+z+context)*size(c.Decoder.Hidden)) + step*size(c.Decoder.Tokens)*states},
		{"latent.prior", c.Latent.Prior, trainedBytes * (context + 2*z) * size(c.Latent.Prior)},
		{"latent.recognition", c.Latent.Recognition, trainedBytes * (known + 2*z) * size(c.Latent.Recognition)},
		{"latent.dim", c.Latent.Dim, c.latentBytes(batch, p)},
	}
	for i := range all {
		all[i].Bytes *= slack
	}
	slices.SortStableFunc(all, func(a, b Demand) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return all
}

// recurrent is the numbers of a recurrent layer, and kept how many times its states the
// way back reads.
func recurrent(cell string, in, out float64) float64 { return (kept(cell) - 1) * (in + out) * out }

func kept(cell string) float64 {
	if cell == "lstm" {
		return 5
	}
	return 4
}

// decoderSize is the size of the decoder's network; see shaping.
func (c Config) decoderSize() (weights, states float64) {
	if s, ok := shapings()[c.Decoder.Kind]; ok {
		return s.size(c)
	}
	d := float64(c.Decoder.Hidden)
	return recurrent(c.Decoder.Cell, float64(c.Encoder.Embedding+c.Latent.Dim), d), kept(c.Decoder.Cell) * d
}

// latentNodes is about how many matrices of the size of z a training graph holds: the
// posterior, the prior, draws, rates, and the gradients of all.
const latentNodes = 60

// latentBytes is what a batch holds of z: of every word where every word has one, and of
// every step of a refinement.
func (c Config) latentBytes(batch int, p Parts) float64 {
	if p.NoLatent {
		return 0
	}
	steps := 1
	if s, ok := p.Posterior.(Stepper); ok {
		steps = s.Steps(c.Decoder.Tokens)
	}
	z := float64(batch) * float64(steps) * float64(c.Latent.Dim)
	return 4*latentNodes*z + 2*8*float64(p.Refine.Steps)*z
}

package cvae

import "slices"

// A Demand is the memory that one setting is mostly to blame for.
type Demand struct {
	Key   string // of the configuration
	Value int
	Bytes float64
}

// The copies of a parameter in training: its value, its gradient and the two moments of
// Adam, in float32.
const trainedBytes = 4 * 4

// Demands estimates what training needs with a vocabulary of v words and batches of so
// many examples, the greatest demand first. It counts the matrices of recurrent networks
// and the states that the way back reads, and is meant to tell 2 GB from 200 before
// anything is built, not 2 from 3.
func (c Config) Demands(v, batch int) []Demand {
	c = c.Complete()
	gates := map[bool]float64{false: 3, true: 4}
	size := func(n int) float64 { return float64(n) }
	words, e, h, d, z := size(v), size(c.Encoder.Embedding), size(c.Encoder.Hidden), size(c.Decoder.Hidden), size(c.Latent.Dim)
	recurrent := func(cell string, in, out float64) float64 { return gates[cell == "lstm"] * (in + out) * out }
	directions := 1.0
	if c.Encoder.Bidirectional {
		directions = 2
	}
	tables, encoders := 1.0, 1.0
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
	states := func(cell string, tokens, out float64) float64 {
		return step * tokens * (gates[cell == "lstm"] + 1) * out
	}
	attention := 0.0
	if c.Mode == Dialogue && c.Decoder.Attention != "" {
		word := directions * h
		attention = trainedBytes*(2*word+d)*d + step*(size(c.Context.Turns)*size(c.Context.Tokens)*2*word+size(c.Decoder.Tokens)*(4*word+2*d))
	}
	all := []Demand{
		{"encoder.embedding", c.Encoder.Embedding, trainedBytes*tables*words*e + step*(read+size(c.Decoder.Tokens))*e},
		{"encoder.hidden", c.Encoder.Hidden, trainedBytes*encoders*directions*recurrent(c.Encoder.Cell, e, h) + directions*states(c.Encoder.Cell, read, h)},
		{"context.hidden", c.Context.Hidden, trainedBytes * recurrent(c.Encoder.Cell, directions*h, context)},
		{"decoder.hidden", c.Decoder.Hidden, trainedBytes*(recurrent(c.Decoder.Cell, e+z, d)+words*d+(z+context)*d) + states(c.Decoder.Cell, size(c.Decoder.Tokens), d) + attention},
		{"latent.prior", c.Latent.Prior, trainedBytes * (context + 2*z) * size(c.Latent.Prior)},
		{"latent.recognition", c.Latent.Recognition, trainedBytes * (known + 2*z) * size(c.Latent.Recognition)},
	}
	slices.SortFunc(all, func(a, b Demand) int {
		switch {
		case a.Bytes > b.Bytes:
			return -1
		case a.Bytes < b.Bytes:
			return 1
		}
		return 0
	})
	return all
}

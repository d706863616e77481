package bench

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
)

// flops is the floating-point operations of the matrix products that scoring a
// batch needs, each multiplication and addition counted; a training step needs
// three times as many.
func flops(m *cvae.Model[float32], b *dialog.Batch) float64 {
	c := m.Config
	directions := 1.0
	if c.Encoder.Bidirectional {
		directions = 2
	}
	words, turns, target := 0, 0, 0
	for i := range b.Target {
		target += len(b.Target[i])
		words += len(b.Encoded[i])
		if b.Context != nil {
			turns += len(b.Context[i])
			for _, t := range b.Context[i] {
				words += len(t)
			}
		}
	}
	n, v := float64(b.Size()), float64(m.Vocabulary)
	z, h := float64(c.Latent.Dim), float64(c.Decoder.Hidden)
	read := directions * float64(c.Encoder.Hidden)
	sum := directions * layer(c.Encoder.Cell, float64(words), float64(c.Encoder.Embedding), float64(c.Encoder.Hidden))
	context := 0.0
	if b.Context != nil {
		context = float64(c.Context.Hidden)
		sum += layer(c.Encoder.Cell, float64(turns), read, context) + n*head(context, c.Latent.Prior, z)
	}
	sum += n * head(context+read, c.Latent.Recognition, z)
	sum += n * (context + z) * h
	for i := range b.Target {
		sum += decoder(c, float64(len(b.Target[i])), z)
		if b.Context != nil && c.Decoder.Attention != "" {
			sum += attention(c, float64(len(b.Target[i])), read, contextWords(b, i))
		}
	}
	sum += float64(target) * h * v
	if m.Parts.Decoder.BagOfWords > 0 {
		bag := float64(c.Decoder.BagOfWords)
		sum += n * ((context+z)*bag + bag*v)
	}
	return 2 * sum
}

// decoder is the products of the network of a decoder over one response of so many
// words, of which attention sees half of all pairs.
func decoder(c cvae.Config, words, z float64) float64 {
	d, in := c.Decoder, float64(c.Encoder.Embedding)
	h := float64(d.Hidden)
	if d.Kind == "rnn" {
		if d.LatentEveryStep {
			in += z
		}
		return layer(d.Cell, words, in, h)
	}
	sum := 0.0
	if in != h {
		sum = words * in * h
	}
	if d.LatentEveryStep {
		sum += z * h
	}
	if d.Kind == "cnn" {
		inner := float64(d.Hidden / 2)
		return sum + float64(len(d.Dilations))*words*(2*h*inner+3*inner*inner)
	}
	block := words*(4*h*h+2*h*float64(d.FeedForward)) + words*(words+1)*h + h*h
	return sum + float64(d.Blocks)*block
}

// contextWords is the number of words in the context of example i.
func contextWords(b *dialog.Batch, i int) (n float64) {
	for _, turn := range b.Context[i] {
		n += float64(len(turn))
	}
	return n
}

// attention is the products of attention over one response of so many words to a
// context of so many states of read numbers.
func attention(c cvae.Config, words, read, states float64) float64 {
	h := float64(c.Decoder.Hidden)
	if c.Decoder.Kind == "transformer" {
		return float64(c.Decoder.Blocks) * (words*2*h*h + states*2*h*read + 2*words*states*h)
	}
	return words * (h*read + h*h + h*read + 2*states*read)
}

// layer is the products of a recurrent layer.
func layer(cell string, rows, in, hidden float64) float64 {
	gates := 3.0
	if cell == "lstm" {
		gates = 4
	}
	return rows * (in + hidden) * gates * hidden
}

// head is the products of a Gaussian head over in features.
func head(in float64, hidden int, z float64) float64 {
	if hidden == 0 {
		return in * 2 * z
	}
	return in*float64(hidden) + float64(hidden)*2*z
}

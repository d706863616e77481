package cvae

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/cvae/internal/setting"
)

// completeCNN takes the smallest of the decoders of Yang et al. 2017, which sees 15
// words.
func completeCNN(d *Decoder) {
	if d.Dilations == nil {
		d.Dilations = []int{1, 2, 4}
	}
}

func validateCNN(d Decoder) error {
	for _, dilation := range d.Dilations {
		if dilation < 1 || dilation > 1<<10 {
			return setting.Refuse("decoder.dilations", "has %d; a dilation is from 1 to 1024", dilation)
		}
	}
	if n := len(d.Dilations); n > 100 {
		return setting.Refuse("decoder.dilations", "has %d blocks; there can be 100", n)
	}
	return nil
}

// makeCNN makes a residual block for every dilation, with half as many inner
// channels as the stream, as in Yang et al. 2017 (1024 and 512).
func makeCNN[T Float](c Config, _ bool, make nn.Maker[T]) op.Network[T] {
	h := c.Decoder.Hidden
	n := &op.CNN[T]{Stem: make.Stem("decoder", c.Encoder.Embedding, h)}
	for i, dilation := range c.Decoder.Dilations {
		n.Blocks = append(n.Blocks, make.Convolution(fmt.Sprint("decoder.block", i), h, max(1, h/2), dilation))
	}
	return n
}

// sizeCNN counts three convolutions a block: 1×1 to half as many channels, 3 wide, and
// 1×1 back, with layer norms between.
func sizeCNN(c Config) (weights, states float64) {
	h, blocks := float64(c.Decoder.Hidden), float64(len(c.Decoder.Dilations))
	return float64(c.Encoder.Embedding)*h + blocks*(h*h+0.75*h*h), h + blocks*5*h
}

package cvae

import (
	"errors"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/cvae/internal/setting"
)

// AttendContext is the decoder.attention to the words of the context.
const AttendContext = "context"

func (d Decoder) validateAttention(mode Mode) error {
	switch {
	case d.Attention == "":
		return nil
	case d.Attention != AttendContext:
		return setting.Refuse("decoder.attention", "%q is neither context nor none", d.Attention)
	case mode == Text:
		return setting.Of("decoder.attention", errors.New("decoder.attention=context attends to the words of the context, and mode text has none; leave it out"))
	}
	return nil
}

// makeAttention makes the attention of a decoder whose network has none of its own.
func makeAttention[T Float](c Config, make nn.Maker[T]) *op.Attention[T] {
	if c.Decoder.Attention == "" || c.Decoder.Kind == "transformer" {
		return nil
	}
	return make.Attention("decoder.attention", c.Decoder.Hidden, c.turnWidth())
}

// turnWidth is the features of a word of a turn.
func (c Config) turnWidth() int {
	if c.Encoder.Bidirectional {
		return 2 * c.Encoder.Hidden
	}
	return c.Encoder.Hidden
}

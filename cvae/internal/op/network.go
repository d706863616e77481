package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Network is the hidden layers of a decoder: it turns the words before into the
// state that predicts the next one. It knows neither vocabulary nor dropout.
type Network[T kernel.Float] interface {
	// Width is H, the size of a hidden state and of what the network starts from.
	Width() int
	// Extra is the columns of what z adds to every step.
	Extra() int
	// Longest is the most steps, 0 where there is no limit.
	Longest() int
	// run makes the activations of runs over batches with a source, nil for none.
	run(*Source[T]) run[T]
	// begin starts m hypotheses from start (m, H), nil for zeros, with a source, nil
	// for none.
	begin(t *kernel.Team, m int, start []T, s *Source[T]) states[T]
}

// A run computes the hidden states of a batch and their gradients. It keeps from
// forward what backward needs.
type run[T kernel.Float] interface {
	// forward returns the hidden states of every row of the layout, (rows, H),
	// which are valid until the next call. start (positions, H) is nil for zeros,
	// extra (positions, Extra) is what z adds to every step, or (rows, Extra) to
	// each row if the Network takes steps, nil for nothing.
	forward(t *kernel.Team, seq *ragged, in *input[T], start, extra []T) []T
	// backward takes the gradient of the hidden states, which it may overwrite. It
	// sets that of the input, and adds to those of the weights and to dstart and
	// dextra, which are nil where nobody wants them.
	backward(t *kernel.Team, seq *ragged, in *input[T], dhidden, dstart, dextra []T)
}

// States are those of hypotheses that a generation advances word by word.
type states[T kernel.Float] interface {
	// keep makes the given rows, in order, the hypotheses.
	keep(rows []int)
	// advance reads one word for each hypothesis, with extra (M, Extra), nil for
	// nothing, and returns the hidden states (M, H), valid until the next call.
	advance(in *input[T], extra []T) []T
}

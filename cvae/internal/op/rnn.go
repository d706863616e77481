package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Recurrent is the Network of decoder.kind rnn. What it starts from is the
// state of a GRU, or the cell of an LSTM, whose hidden state is its tanh.

// Width implements Network.
func (w *Recurrent[T]) Width() int { return w.Hidden }

// Extra implements Network: z is added to the pre-activations.
func (w *Recurrent[T]) Extra() int { return w.Cell.Gates() * w.Hidden }

// Longest implements Network.
func (w *Recurrent[T]) Longest() int { return 0 }

func (w *Recurrent[T]) run(*Source[T]) run[T] { return &recurrentRun[T]{Recurrent: w} }

// recurrentRun is the run of a Recurrent.
type recurrentRun[T kernel.Float] struct {
	*Recurrent[T]
	pass     pass[T]
	h0       []T // (positions, H) tanh of the start, LSTM
	dh0, dc0 []T // (positions, H)
}

func (r *recurrentRun[T]) forward(t *kernel.Team, seq *ragged, in *input[T], start, extra []T) []T {
	h0, c0 := start, []T(nil)
	if r.Cell == LSTM && start != nil {
		r.h0 = resize(r.h0, len(start))
		kernel.Tanh(kernel.PureGo, r.h0, start)
		h0, c0 = r.h0, start
	}
	r.pass.forward(t, r.Recurrent, seq, in, h0, c0, extra)
	return r.pass.hidden
}

func (r *recurrentRun[T]) backward(t *kernel.Team, seq *ragged, in *input[T], dhidden, dstart, dextra []T) {
	if r.Cell != LSTM || dstart == nil {
		r.pass.backward(t, r.Recurrent, seq, in, dhidden, dstart, nil, dextra)
		return
	}
	r.dh0, r.dc0 = zeroed(r.dh0, len(dstart)), zeroed(r.dc0, len(dstart))
	r.pass.backward(t, r.Recurrent, seq, in, dhidden, r.dh0, r.dc0, dextra)
	for i, h0 := range r.h0 {
		dstart[i] += r.dc0[i] + T(r.dh0[i]*(1-T(h0*h0)))
	}
}

// recurrentStates are the states of a Recurrent.
type recurrentStates[T kernel.Float] struct {
	*Recurrent[T]
	team *kernel.Team
	seq  ragged
	pass pass[T]
	h, c []T // (M, H); c is nil for a GRU
}

func (w *Recurrent[T]) begin(t *kernel.Team, m int, start []T, _ *Source[T]) states[T] {
	s := &recurrentStates[T]{Recurrent: w, team: t, h: make([]T, m*w.Hidden)}
	copy(s.h, start)
	if w.Cell == LSTM {
		s.c = append([]T(nil), s.h...)
		kernel.Tanh(kernel.PureGo, s.h, s.c)
	}
	return s
}

func (s *recurrentStates[T]) keep(rows []int) {
	s.h, s.c = choose(s.h, rows, s.Hidden), choose(s.c, rows, s.Hidden)
}

func (s *recurrentStates[T]) advance(in *input[T], extra []T) []T {
	s.seq.singles(len(s.h) / s.Hidden)
	s.pass.forward(s.team, s.Recurrent, &s.seq, in, s.h, s.c, extra)
	s.h = append(s.h[:0], s.pass.hidden...)
	if s.c != nil {
		s.c = append(s.c[:0], s.pass.cell...)
	}
	return s.h
}

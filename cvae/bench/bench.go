// Package bench measures training and replying on the four workloads that the
// PyTorch peers are measured on: the same shapes, batch sizes, token counts and
// random Zipf text.
package bench

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/dialog"
)

// A TrainReport is what bench train prints.
type TrainReport struct {
	Workload     string  `json:"workload"`
	Threads      int     `json:"threads"`
	TokensPerSec float64 `json:"tokens_per_s"` // response tokens
	MsPerStep    float64 `json:"ms_per_step"`  // median
	GFlops       float64 `json:"gflops"`       // of the matrix products that are needed
	PeakRSSMB    float64 `json:"peak_rss_mb"`
	// Exchange is what the ranks sent each other; nil: one process trains.
	Exchange *dialog.Exchange `json:"exchange"`
	// Line is what lies between the ranks; nil: one process trains.
	Line *Line `json:"line"`
}

// A Line is what lies between ranks.
type Line struct {
	Latency   float64 `json:"latency_ms"` // of an exchange of one number
	Bandwidth float64 `json:"mb_per_s"`   // that a rank sends while it receives as much
}

// A ReplyReport is what bench reply prints.
type ReplyReport struct {
	Workload  string  `json:"workload"`
	Threads   int     `json:"threads"`
	Responses int     `json:"responses"`
	Tokens    int     `json:"tokens"` // of each response
	MsMedian  float64 `json:"ms_median"`
	GFlops    float64 `json:"gflops"`
}

// Options says what is measured.
type Options struct {
	Workload string // w1, w2, w3 or w4
	Threads  int    // 0: one per processor
	Steps    int    // timed steps or requests; 0: a default
	Seed     uint64
	Shape    Shape
	// Responses is how many responses Reply asks for in one request; 0: 64.
	Responses int
	// Ranks train together, each of Threads; nil: this process alone. Sharded cuts batches
	// into shards as ranks do, also in one process.
	Ranks   ranks.Link
	Sharded bool
	// Precision is that of the matrix products; empty: fp32.
	Precision cvae.Precision
	// Attention lets the decoder attend to the words of the context, of w2 and w3.
	Attention bool
}

// A Shape changes the sizes of a workload, to see how the cost grows with each.
// Zero keeps the workload's own.
type Shape struct {
	Vocabulary int // words, the special ones included
	Hidden     int // units of the recurrent layers: of turns, of the context, of the decoder
	Length     int // tokens of every turn and of every response, </s> included
	Batch      int // examples a step
}

// Validate refuses a size that cannot be, naming it.
func (s Shape) Validate() error {
	for _, size := range []struct {
		name            string
		value, min, max int
	}{
		{"vocabulary", s.Vocabulary, specials + 1, 1 << 20},
		{"hidden", s.Hidden, 1, 1 << 14},
		{"length", s.Length, 2, 1 << 12},
		{"batch", s.Batch, 1, 1 << 14},
	} {
		if size.value != 0 && (size.value < size.min || size.value > size.max) {
			return fmt.Errorf("%s is %d; it must be from %d to %d, or 0 for the workload's own", size.name, size.value, size.min, size.max)
		}
	}
	return nil
}

// shaped is the workload in another shape.
func (w workload) shaped(s Shape) workload {
	if s.Vocabulary > 0 {
		w.vocabulary = s.Vocabulary
	}
	if s.Length > 0 {
		w.turn, w.answer = fixed(s.Length), fixed(s.Length)
	}
	if s.Batch > 0 {
		w.batch = s.Batch
	}
	w.hidden, w.length = s.Hidden, s.Length
	return w
}

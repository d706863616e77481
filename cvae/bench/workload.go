package bench

import (
	"fmt"
	"math"
	"sort"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// batches is how many batches of a workload are made and trained on in turn.
const batches = 10

// A workload is a model, an optimiser and random text.
type workload struct {
	preset     string
	vocabulary int
	hidden     int // 0: the preset's
	length     int // the most tokens of a turn and of a response; 0: the preset's
	batch      int
	bag        float64 // weight of the bag-of-words loss
	// change makes the preset the workload's; nil: it is.
	change func(*config.Preset)
	// turns and lengths draw the sizes of one example: context turns, and the
	// words of a turn and of a response, </s> included.
	turns        int
	turn, answer func(*rng.Stream) int
}

// workloads are those of the PyTorch peers.
func workloads() map[string]workload {
	return map[string]workload{
		"w1": {preset: "yahoo", vocabulary: 20001, batch: 32, answer: fixed(80)},
		"w2": {preset: "swda", vocabulary: 10000, batch: 30, bag: 1, turns: 10, turn: geometric, answer: geometric},
		"w3": {preset: "small", vocabulary: 8000, batch: 64, bag: 1, turns: 3, turn: fixed(20), answer: fixed(20)},
		"w4": {preset: "yahoo", vocabulary: 20000, batch: 32, answer: fixed(80), change: transformer},
	}
}

// transformer is texar's VAE-Transformer (examples/vae_text, config_trans_yahoo) at
// half size: encoder LSTM 256, three blocks of 256 with four heads and 1024 inner
// units, z in one memory slot and in every embedding, Adam.
func transformer(p *config.Preset) {
	m := &p.Model
	m.Encoder.Embedding, m.Encoder.Hidden = 256, 256
	m.Decoder.Kind, m.Decoder.Hidden, m.Decoder.Tokens = "transformer", 256, 80
	m.Decoder.Blocks, m.Decoder.Heads, m.Decoder.FeedForward = 3, 4, 1024
	m.Decoder.DropoutIn, m.Decoder.DropoutOut = 0.2, 0.2
	p.Optimiser = train.Optimiser{Name: "adam", LearningRate: 1e-3, Clip: 5}
}

// fixed is always n.
func fixed(n int) func(*rng.Stream) int { return func(*rng.Stream) int { return n } }

// geometric is 3 + Geometric(1/10), from 4 to 40 with <s> and </s>; the words
// that are predicted are one fewer.
func geometric(s *rng.Stream) int {
	n := 3 + int(math.Ceil(math.Log(1-s.Float64())/math.Log(0.9)))
	return max(4, min(40, n)) - 1
}

// find returns the workload of the options in the shape of the options.
func find(o Options) (workload, error) {
	w, ok := workloads()[o.Workload]
	if !ok {
		return w, fmt.Errorf("there is no workload %q; the workloads are w1, w2, w3 and w4", o.Workload)
	}
	return w.shaped(o.Shape), o.Shape.Validate()
}

// prepare finds the workload and builds its model on a team of its own, which the
// caller closes.
func prepare(o Options) (w workload, m *cvae.Model[float32], optimiser train.Optimiser, err error) {
	if w, err = find(o); err != nil {
		return w, nil, optimiser, err
	}
	team, err := cvae.NewTeam(o.Threads)
	if err != nil {
		return w, nil, optimiser, err
	}
	if m, optimiser, err = w.model(o, team); err != nil {
		team.Close()
	}
	return w, m, optimiser, err
}

// model builds the workload's model and returns its optimiser.
func (w workload) model(o Options, team *cvae.Team) (*cvae.Model[float32], train.Optimiser, error) {
	p, err := config.FindPreset(w.preset)
	if err != nil {
		return nil, p.Optimiser, err
	}
	if w.change != nil {
		w.change(&p)
	}
	if w.hidden > 0 {
		p.Model.Encoder.Hidden, p.Model.Context.Hidden, p.Model.Decoder.Hidden = w.hidden, w.hidden, w.hidden
	}
	if w.length > 0 {
		p.Model.Context.Tokens, p.Model.Decoder.Tokens = w.length, w.length
	}
	if o.Attention {
		p.Model.Decoder.Attention = cvae.AttendContext
	}
	parts := cvae.Parts{Decoder: cvae.DecoderOptions{BagOfWords: w.bag}}
	m, err := cvae.New[float32](p.Model, w.vocabulary, parts, o.Seed, team)
	return m, p.Optimiser, err
}

// data makes the batches.
func (w workload) data(m *cvae.Model[float32], seed uint64) []*dialog.Batch {
	words := newZipf(w.vocabulary)
	out := make([]*dialog.Batch, batches)
	for i := range out {
		draws := rng.New(seed, rng.Bench, i, 0)
		examples := make([]dialog.Example, w.batch)
		for j := range examples {
			e := &examples[j]
			for range w.turns {
				e.Context = append(e.Context, words.draw(&draws, w.turn(&draws)-1))
				e.Floor = append(e.Floor, uint8(draws.IntN(2)))
			}
			e.Response = words.draw(&draws, w.answer(&draws)-1)
		}
		out[i] = dialog.NewBatch(examples, m.Config.Encoder.Start)
	}
	return out
}

// zipf draws word ids with probability ∝ 1/rank, special ids left out.
type zipf struct{ cumulative []float64 }

// specials is the number of special ids.
const specials = 4

func newZipf(vocabulary int) zipf {
	c, sum := make([]float64, vocabulary-specials), 0.0
	for i := range c {
		sum += 1 / float64(i+1)
		c[i] = sum
	}
	return zipf{c}
}

func (z zipf) draw(s *rng.Stream, n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		u := s.Float64() * z.cumulative[len(z.cumulative)-1]
		out[i] = int32(specials + sort.SearchFloat64s(z.cumulative, u))
	}
	return out
}

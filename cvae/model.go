package cvae

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/dialog"
)

// Float is the number type of a model: float32 to train, float64 to check
// gradients.
type Float = kernel.Float

// A Team is the workers that a model computes with.
type Team = kernel.Team

// A Precision is what matrix products round their operands to.
type Precision = kernel.Precision

const (
	FP32 = kernel.FP32
	BF16 = kernel.BF16
)

// NewTeam starts threads workers, 0 meaning one per processor, on the fastest
// kernels of this machine.
func NewTeam(threads int) (*Team, error) {
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	return kernel.NewTeam(threads, kernel.Best())
}

// Kernels names the kernel paths that this machine and this build can run, the fastest,
// which NewTeam takes, last.
func Kernels() []string {
	var names []string
	for _, p := range kernel.Paths() {
		names = append(names, string(p))
	}
	return names
}

// A Model is the parameters of one conditional variational autoencoder. One
// goroutine uses it at a time.
type Model[T Float] struct {
	Config     Config
	Vocabulary int
	Parts      Parts
	team       *Team
	store      *nn.Store[T]

	context     *op.ContextEncoder[T] // nil in text mode and without a context
	response    *op.Reader[T]         // nil without a latent
	prior       *nn.Head[T]           // nil in text mode, without a latent and with a prior that is not learned
	recognition *nn.Head[T]           // nil without a latent
	start       *op.Affine[T]         // (c, z, act) → initial state; nil without all
	labels      *op.Labels[T]         // nil without labels in c
	act         *op.Act[T]            // nil without a head that predicts the act
	decoder     op.Decoder[T]
	bagHidden   *op.Affine[T] // nil without a bag-of-words loss
	bag         *op.Output[T]
	auxiliary   *op.AuxiliaryPrior[T] // nil: replies draw from the prior

	encoders int // parameters made before the decoder's
	decoded  int // and with them

	scoring []*Graph[T] // of different batch sizes, the last used first
}

// New builds a model for a vocabulary of v words with the first weights of the
// seed. The team does its work.
func New[T Float](c Config, v int, p Parts, seed uint64, team *Team) (*Model[T], error) {
	return build(c, v, p, &nn.Store[T]{Seed: seed}, team)
}

// Blank is New with parameters that are all 0, for a model that is restored: the draws
// of five million first values take longer than a person waits for.
func Blank[T Float](c Config, v int, p Parts, seed uint64, team *Team) (*Model[T], error) {
	return build(c, v, p, &nn.Store[T]{Seed: seed, Zero: true}, team)
}

func build[T Float](c Config, v int, p Parts, store *nn.Store[T], team *Team) (*Model[T], error) {
	c = c.Complete()
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := p.Check(c); err != nil {
		return nil, err
	}
	if err := p.Labels.Check(c.Condition); err != nil {
		return nil, err
	}
	switch {
	case p.NoLatent:
		p.Posterior = nil
	case p.Posterior == nil:
		p.Posterior = GaussianPosterior{}
	}
	m := &Model[T]{Config: c, Vocabulary: v, Parts: p, team: team, store: store}
	if err := m.layers(); err != nil {
		return nil, fmt.Errorf("building the model: %w", err)
	}
	// Building a graph once makes the method's own parameters and buffers.
	if _, err := m.scoringGraph(2); err != nil {
		return nil, err
	}
	return m, nil
}

// conditioned reports whether the model reads a context.
func (m *Model[T]) conditioned() bool { return m.Config.Mode == Dialogue && !m.Parts.NoContext }

func (m *Model[T]) maker(group nn.Group) nn.Maker[T] {
	weights := m.Config.Init.Weights
	if m.Parts.FanIn {
		weights = 0
	}
	return nn.Maker[T]{Store: m.store, Group: group, Range: weights, EmbeddingRange: m.Config.Init.Embedding}
}

func (m *Model[T]) layers() error {
	for _, make := range []func(){m.makeContext, m.makeLabels, m.makeResponse, m.makeHeads, m.makeDecoder, m.makeAct} {
		make()
	}
	if err := m.makeBag(); err != nil {
		return err
	}
	m.makeAuxiliary()
	return m.store.Err()
}

// reader makes an utterance encoder under a name.
func (m *Model[T]) reader(name string, group nn.Group) *op.Reader[T] {
	e, make := m.Config.Encoder, m.maker(group)
	r := &op.Reader[T]{Pool: op.Pool(e.Pool), Embedding: make.Words(name+".embedding", m.Vocabulary, e.Embedding)}
	r.Forward = make.Recurrent(name+".forward", op.Cell(e.Cell), e.Embedding, e.Hidden)
	if e.Bidirectional {
		r.Backward = make.Recurrent(name+".backward", op.Cell(e.Cell), e.Embedding, e.Hidden)
	}
	return r
}

func (m *Model[T]) makeContext() {
	if !m.conditioned() {
		return
	}
	m.context = &op.ContextEncoder[T]{Turns: m.reader("turn", nn.Generative), Floor: m.Config.Context.Floor}
	make := m.maker(nn.Generative)
	m.context.Layer = make.Recurrent("context", op.Cell(m.Config.Encoder.Cell), m.context.Width(), m.Config.Context.Hidden)
	if m.Config.Decoder.Attention != "" {
		m.context.Age = make.Ages("context.age", m.Config.Context.Turns, m.context.Turns.Width())
	}
}

func (m *Model[T]) makeResponse() {
	switch {
	case m.Latent().None():
	case m.Latent().Sequence():
		m.response = m.stepReader()
	case m.context != nil && m.Config.Encoder.Share:
		m.response = m.context.Turns
	default:
		m.response = m.reader("response", nn.Inference)
	}
}

// stepReader makes the encoder of a response for every word of it. It reads from
// the end, which the encoder of the turns does not, and shares no more than the
// word embedding with it.
func (m *Model[T]) stepReader() *op.Reader[T] {
	e, make := m.Config.Encoder, m.maker(nn.Inference)
	r := &op.Reader[T]{Pool: op.Pool(e.Pool)}
	if m.context != nil && e.Share {
		r.Embedding = m.context.Turns.Embedding
	} else {
		r.Embedding = make.Words("response.embedding", m.Vocabulary, e.Embedding)
	}
	r.Backward = make.Recurrent("response.backward", op.Cell(e.Cell), e.Embedding, e.Hidden)
	return r
}

func (m *Model[T]) makeHeads() {
	z := m.Latent()
	if z.None() {
		return
	}
	l, features := m.Config.Latent, []int{m.response.Width()}
	if m.context != nil {
		features = append([]int{m.contextWidth()}, features...)
		if !z.Spherical() {
			m.prior = m.maker(nn.Generative).Head("prior", l.Prior, z.Width(), l.Bias, m.contextWidth())
		}
	}
	n := z.Width()
	if z.Sequence() {
		n = z.Dim // of a word
	}
	m.recognition = m.maker(nn.Inference).Head("recognition", l.Recognition, n, l.Bias, features...)
}

// beginningWidths is the columns of what the decoder starts from, but for the act.
func (m *Model[T]) beginningWidths() []int {
	widths := m.givenWidths()
	if m.Latent().Sequence() {
		return widths[:len(widths)-1]
	}
	return widths
}

// givenWidths is the columns of what a response is made from: c, z or both.
func (m *Model[T]) givenWidths() (widths []int) {
	if m.context != nil {
		widths = append(widths, m.contextWidth())
	}
	if z := m.Latent(); !z.None() {
		widths = append(widths, z.Width())
	}
	return widths
}

func (m *Model[T]) makeBag() error {
	if m.Parts.Decoder.BagOfWords == 0 {
		return nil
	}
	widths := m.givenWidths()
	if widths == nil {
		return fmt.Errorf("a bag-of-words loss needs a latent or a context to predict words from")
	}
	make := m.maker(nn.Generative)
	m.bagHidden = make.Affine("bag.hidden", m.Config.Decoder.BagOfWords, true, true, widths...)
	m.bag = make.Output("bag", m.Vocabulary, m.Config.Decoder.BagOfWords, true)
	return nil
}

// Reads reports whether the model reads a context.
func (m *Model[T]) Reads() bool { return m.context != nil }

// LongestResponse is the most words of a response, </s> included; 0: there is no limit.
func (m *Model[T]) LongestResponse() int { return m.decoder.Longest() }

// Params are the trained parameters.
func (m *Model[T]) Params() []*nn.Param[T] { return m.store.Params }

// Buffers are the saved numbers that are not trained.
func (m *Model[T]) Buffers() []*nn.Buffer[T] { return m.store.Buffers }

// Count is the number of trained numbers.
func (m *Model[T]) Count() int { return m.store.Count() }

// Team is the workers of the model.
func (m *Model[T]) Team() *Team { return m.team }

// ZeroGrad clears the gradients of a group.
func (m *Model[T]) ZeroGrad(group nn.Group) { m.store.ZeroGrad(group) }

// Changed must be called after the values of parameters were written to.
func (m *Model[T]) Changed() {
	for _, p := range m.store.Params {
		p.Changed()
	}
}

// TrainingGraph builds the graph that trains on batches of n examples.
func (m *Model[T]) TrainingGraph(n int) (*Graph[T], error) { return m.build(Training, n) }

// Score runs the model on a batch of any size without dropout, with the saved
// statistics of the method and beta 1. Its graph has exactly the rows of the
// batch, so that side terms, which are means over the batch, see no row twice;
// only a lone example is doubled, because a graph needs two rows.
func (m *Model[T]) Score(b *dialog.Batch, d Draws) (*Result, error) {
	n := b.Size()
	if n == 1 {
		b = b.Repeat(2)
	}
	g, err := m.scoringGraph(b.Size())
	if err != nil {
		return nil, err
	}
	r, err := g.Run(b, d, 1)
	if err != nil {
		return nil, fmt.Errorf("scoring a batch: %w", err)
	}
	if m.auxiliary != nil {
		r.Gain = make([]float64, b.Size())
		op.NewAuxiliaryFit(m.auxiliary).Forward(m.team, m.chain(b, r), r.Gain)
	}
	return r.first(n), nil
}

// keptGraphs is how many scoring graphs a model keeps, each with memory for all that it
// computes on a batch: those of the batches of a set, of its last one, and of others
// in between.
const keptGraphs = 3

// scoringGraph returns the graph that scores batches of n ≥ 2 examples.
func (m *Model[T]) scoringGraph(n int) (*Graph[T], error) {
	at := slices.IndexFunc(m.scoring, func(g *Graph[T]) bool { return g.size == n })
	if at < 0 {
		g, err := m.build(Scoring, n)
		if err != nil {
			return nil, err
		}
		at = min(len(m.scoring), keptGraphs-1) // in the place of the one unused for longest
		m.scoring = append(m.scoring[:at], g)
	}
	g := m.scoring[at]
	copy(m.scoring[1:at+1], m.scoring[:at]) // the newest stands first
	m.scoring[0] = g
	return g, nil
}

// ResetDecoder gives the decoder p(x|z,c), the act head, the bag-of-words layer
// and the trained vectors of the method their first values back. The encoders, the
// prior and the recognition network keep theirs, and so does a word embedding
// that the decoder shares with an encoder.
func (m *Model[T]) ResetDecoder() {
	for _, p := range m.store.Params[m.encoders:] {
		m.store.Reset(p)
	}
}

package methodtest

import (
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog"
)

// A Bench holds one method whose recognition and prior networks say what the
// test wants. Its matrices are (B,Z), Z as in Shapes.
type Bench struct {
	*Fixed
	Config cvae.Config
	Model  *cvae.Model[float64]
	Batch  *dialog.Batch
	Graph  *cvae.Graph[float64] // of training
	t      testing.TB
}

// NewBench builds a method for rows examples; all means and log-variances
// begin as 0.
func NewBench(t testing.TB, mode cvae.Mode, name string, settings map[string]any, rows int) *Bench {
	t.Helper()
	return newBench(t, mode, name, settings, rows, false)
}

// NewProbedBench is NewBench with gradients; see Gradients.
func NewProbedBench(t testing.TB, mode cvae.Mode, name string, settings map[string]any, rows int) *Bench {
	t.Helper()
	return newBench(t, mode, name, settings, rows, true)
}

func newBench(t testing.TB, mode cvae.Mode, name string, settings map[string]any, rows int, probed bool) *Bench {
	t.Helper()
	c := Shapes()[mode]
	n := rows * c.Latent.Dim
	parts := Parts(t, name, settings, mode)
	if parts.Posterior == nil {
		parts.Posterior = cvae.GaussianPosterior{}
	}
	f := &Fixed{Posterior: parts.Posterior, Probed: probed, Mean: make([]float64, n), LogVar: make([]float64, n)}
	if mode == cvae.Dialogue {
		f.PriorMean, f.PriorLogVar = make([]float64, n), make([]float64, n)
	}
	_, prefixes := parts.Posterior.(cvae.PrefixReader)
	if parts.Posterior = f; prefixes {
		parts.Posterior = fixedPrefixes{f}
	}
	b := &Bench{Fixed: f, Config: c, t: t, Batch: rowsOf(c, rows)}
	b.Model = cvaetest.New[float64](t, c, parts.Parts, kernel.PureGo)
	var err error
	if b.Graph, err = b.Model.TrainingGraph(rows); err != nil {
		t.Fatal(err)
	}
	return b
}

// rowsOf is a batch of rows examples, the words of which do not matter.
func rowsOf(c cvae.Config, rows int) *dialog.Batch {
	examples := make([]dialog.Example, rows)
	for i := range examples {
		examples[i] = example(c, []int32{int32(4 + i%9), 7}[:1+i%2])
	}
	return dialog.NewBatch(examples, c.Encoder.Start)
}

// Run runs the training graph with the rate weighted by 1.
func (b *Bench) Run() *cvae.Result {
	b.t.Helper()
	return Run(b.t, b.Graph, b.Batch, 1)
}

// Gradients runs the training graph with the rate weighted by beta and returns
// B times the gradient of the loss by the means and log-variances that the
// recognition network puts out, (B,Z) each.
func (b *Bench) Gradients(beta float64) (mean, logVar []float64) {
	b.t.Helper()
	b.Model.ZeroGrad(nn.Whole)
	Run(b.t, b.Graph, b.Batch, beta)
	n := float64(b.Batch.Size())
	for _, p := range b.Model.Params() {
		for _, g := range p.Grad {
			switch {
			case strings.Contains(p.Name, meanProbe):
				mean = append(mean, n*g)
			case strings.Contains(p.Name, logVarProbe):
				logVar = append(logVar, n*g)
			}
		}
	}
	return mean, logVar
}

// Score runs the scoring graph.
func (b *Bench) Score() *cvae.Result {
	b.t.Helper()
	return Score(b.t, b.Model, b.Batch)
}

// Update trains once and tells the method.
func (b *Bench) Update() *cvae.Result {
	b.t.Helper()
	r := b.Run()
	b.Inner().(cvae.AfterUpdater).AfterUpdate(r.Observed)
	return r
}

// Inner is the posterior of the method itself.
func (b *Bench) Inner() cvae.Posterior { return b.Fixed.Posterior }

// Buffer returns the values of a buffer.
func (b *Bench) Buffer(name string) []float64 {
	b.t.Helper()
	return Buffer(b.t, b.Model, name)
}

// Column sets column d of the means.
func (b *Bench) Column(d int, values ...float64) {
	for i, v := range values {
		b.Mean[i*b.Config.Latent.Dim+d] = v
	}
}

// Columns sets all columns of the means alike.
func (b *Bench) Columns(values ...float64) {
	for d := range b.Config.Latent.Dim {
		b.Column(d, values...)
	}
}

// Take returns column d of a matrix (B,Z).
func (b *Bench) Take(m []float64, d int) (column []float64) {
	for i := d; i < len(m); i += b.Config.Latent.Dim {
		column = append(column, m[i])
	}
	return column
}

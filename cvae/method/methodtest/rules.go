package methodtest

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// Train runs a fresh training graph once from zero gradients.
func Train[T cvae.Float](t testing.TB, m *cvae.Model[T], b *dialog.Batch, beta float64) *cvae.Result {
	t.Helper()
	g, err := m.TrainingGraph(b.Size())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Params() {
		p.ZeroGrad()
	}
	return Run(t, g, b, beta)
}

// Score scores with the random numbers of the contract.
func Score[T cvae.Float](t testing.TB, m *cvae.Model[T], b *dialog.Batch) *cvae.Result {
	t.Helper()
	r, err := m.Score(b, draws)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Run runs a graph with the random numbers of the contract.
func Run[T cvae.Float](t testing.TB, g *cvae.Graph[T], b *dialog.Batch, beta float64) *cvae.Result {
	t.Helper()
	r, err := g.Run(b, draws, beta)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Update trains once and tells the posterior, as the training loop does.
func Update[T cvae.Float](t testing.TB, m *cvae.Model[T], b *dialog.Batch) *cvae.Result {
	t.Helper()
	r := Train(t, m, b, 1)
	if u, ok := m.Parts.Posterior.(cvae.AfterUpdater); ok {
		u.AfterUpdate(r.Observed)
	}
	return r
}

// Same fails when two vectors differ in any bit.
func Same(t testing.TB, what string, a, b []float64) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%s has %d elements and %d", what, len(a), len(b))
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			t.Fatalf("%s: element %d is %v and %v", what, i, a[i], b[i])
		}
	}
}

// Near fails when two vectors differ by more than tolerance anywhere, relative
// where they are above 1.
func Near(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance*math.Max(1, math.Abs(want[i]))) {
			t.Fatalf("%s: element %d is %.12g, want %.12g", what, i, got[i], want[i])
		}
	}
}

// rowsApart changes all examples but the first and looks at the first.
func rowsApart(t *testing.T, c cvae.Config, name string, settings map[string]any) {
	m := New(t, c, name, settings)
	b := cvaetest.Batch(c)
	Update(t, m, b) // statistics that are not the first ones
	want := firstRow(Score(t, m, b))
	other := *b
	for i := 1; i < b.Size(); i++ {
		other.Target, other.Encoded = moved(other.Target, i), moved(other.Encoded, i)
		if b.Context != nil {
			other.Context = append([][][]int32(nil), other.Context...)
			other.Context[i] = [][]int32{{4, 3}}
		}
	}
	got := Score(t, m, &other)
	if got.Rec[1] == Score(t, m, b).Rec[1] {
		t.Fatal("the other rows did not change")
	}
	for what, row := range firstRow(got) {
		Same(t, what, row, want[what])
	}
}

// moved replaces sequence i by a longer one.
func moved(all [][]int32, i int) [][]int32 {
	out := append([][]int32(nil), all...)
	out[i] = append([]int32{5, 6, 7}, all[i]...)
	return out
}

// firstRow copies the first row of everything a result has a row of.
func firstRow(r *cvae.Result) map[string][]float64 {
	n := len(r.Rec)
	rows := map[string][]float64{}
	for what, m := range map[string][]float64{
		"distortion": r.Rec, "KL": r.KL, "z": r.Z, "c": r.C, "bag": r.Bag,
		"q mean": r.Q.Mean, "q log-variance": r.Q.LogVar, "drawn mean": r.Drawn.Mean,
		"p mean": r.P.Mean, "generator mean": r.Generator.Mean, "generator log-variance": r.Generator.LogVar,
	} {
		rows[what] = append([]float64(nil), m[:len(m)/n]...)
	}
	return rows
}

// drawsFromGenerator compares Draw with the generator that the scoring graph
// reports: at eps = 0 its mean, else mean + spread·std·eps. On a sphere they are
// uniform.
func drawsFromGenerator(t *testing.T, c cvae.Config, name string, settings map[string]any) {
	m := New(t, c, name, settings)
	if m.Latent().None() {
		return
	}
	b := cvaetest.Batch(c)
	Update(t, m, b)
	r := Score(t, m, b)
	for _, spread := range []float64{0, 1, 0.5} {
		for i := range b.Size() {
			drawRow(t, m, r, i, spread)
		}
	}
}

func drawRow(t *testing.T, m *cvae.Model[float64], r *cvae.Result, i int, spread float64) {
	t.Helper()
	dim := m.Latent().Width()
	z, eps := make([]float32, dim), make([]float32, dim)
	want := make([]float64, dim)
	for d := range dim {
		eps[d] = float32(d) - 0.7
		mean, std := 0.0, 1.0
		if r.Generator.Mean != nil {
			mean, std = r.Generator.Mean[i*dim+d], math.Exp(0.5*r.Generator.LogVar[i*dim+d])
		}
		want[d] = mean + spread*std*float64(eps[d])
	}
	if m.Latent().Spherical() {
		onSphere(want, eps)
	}
	m.Parts.Posterior.Draw(z, eps, cvae.PriorRow{Mean: single(r.P.Mean, i, dim), LogVar: single(r.P.LogVar, i, dim)}, spread)
	got := make([]float64, dim)
	for d := range z {
		got[d] = float64(z[d])
	}
	if m.Latent().Sequence() && spread > 0 { // later steps depend on those before
		got, want = got[:m.Latent().Dim], want[:m.Latent().Dim]
	}
	Near(t, "a draw", got, want, 1e-5)
}

// onSphere sets z to the point of the sphere of radius √Z in the direction of eps,
// which is uniform on it.
func onSphere(z []float64, eps []float32) {
	square := 0.0
	for _, e := range eps {
		square += float64(e) * float64(e)
	}
	for d, e := range eps {
		z[d] = float64(e) * math.Sqrt(float64(len(z))/square)
	}
}

// single is row i in float32; nil stays nil.
func single(m []float64, i, n int) []float32 {
	if m == nil {
		return nil
	}
	out := make([]float32, n)
	for d := range out {
		out[d] = float32(m[i*n+d])
	}
	return out
}

func generationParity(t *testing.T, c cvae.Config, name string, settings map[string]any) {
	m := cvaetest.New[float64](t, c, Parts(t, name, settings, c.Mode).Parts, kernel.PureGo)
	b := cvaetest.Batch(c)
	r := Score(t, m, b)
	Near(t, "the log-probability of the words", Likelihood(m, b, r), r.Rec, 1e-5)
}

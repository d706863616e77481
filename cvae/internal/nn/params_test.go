package nn

import (
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/op"
)

// TestParamIsMadeOnce under one name and one shape.
func TestParamIsMadeOnce(t *testing.T) {
	s := &Store[float32]{Seed: 1}
	a, err := s.Param("a", Generative, 2, 3, Init{Range: 1})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Param("a", Generative, 2, 3, Init{Value: 7}); err != nil || again != a {
		t.Errorf("a second weight of one name: %v", err)
	}
	for _, shape := range [][2]int{{3, 2}, {2, 4}, {1, 6}} {
		if _, err := s.Param("a", Generative, shape[0], shape[1], Init{}); err == nil {
			t.Errorf("shape %v passes for (2,3)", shape)
		}
	}
	if len(s.Params) != 1 || s.Count() != 6 {
		t.Errorf("%d parameters of %d numbers", len(s.Params), s.Count())
	}
}

// TestFirstValues depend on the seed and the name alone, not on the order or
// the number type, and lie in the range of the init.
func TestFirstValues(t *testing.T) {
	init := Init{Range: 0.25, Value: 1}
	values := func(seed uint64, names ...string) []float32 {
		s := &Store[float32]{Seed: seed}
		var last *Param[float32]
		for _, name := range names {
			last, _ = s.Param(name, Whole, 30, 20, init)
		}
		return last.Value
	}
	a := values(1, "a")
	if !slices.Equal(a, values(1, "b", "a")) {
		t.Error("the order of making counts")
	}
	if slices.Equal(a, values(2, "a")) || slices.Equal(a, values(1, "b")) {
		t.Error("the seed or the name does not count")
	}
	s := &Store[float64]{Seed: 1}
	wide, _ := s.Param("a", Whole, 30, 20, init)
	mean := 0.0
	for i, v := range a {
		if float64(v) != wide.Value[i] || v < 0.75 || v > 1.25 {
			t.Fatalf("element %d is %v, in float64 %v", i, v, wide.Value[i])
		}
		mean += float64(v) / 600
	}
	// 600 draws of standard deviation 0.25/√3: five standard errors are 0.03.
	if mean < 0.97 || mean > 1.03 {
		t.Errorf("mean %v", mean)
	}
	if slices.Equal(a[:20], a[20:40]) {
		t.Error("rows are alike")
	}
}

// TestConstantInit is Value everywhere.
func TestConstantInit(t *testing.T) {
	w, _ := new(Store[float64]).Param("a", Whole, 1, 3, Init{Value: 0.5})
	if !slices.Equal(w.Value, []float64{0.5, 0.5, 0.5}) {
		t.Errorf("%v", w.Value)
	}
}

// TestBuffer is made once, of one length.
func TestBuffer(t *testing.T) {
	s := new(Store[float32])
	b, err := s.Buffer("b", 2, 3)
	if err != nil || !slices.Equal(b.Value, []float32{3, 3}) {
		t.Fatalf("%v, %v", b, err)
	}
	b.Value[0] = 9
	if again, err := s.Buffer("b", 2, 3); err != nil || again != b {
		t.Errorf("a second buffer of one name: %v", err)
	}
	if _, err := s.Buffer("b", 3, 3); err == nil {
		t.Error("another length passes")
	}
	if s.Count() != 0 {
		t.Error("buffers are counted as trained")
	}
}

// TestZeroGradOfGroup leaves the other group alone.
func TestZeroGradOfGroup(t *testing.T) {
	s := new(Store[float64])
	for name, group := range map[string]Group{"generative": Generative, "inference": Inference} {
		w, _ := s.Param(name, group, 1, 1, Init{})
		w.Grad[0] = 1
	}
	s.ZeroGrad(Inference)
	for _, p := range s.Params {
		if (p.Grad[0] == 0) != (p.Group == Inference) {
			t.Errorf("%s: %v", p.Name, p.Grad)
		}
	}
}

// TestPyTorchRanges: 1/√fan-in in affine layers, where several inputs count as
// one, and 1/√hidden in recurrent ones; a fixed range overrides both.
func TestPyTorchRanges(t *testing.T) {
	for _, fixed := range []float64{0, 0.01} {
		s := &Store[float64]{Seed: 3}
		m := Maker[float64]{Store: s, Group: Whole, Range: fixed}
		m.Affine("affine", 50, true, false, 9, 16)
		m.Recurrent("layer", op.LSTM, 50, 16)
		if s.Err() != nil {
			t.Fatal(s.Err())
		}
		for _, p := range s.Params {
			bound := map[bool]float64{true: 1.0 / 5, false: 1.0 / 4}[p.Name[0] == 'a']
			if fixed > 0 {
				bound = fixed
			}
			// The largest of 50 draws is above 0.8 of the bound but for 1 in 70,000.
			if top := slices.Max(p.Value); top > bound || top < 0.8*bound {
				t.Errorf("%s: the largest of %d is %v, the bound %v", p.Name, len(p.Value), top, bound)
			}
		}
	}
}

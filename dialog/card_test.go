package dialog

import (
	"math"
	"testing"
)

func card() LatentCard {
	return LatentCard{Dim: 2, KLPerDim: []float64{1, 2}, Map: &Map{
		Center: []float64{1, 1}, Axes: [2][]float64{{1, 0}, {0, 1}}, Points: [][2]float64{{3, 4}},
	}}
}

func TestLatentCardCheck(t *testing.T) {
	if err := card().Check(); err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(*LatentCard){
		"too few":    func(c *LatentCard) { c.KLPerDim = c.KLPerDim[:1] },
		"no axis":    func(c *LatentCard) { c.Map.Axes[1] = nil },
		"a NaN":      func(c *LatentCard) { c.KLPerDim[0] = math.NaN() },
		"infinite":   func(c *LatentCard) { c.Map.Center[1] = math.Inf(-1) },
		"a NaN spot": func(c *LatentCard) { c.Map.Points[0][1] = math.NaN() },
	} {
		c := card()
		if spoil(&c); c.Check() == nil {
			t.Errorf("%s passes", what)
		}
	}
}

func TestProject(t *testing.T) {
	if at := card().Map.Project([]float32{4, -1}); at != [2]float64{3, -2} {
		t.Errorf("(4,−1) less the centre (1,1) lies at %v", at)
	}
	if at := (&Map{}).Project([]float32{1, 2}); at != [2]float64{} {
		t.Errorf("on an empty map z lies at %v", at)
	}
}

package cvae_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// TestSetWord writes one row of every word embedding and nothing else.
func TestSetWord(t *testing.T) {
	vector := []float32{1, -2, 3, -4, 5}
	for name, c := range cvaetest.Configs() {
		c.Encoder.Embedding = len(vector)
		fresh := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.PureGo)
		m := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.PureGo)
		if err := m.SetWord(7, vector); err != nil {
			t.Fatal(err)
		}
		for i, p := range m.Params() {
			want := slices.Clone(fresh.Params()[i].Value)
			if strings.HasSuffix(p.Name, ".embedding") {
				copy(want[7*5:], vector)
			}
			if !slices.Equal(p.Value, want) {
				t.Errorf("%s: %s is not as expected", name, p.Name)
			}
		}
		if err := m.SetWord(7, vector[:4]); err == nil || !strings.Contains(err.Error(), "4 numbers for a word embedding of 5") {
			t.Errorf("%s: a vector of another dimension: %v", name, err)
		}
	}
}

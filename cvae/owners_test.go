package cvae_test

import (
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// TestOwners: every dense piece has one owner and embeddings have none; a rank's pieces of
// a parameter are neighbours, in the order of ranks; shares are equal but for a piece.
func TestOwners(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	c.Encoder.Hidden, c.Context.Hidden, c.Decoder.Hidden = 96, 96, 160
	m := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.Best())
	pieces := cvae.Pieces(m.Params())
	largest, dense := 0, 0
	for _, s := range pieces {
		if !m.Params()[s.Of].Sparse {
			dense += s.Hi - s.Lo
			largest = max(largest, s.Hi-s.Lo)
		}
	}
	for _, n := range []int{1, 2, 4, 8} {
		share, last := make([]int, n), map[int]int{}
		for i, owner := range cvae.Owners(m, pieces, n) {
			s := pieces[i]
			if sparse := m.Params()[s.Of].Sparse; sparse != (owner == cvae.Shared) {
				t.Fatalf("%s, sparse %t, is owned by %d", m.Params()[s.Of].Name, sparse, owner)
			}
			if owner == cvae.Shared {
				continue
			}
			if owner < last[s.Of] || owner >= n {
				t.Fatalf("piece %+v of rank %d of %d after one of rank %d", s, owner, n, last[s.Of])
			}
			last[s.Of] = owner
			share[owner] += s.Hi - s.Lo
		}
		for r, elements := range share {
			if most := dense/n + 2*largest; elements > most { // of the decoder and of the rest
				t.Errorf("rank %d of %d owns %d of %d elements", r, n, elements, dense)
			}
		}
	}
}

package ranks

import (
	"strings"
	"testing"
	"time"
)

// TestVigil: a rank that ends without a word is missed, and one rank says so: rank 0, or
// rank 1 where it is rank 0; ranks that say goodbye are not missed.
func TestVigil(t *testing.T) {
	for _, dead := range []int{-1, 0, 2} {
		lost := make([]chan error, 3)
		for r := range lost {
			lost[r] = make(chan error, 3)
		}
		vigils := together(t, 3, func(l Link) (*vigil, error) { return keepVigil(l, func(err error) { lost[l.Rank()] <- err }) })
		for r, v := range vigils {
			switch {
			case r == dead:
				for _, c := range v.held {
					if c != nil {
						_ = c.Close()
					}
				}
			case dead < 0:
				v.close()
			}
		}
		for r := range lost {
			misses, says := dead >= 0 && r != dead, dead == 0 && r == 1 || dead == 2 && r == 0
			select {
			case err := <-lost[r]:
				if !misses || says != (err != nil) || says && !strings.Contains(err.Error(), "rank "+string(rune('0'+dead))) {
					t.Errorf("rank %d of a dead %d: %v", r, dead, err)
				}
			case <-time.After(grace + map[bool]time.Duration{true: 5 * time.Second, false: time.Second / 2}[misses]):
				if misses {
					t.Errorf("rank %d does not miss %d", r, dead)
				}
			}
		}
		for r, v := range vigils {
			if r != dead {
				v.close()
			}
		}
	}
}

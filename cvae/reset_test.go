package cvae_test

import (
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// TestResetDecoder overwrites every parameter: the decoder, the act head and the
// bag-of-words layer get the values of a fresh model, and the rest, the embedding
// that the decoder shares included, stays overwritten.
func TestResetDecoder(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		parts := cvae.Parts{Decoder: cvae.DecoderOptions{BagOfWords: 1}}
		if c.Mode == cvae.Dialogue {
			c, parts = cvaetest.Told(c, parts)
		}
		fresh := cvaetest.New[float32](t, c, parts, kernel.PureGo)
		m := cvaetest.New[float32](t, c, parts, kernel.PureGo)
		for _, p := range m.Params() {
			for i := range p.Value {
				p.Value[i] = 9
			}
		}
		m.ResetDecoder()
		for i, p := range m.Params() {
			want := float32(9)
			for _, layer := range []string{"decoder.", "vocabulary.", "start.", "act.", "bag."} {
				if strings.HasPrefix(p.Name, layer) {
					want = fresh.Params()[i].Value[0]
				}
			}
			if p.Value[0] != want {
				t.Errorf("%s: %s begins with %g, want %g", name, p.Name, p.Value[0], want)
			}
		}
	}
}

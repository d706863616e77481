package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// softplus is ln(1+eˣ), for x that eˣ can hold.
func softplus(s *cvae.Scope, x *G.Node) *G.Node { return s.Log(s.Shift(s.Exp(x), 1)) }

// sigmoid is 1/(1+e⁻ˣ), for x that e⁻ˣ can hold.
func sigmoid(s *cvae.Scope, x *G.Node) *G.Node {
	return s.Exp(s.Scale(-1, softplus(s, s.Scale(-1, x))))
}

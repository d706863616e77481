package nn

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Arithmetic builds nodes and keeps the first error, so that formulas read as
// formulas: after an error every method returns nil and does nothing.
type Arithmetic struct {
	// Number makes a constant of the graph's type.
	Number func(float64) any
	err    error
}

// Err is the first error.
func (a *Arithmetic) Err() error { return a.err }

// Fail keeps err if it is the first.
func (a *Arithmetic) Fail(err error) {
	if a.err == nil {
		a.err = err
	}
}

// Try keeps the error of building n, if any, and returns n.
func (a *Arithmetic) Try(n *G.Node, err error) *G.Node {
	if err != nil {
		a.Fail(err)
		return nil
	}
	return n
}

// Do keeps the error of build, if any, and returns what it built.
func (a *Arithmetic) Do(build func() (*G.Node, error)) *G.Node {
	if a.err != nil {
		return nil
	}
	return a.Try(build())
}

func (a *Arithmetic) unary(name string, f func(*G.Node) (*G.Node, error), x *G.Node) *G.Node {
	if a.err != nil {
		return nil
	}
	n, err := f(x)
	if err != nil {
		a.Fail(fmt.Errorf("building %s: %w", name, err))
		return nil
	}
	return n
}

func (a *Arithmetic) binary(name string, f func(x, y *G.Node) (*G.Node, error), x, y *G.Node) *G.Node {
	return a.unary(name, func(x *G.Node) (*G.Node, error) { return f(x, y) }, x)
}

// Constant is a number.
func (a *Arithmetic) Constant(v float64) *G.Node { return G.NewConstant(a.Number(v)) }

// Add is x + y.
func (a *Arithmetic) Add(x, y *G.Node) *G.Node { return a.binary("+", G.Add, x, y) }

// Sub is x − y.
func (a *Arithmetic) Sub(x, y *G.Node) *G.Node { return a.binary("−", G.Sub, x, y) }

// Mul is x·y, element by element.
func (a *Arithmetic) Mul(x, y *G.Node) *G.Node { return a.binary("·", G.HadamardProd, x, y) }

// Div is x/y, element by element.
func (a *Arithmetic) Div(x, y *G.Node) *G.Node { return a.binary("/", G.HadamardDiv, x, y) }

// Shift is x + v.
func (a *Arithmetic) Shift(x *G.Node, v float64) *G.Node { return a.Add(x, a.Constant(v)) }

// Scale is v·x.
func (a *Arithmetic) Scale(v float64, x *G.Node) *G.Node { return a.Mul(x, a.Constant(v)) }

// Exp is eˣ.
func (a *Arithmetic) Exp(x *G.Node) *G.Node { return a.unary("exp", G.Exp, x) }

// Log is ln x.
func (a *Arithmetic) Log(x *G.Node) *G.Node { return a.unary("ln", G.Log, x) }

// Sqrt is √x.
func (a *Arithmetic) Sqrt(x *G.Node) *G.Node { return a.unary("√", G.Sqrt, x) }

// Square is x².
func (a *Arithmetic) Square(x *G.Node) *G.Node { return a.unary("square", G.Square, x) }

// SumRows is the sum over the columns of x (B, n), (B).
func (a *Arithmetic) SumRows(x *G.Node) *G.Node {
	return a.unary("sum over columns", func(x *G.Node) (*G.Node, error) { return G.Sum(x, 1) }, x)
}

// MeanColumns is the mean over the rows of x (B, n), (n).
func (a *Arithmetic) MeanColumns(x *G.Node) *G.Node {
	return a.unary("mean over rows", func(x *G.Node) (*G.Node, error) { return G.Mean(x, 0) }, x)
}

// Mean is the mean of all elements.
func (a *Arithmetic) Mean(x *G.Node) *G.Node {
	return a.unary("mean", func(x *G.Node) (*G.Node, error) { return G.Mean(x) }, x)
}

var rows = []byte{0}

// AddRow adds the vector v (n) to every row of x (B, n).
func (a *Arithmetic) AddRow(x, v *G.Node) *G.Node {
	return a.binary("row +", func(x, v *G.Node) (*G.Node, error) { return G.BroadcastAdd(x, v, nil, rows) }, x, v)
}

// SubRow subtracts the vector v (n) from every row of x (B, n).
func (a *Arithmetic) SubRow(x, v *G.Node) *G.Node {
	return a.binary("row −", func(x, v *G.Node) (*G.Node, error) { return G.BroadcastSub(x, v, nil, rows) }, x, v)
}

// MulRow multiplies every row of x (B, n) by the vector v (n).
func (a *Arithmetic) MulRow(x, v *G.Node) *G.Node {
	return a.binary("row ·", func(x, v *G.Node) (*G.Node, error) { return G.BroadcastHadamardProd(x, v, nil, rows) }, x, v)
}

// DivRow divides every row of x (B, n) by the vector v (n).
func (a *Arithmetic) DivRow(x, v *G.Node) *G.Node {
	return a.binary("row /", func(x, v *G.Node) (*G.Node, error) { return G.BroadcastHadamardDiv(x, v, nil, rows) }, x, v)
}

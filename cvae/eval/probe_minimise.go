package eval

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// The memory of minimise, in steps, and where it stops: at a slope that no
// classifier notices, or after so many steps, which mean that something is wrong.
const (
	minimiseMemory = 15
	minimiseSlope  = 1e-7
	minimiseSteps  = 2000
)

// An objective returns its value at x and writes its gradient there.
type objective func(x, gradient []float64) float64

// minimise returns the minimum of a smooth convex function of n numbers,
// starting from 0, by L-BFGS (Nocedal and Wright, Numerical Optimization,
// algorithm 7.5) with steps halved until the value falls enough. The
// error is that of ctx, which is asked before every step, or that there is no minimum.
func minimise(ctx context.Context, f objective, n int) ([]float64, error) {
	x, gradient := make([]float64, n), make([]float64, n)
	value := f(x, gradient)
	var memory curvature
	for range minimiseSteps {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		if floats.Norm(gradient, math.Inf(1)) < minimiseSlope {
			return x, nil
		}
		direction := memory.direction(gradient)
		nextX, nextGradient := make([]float64, n), make([]float64, n)
		next, ok := descend(f, x, gradient, direction, value, nextX, nextGradient)
		if !ok && memory.pairs == nil {
			break
		}
		if !ok {
			memory = curvature{} // what it remembers misleads; the gradient does not
			continue
		}
		memory.add(floats.SubTo(make([]float64, n), nextX, x), floats.SubTo(make([]float64, n), nextGradient, gradient))
		x, gradient, value = nextX, nextGradient, next
	}
	// No step that float64 can tell from none is left, or none of use came.
	if slope := floats.Norm(gradient, math.Inf(1)); !(slope < 100*minimiseSlope) {
		return nil, fmt.Errorf("no minimum was found; the slope is still %g", slope)
	}
	return x, nil
}

// descend walks from x along direction, writing where it comes and the gradient
// there. ok is false when no step makes the value fall.
func descend(f objective, x, gradient, direction []float64, value float64, nextX, nextGradient []float64) (next float64, ok bool) {
	const enough = 1e-4 // of the fall that the slope promises
	slope := floats.Dot(gradient, direction)
	for step := 1.0; step > 1e-12; step /= 2 {
		floats.AddScaledTo(nextX, x, step, direction)
		next = f(nextX, nextGradient)
		if next <= value+enough*step*slope && next < value {
			return next, true
		}
	}
	return value, false
}

// A curvature remembers the last steps and how they changed the gradient.
type curvature struct{ pairs []stepPair }

type stepPair struct{ step, change []float64 }

// add takes in a step, unless the gradient did not rise along it.
func (c *curvature) add(step, change []float64) {
	if !(floats.Dot(step, change) > 0) {
		return
	}
	c.pairs = append(c.pairs, stepPair{step, change})
	if len(c.pairs) > minimiseMemory {
		c.pairs = c.pairs[1:]
	}
}

// direction is −H·gradient, H the inverse Hessian as the steps make it out.
func (c *curvature) direction(gradient []float64) []float64 {
	d := floats.ScaleTo(make([]float64, len(gradient)), -1, gradient)
	alpha := make([]float64, len(c.pairs))
	for i := len(c.pairs) - 1; i >= 0; i-- {
		p := c.pairs[i]
		alpha[i] = floats.Dot(p.step, d) / floats.Dot(p.step, p.change)
		floats.AddScaled(d, -alpha[i], p.change)
	}
	if n := len(c.pairs); n > 0 {
		last := c.pairs[n-1]
		floats.Scale(floats.Dot(last.step, last.change)/floats.Dot(last.change, last.change), d)
	}
	for i, p := range c.pairs {
		beta := floats.Dot(p.change, d) / floats.Dot(p.step, p.change)
		floats.AddScaled(d, alpha[i]-beta, p.step)
	}
	return d
}

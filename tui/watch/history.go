package watch

import (
	"math"
	"sort"

	"github.com/cvae-go/cvae/dialog"
)

// limit is how many points a history keeps, about twice the dots of a wide
// curve. When there are more, neighbours are averaged.
const limit = 1024

// A point is the mean of some events.
type point struct {
	step    int // the last one's
	events  int
	rec, kl float64
	parts   []float64 // the KL of each dimension, or of each word where it has a z
}

// A history is what the curves show of a run, however long it is. Each point
// but the last stands for the same number of events.
type history struct {
	points      []point
	each        int // events a point stands for; 0: one
	validations []validation
}

// A validation is a validation bound.
type validation struct {
	step  int
	bound float64
	best  bool
}

// add takes one event in. An event of a step that was already there comes from
// a run that was resumed from an earlier checkpoint, and replaces what followed.
func (h *history) add(e dialog.Event) {
	switch e.Kind {
	case dialog.Stepped:
		h.cut(e.Step)
		h.step(e)
	case dialog.Validated:
		h.cutValidations(e.Step)
		h.validations = append(h.validations, validation{e.Step, e.Bound, e.Best})
		if len(h.validations) > limit {
			h.validations = h.validations[1:]
		}
	}
}

// step adds to the last point, or begins one when that is full.
func (h *history) step(e dialog.Event) {
	p := point{e.Step, 1, e.Rec, e.KL, parts(e)}
	if n := len(h.points); n > 0 && h.points[n-1].events < h.each {
		h.points[n-1] = merged(h.points[n-1], p)
		return
	}
	if h.points = append(h.points, p); len(h.points) > limit {
		h.halve()
	}
}

// parts is what the KL of an event is shown by.
func parts(e dialog.Event) []float64 {
	if e.KLPerStep != nil {
		return e.KLPerStep
	}
	return e.KLPerDim
}

func (h *history) halve() {
	h.each = 2 * max(1, h.each)
	half := h.points[:0]
	for i := 0; i < len(h.points); i += 2 {
		p := h.points[i]
		if i+1 < len(h.points) {
			p = merged(p, h.points[i+1])
		}
		half = append(half, p)
	}
	clear(h.points[len(half):])
	h.points = half
}

// merged is the mean of two points by their events. The parts are those of the
// later one, where their numbers differ.
func merged(a, b point) point {
	part := float64(b.events) / float64(a.events+b.events)
	p := point{step: b.step, events: a.events + b.events, rec: mix(a.rec, b.rec, part), kl: mix(a.kl, b.kl, part), parts: b.parts}
	if len(a.parts) != len(b.parts) {
		return p
	}
	p.parts = make([]float64, len(a.parts))
	for d := range p.parts {
		p.parts[d] = mix(a.parts[d], b.parts[d], part)
	}
	return p
}

// mix is the mean of a and b in which b has a part of the weight; of one of
// them, where the other is not finite.
func mix(a, b, part float64) float64 {
	switch {
	case math.IsNaN(a) || math.IsInf(a, 0):
		return b
	case math.IsNaN(b) || math.IsInf(b, 0):
		return a
	}
	return a*(1-part) + b*part
}

// cut drops what belongs to step and later.
func (h *history) cut(step int) {
	h.points = h.points[:sort.Search(len(h.points), func(i int) bool { return h.points[i].step >= step })]
	h.cutValidations(step)
}

func (h *history) cutValidations(step int) {
	h.validations = h.validations[:sort.Search(len(h.validations), func(i int) bool { return h.validations[i].step >= step })]
}

// series is one number of every point.
func (h *history) series(of func(point) float64) []float64 {
	values := make([]float64, len(h.points))
	for i, p := range h.points {
		values[i] = of(p)
	}
	return values
}

// kl is the KL of the parts from to before to, meaned, at every point.
func (h *history) kl(from, to int) []float64 {
	return h.series(func(p point) float64 {
		if to > len(p.parts) {
			return math.NaN()
		}
		sum := 0.0
		for _, v := range p.parts[from:to] {
			sum += v / float64(to-from)
		}
		return sum
	})
}

// best is the lowest bound marked as best, the last one; ok is false before
// the first.
func (h *history) best() (v validation, ok bool) {
	for i := len(h.validations) - 1; i >= 0; i-- {
		if h.validations[i].best {
			return h.validations[i], true
		}
	}
	return v, false
}

package plot

import "math"

// An Axis is one direction of a chart.
type Axis struct {
	Label string  // with the unit
	Log   bool    // only numbers above 0 have a place
	Zero  bool    // begins at 0 unless a number is below
	Whole bool    // counts something: no tick between whole numbers
	Reach float64 // shown in any case, for charts that are compared; 0: nothing
}

// largest bounds what has a place on an axis, so that no sum of places
// overflows.
const largest = 1e100

// holds reports whether v has a place on the axis.
func (a Axis) holds(v float64) bool {
	if a.Log {
		return v >= 1/largest && v <= largest
	}
	return math.Abs(v) <= largest
}

// A scale places the numbers from lo to hi between the edges from and to.
type scale struct {
	lo, hi   float64
	from, to float64
	log      bool
	ticks    []float64
}

// at is the place of v.
func (s scale) at(v float64) float64 {
	if s.log {
		return s.from + (s.to-s.from)*math.Log(v/s.lo)/math.Log(s.hi/s.lo)
	}
	return s.from + (s.to-s.from)*((v-s.lo)/(s.hi-s.lo))
}

// unit is the length of one unit; axes of an isometric chart are not log.
func (s scale) unit() float64 { return math.Abs(s.to-s.from) / (s.hi - s.lo) }

// widen makes a unit as short as length, around the middle.
func (s scale) widen(length float64) scale {
	half, middle := math.Abs(s.to-s.from)/length/2, s.lo/2+s.hi/2
	s.lo, s.hi = middle-half, middle+half
	return s
}

// domain is the range of an axis that shows values, with some air around them.
func (a Axis) domain(values []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	if a.Reach != 0 && a.holds(a.Reach) {
		lo, hi = a.Reach, a.Reach
	}
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	if lo > hi {
		return a.empty()
	}
	if a.Log {
		return a.airLog(lo, hi)
	}
	if a.Zero {
		lo, hi = min(lo, 0), max(hi, 0)
	}
	if size := max(math.Abs(lo), math.Abs(hi)); hi-lo <= max(size*1e-9, 1/largest) {
		lo, hi = a.around(lo, max(size*0.1, 0.5))
	}
	air := (hi - lo) * 0.06
	if !a.Zero || lo < 0 {
		lo -= air
	}
	if !a.Zero || hi > 0 {
		hi += air
	}
	return lo, hi
}

// around is the range of an axis that shows one number.
func (a Axis) around(v, reach float64) (lo, hi float64) {
	if a.Zero {
		return 0, 2 * reach
	}
	return v - reach, v + reach
}

// empty is the range of an axis without numbers.
func (a Axis) empty() (lo, hi float64) {
	if a.Log {
		return 1, 10
	}
	return 0, 1
}

func (a Axis) airLog(lo, hi float64) (float64, float64) {
	air := max(math.Pow(hi/lo, 0.06), 1.1)
	return lo / air, hi * air
}

// withTicks gives s about count ticks.
func (s scale) withTicks(a Axis, count int) scale {
	if a.Log {
		s.ticks = logTicks(s.lo, s.hi, count)
		return s
	}
	if a.Whole {
		count = max(1, min(count, int(min(s.hi-s.lo, 100))))
	}
	s.ticks = Ticks(s.lo, s.hi, count)
	return s
}

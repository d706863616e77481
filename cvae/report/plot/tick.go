package plot

import (
	"math"
	"strconv"
	"strings"
)

// Ticks are the multiples of a round step, 1, 2 or 5 times a power of ten, from
// lo to hi. The step is the one that gives at least about half of count ticks
// and at most count+1. There are none where lo < hi does not hold.
func Ticks(lo, hi float64, count int) []float64 {
	if !(lo < hi) || count < 1 || math.IsInf(hi-lo, 0) {
		return nil
	}
	digit, power := step(lo, hi, count)
	const rounding = 1e-9 // of a step, so that an end that is a tick is one
	first, last := math.Ceil(lo/scaled(digit, power)-rounding), math.Floor(hi/scaled(digit, power)+rounding)
	var ticks []float64
	for k := first; k <= last && len(ticks) <= count+1; k++ {
		ticks = append(ticks, scaled(k*digit, power))
	}
	return ticks
}

// step is the smallest round step that is (hi−lo)/count or more, as
// digit·10^power.
func step(lo, hi float64, count int) (digit float64, power int) {
	least := (hi - lo) / float64(count)
	power = int(math.Floor(math.Log10(least)))
	for _, digit := range []float64{1, 2, 5} {
		if scaled(digit, power) >= least {
			return digit, power
		}
	}
	return 1, power + 1
}

// scaled is v·10^power. It divides by powers that are exact, so that 3·10⁻¹ is
// 0.3 and not 0.30000000000000004.
func scaled(v float64, power int) float64 {
	if power < 0 {
		return v / math.Pow10(-power)
	}
	return v * math.Pow10(power)
}

// logTicks are round numbers from lo to hi, both above 0: 1, 2 and 5 times
// powers of ten, powers alone over four of them, or Ticks in a narrow range.
func logTicks(lo, hi float64, count int) []float64 {
	digits := []float64{1, 2, 5}
	if math.Log10(hi/lo) > 3 {
		digits = digits[:1]
	}
	var ticks []float64
	for power := int(math.Floor(math.Log10(lo))); scaled(1, power) <= hi; power++ {
		for _, d := range digits {
			if v := scaled(d, power); v >= lo && v <= hi {
				ticks = append(ticks, v)
			}
		}
	}
	if len(ticks) < 3 {
		return Ticks(lo, hi, count)
	}
	for len(ticks) > count+2 {
		ticks = everySecond(ticks)
	}
	return ticks
}

func everySecond(ticks []float64) (some []float64) {
	for i := 0; i < len(ticks); i += 2 {
		some = append(some, ticks[i])
	}
	return some
}

// tickText is a tick as people write it: thousands are 20k, and from a million
// on powers of ten.
func tickText(v float64) string {
	size := math.Abs(v)
	switch {
	case size == 0:
		return "0"
	case size >= 1e6 || size < 1e-4:
		return minus(strconv.FormatFloat(v, 'g', 6, 64))
	case size >= 1e4:
		return minus(strconv.FormatFloat(v/1000, 'g', -1, 64)) + "k"
	}
	return minus(strconv.FormatFloat(v, 'f', -1, 64))
}

func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

package synthetic

import (
	"fmt"
	"iter"
	"math"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// pointSizes are the points of the splits, in the order of dialog.Splits.
var pointSizes = [...]int{8000, 1000, 1000}

// cell is how far apart the coordinates are that have words of their own.
const cell = 0.25

// Points returns the points of a split: draws of the mixture that is behind the
// sentences, without a generator on top. Each is a sentence of four words: its
// coordinates x and y and those along the diagonals, u = (x+y)/√2 and v =
// (x−y)/√2, rounded to cells. A decoder that does not see the words before, as
// with word dropout, needs to know the place to make them agree. The labels are
// those of a sentence. The points are drawn anew at every call. An unknown split
// is empty.
func Points(split dialog.Split) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		first := 0
		for i, current := range dialog.Splits {
			for n := range pointSizes[i] {
				if current == split && !yield(point(split, first+n, n), nil) {
					return
				}
			}
			first += pointSizes[i]
		}
	}
}

// point is point i of all, number n of its split.
func point(split dialog.Split, i, n int) dialog.Dialogue {
	draw := rng.New(seed, rng.Sample, 1, i)
	component := byte(draw.IntN(4))
	x, y := center(component&1)+draw.Normal(), center(component>>1)+draw.Normal()
	return dialog.Dialogue{
		ID:     fmt.Sprintf("point-%s-%05d", split, n+1),
		Turns:  []dialog.Turn{{Speaker: "A", Text: place(x, y)}},
		Labels: labels(component),
	}
}

// place is a point in words: the name and the cell of each coordinate.
func place(x, y float64) string {
	at := func(v float64) int { return int(math.Round(v / cell)) }
	return fmt.Sprintf("x%d y%d u%d v%d", at(x), at(y), at((x+y)/math.Sqrt2), at((x-y)/math.Sqrt2))
}

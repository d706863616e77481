package synthetic

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/dialog"
)

// TestPointsAreTheMixture compares the mean and the variance of each coordinate
// of each component with ±2 and 1 + cell²/12, the variance that rounding to
// cells adds (Sheppard 1898), within five standard errors.
func TestPointsAreTheMixture(t *testing.T) {
	var n [4]float64
	var sum, square [4][2]float64
	for d, err := range Points(dialog.Train) {
		if err != nil {
			t.Fatal(err)
		}
		k := d.Labels["component"][0] - '0'
		n[k]++
		var at [4]float64
		for i, word := range strings.Fields(d.Turns[0].Text) {
			c, err := strconv.Atoi(word[1:])
			if err != nil || word[0] != "xyuv"[i] {
				t.Fatalf("the point %s is %q", d.ID, d.Turns[0].Text)
			}
			at[i] = float64(c) * cell
		}
		// Half a cell of rounding on each side: √2 halves of x and y, and one of u.
		if off := math.Abs(at[2]-(at[0]+at[1])/math.Sqrt2) + math.Abs(at[3]-(at[0]-at[1])/math.Sqrt2); off > cell*(1+math.Sqrt2) {
			t.Errorf("the diagonals of %q do not fit", d.Turns[0].Text)
		}
		for i, v := range at[:2] {
			sum[k][i] += v
			square[k][i] += v * v
		}
	}
	want := 1 + cell*cell/12
	for k := range n {
		for i, bit := range []byte{byte(k) & 1, byte(k) >> 1} {
			mean := sum[k][i] / n[k]
			variance := square[k][i]/n[k] - mean*mean
			if math.Abs(mean-center(bit)) > 5*math.Sqrt(want/n[k]) || math.Abs(variance-want) > 5*want*math.Sqrt(2/n[k]) {
				t.Errorf("component %d, coordinate %d: mean %.3f and variance %.3f, want %g and %.3f", k, i, mean, variance, center(bit), want)
			}
		}
	}
}

// TestPointsStay: a point is a function of its number, whatever is read before.
func TestPointsStay(t *testing.T) {
	for d := range Points(dialog.Test) {
		if again := point(dialog.Test, pointSizes[0]+pointSizes[1], 0); d.Turns[0].Text != again.Turns[0].Text || d.ID != "point-test-00001" {
			t.Fatalf("the first test point is %s %q, drawn alone %q", d.ID, d.Turns[0].Text, again.Turns[0].Text)
		}
		break
	}
}

package page

import (
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// mostPlaces bounds the dots of a panel.
const mostPlaces = 1000

// places shows where batches put their examples, a panel a row: as training had
// them, and under the statistics that the model keeps.
func (c comparison) places(of map[string]report.Places) (all []section) {
	trained := section{Title: "Where batches put their examples", Caption: "Means of the posteriors of training examples, each with the statistics of its own batch; the colour is the group. " +
		"A method that normalises by batch puts groups that never share a batch on top of each other." + c.distortion()}
	saved := section{Title: "The same examples under saved statistics", Caption: "What a scored example and a chosen z see. Where this differs from above, the decoder has learnt from other places than it is asked for."}
	for i, row := range c.Spec.Rows {
		p, known := of[row.Name]
		if !known {
			continue
		}
		for _, panel := range []struct {
			into        *section
			file, words string
			at          []float64
		}{{&trained, "places", "as trained", p.Trained}, {&saved, "saved-places", "under saved statistics", p.Saved}} {
			chart := cloud(p, panel.at)
			chart.Title, chart.Heading = "Places of "+row.Name+" "+panel.words, row.Name
			panel.into.Figures = append(panel.into.Figures, figure{panelFile(panel.file, i, row.Name), chart})
		}
	}
	return []section{trained, saved}
}

// cloud is a panel of places, on their first two principal components where there
// are more than two numbers.
func cloud(p report.Places, at []float64) plot.Chart {
	c := plot.Chart{Description: "Dots, coloured by " + p.Label + ".", Narrow: true, Isometric: true, X: plot.Axis{Label: "z 1"}, Y: plot.Axis{Label: "z 2"}}
	project := func(z []float64) (x, y float64) { return z[0], z[1%len(z)] }
	if p.D > 2 {
		plane, err := latent.PrincipalPlane(at, p.D)
		if err != nil {
			return c
		}
		c.X.Label, c.Y.Label = "1st component", "2nd component"
		project = func(z []float64) (x, y float64) {
			for k, v := range z {
				x, y = x+(v-plane.Center[k])*plane.Axes[0][k], y+(v-plane.Center[k])*plane.Axes[1][k]
			}
			return x, y
		}
	}
	for g, name := range p.Names {
		c.Series = append(c.Series, plot.Series{Name: p.Label + " " + name, Colour: g, Mark: plot.Cloud})
	}
	step := max(1, len(p.Groups)/mostPlaces)
	for i := 0; i < len(p.Groups); i += step {
		x, y := project(at[i*p.D : (i+1)*p.D])
		s := &c.Series[p.Groups[i]]
		s.Points = append(s.Points, plot.Point{X: x, Y: y})
	}
	return c
}

// distortion names the rows whose batches matter most and least.
func (c comparison) distortion() string {
	var most, least experiment.Row
	high, low := math.Inf(-1), math.Inf(1)
	for _, row := range c.Spec.Rows {
		v := c.mean(row, "place.displacement")
		if v > high {
			most, high = row, v
		}
		if v < low {
			least, low = row, v
		}
	}
	if most.Name == "" || most.Name == least.Name {
		return ""
	}
	return fmt.Sprintf(" One and the same example moves furthest between batches in %s (displacement %s, separation of the groups %s), least in %s (%s, %s).",
		most.Name, show(report.Number(high), 2), show(report.Number(c.mean(most, "place.separation")), 2),
		least.Name, show(report.Number(low), 2), show(report.Number(c.mean(least, "place.separation")), 2))
}

package page

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// CommittedRates draws figure 1 of Razavi et al. 2019: the committed rate over the steps
// and over α, with the least KL that a minimiser found, and for each α of two steps the
// prior with the factorised posterior next to it. The drawings go by the names of their
// files.
func CommittedRates(c experiment.CommittedRates) map[string]plot.Chart {
	charts := map[string]plot.Chart{
		"steps.svg": ratesOver(c, "Committed rate over the steps", plot.Axis{Label: "steps of z", Zero: true, Whole: true}, []float64{0.3, 0.5, 0.7, 0.9, 0.99},
			func(r experiment.CommittedRate) (line, x float64) { return r.Alpha, float64(r.Steps) }, "α = %g"),
		"alpha.svg": ratesOver(c, "Committed rate over α", plot.Axis{Label: "α", Zero: true}, []float64{2, 4, 8, 16, 32},
			func(r experiment.CommittedRate) (line, x float64) { return float64(r.Steps), r.Alpha }, "%g steps"),
	}
	for _, k := range c.Contours {
		charts[fmt.Sprintf("contours-%g.svg", k.Alpha)] = contours(k)
	}
	return charts
}

// ratesOver is the rates over x, a line each for some of what the rates differ in
// besides, named by a format.
func ratesOver(c experiment.CommittedRates, title string, x plot.Axis, lines []float64, of func(experiment.CommittedRate) (line, x float64), name string) plot.Chart {
	chart := plot.Chart{Title: title, Description: "A line is the formula; a symbol is the least KL that a minimiser found.",
		X: x, Y: plot.Axis{Label: "δ, nats per dimension", Zero: true}, Heading: title}
	for colour, line := range lines {
		formula := plot.Series{Name: fmt.Sprintf(name, line), Colour: colour}
		minima := plot.Series{Colour: colour, Mark: plot.Scatter}
		for _, r := range c.Rates {
			if of, x := of(r); of == line {
				formula.Points = append(formula.Points, plot.Point{X: x, Y: r.Formula})
				minima.Points = append(minima.Points, plot.Point{X: x, Y: r.Minimum, Note: fmt.Sprintf("α %g, %d steps: %.4f nats", r.Alpha, r.Steps, r.Minimum)})
			}
		}
		chart.Series = append(chart.Series, formula, minima)
	}
	return chart
}

// contours are the lines of one standard deviation.
func contours(k experiment.Contour) plot.Chart {
	line := func(name string, colour int, points [][2]float64) plot.Series {
		s := plot.Series{Name: name, Colour: colour}
		for _, p := range points {
			s.Points = append(s.Points, plot.Point{X: p[0], Y: p[1]})
		}
		return s
	}
	return plot.Chart{
		Title:       fmt.Sprintf("Two steps with α = %g", k.Alpha),
		Description: fmt.Sprintf("One standard deviation of the prior and of the factorised posterior next to it, of variance %.4g: %.4g nats away.", k.Variance, k.Rate),
		X:           plot.Axis{Label: "first step"}, Y: plot.Axis{Label: "second step"}, Heading: fmt.Sprintf("α = %g: δ = %.3f nats", k.Alpha, k.Rate), Narrow: true, Isometric: true,
		Series: []plot.Series{line("prior", 0, k.Prior), line("posterior", 1, k.Posterior)},
	}
}

package page

import (
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// curves shows the training of all runs, a plot for each quantity.
func curves(r report.Report) section {
	s := section{Title: "Training", Caption: "A rate that falls to zero and stays there is a latent that collapses. " +
		"Lines that still fall at their end belong to runs that were stopped early. The weight beta is drawn where it moves."}
	for _, quantity := range []struct {
		file, title, unit string
		zero              bool
		of                func(report.Curve) report.Number
	}{
		{"training-kl.svg", "Rate in training", "rate kl, nats per response", true, func(c report.Curve) report.Number { return c.KL }},
		{"training-rec.svg", "Distortion in training", "distortion rec, nats per response", false, func(c report.Curve) report.Number { return c.Rec }},
		{"training-validation.svg", "Validation", "loss on the validation split, nats per response", false, func(c report.Curve) report.Number { return c.ValidLoss }},
		{"training-beta.svg", "Weight of the rate", "beta", true, func(c report.Curve) report.Number { return c.Beta }},
	} {
		c := plot.Chart{Title: quantity.title, Description: "A line for each run, by step.",
			X: plot.Axis{Label: "step", Zero: true, Whole: true}, Y: plot.Axis{Label: quantity.unit, Zero: quantity.zero}}
		moves := false
		for i, m := range r.Models {
			if points := course(m.Curve, quantity.of); points != nil {
				c.Series = append(c.Series, plot.Series{Name: m.Run, Colour: i, Points: points})
				moves = moves || isMoving(points)
			}
		}
		if c.Series != nil && (moves || quantity.unit != "beta") {
			s.Figures = append(s.Figures, figure{quantity.file, c})
		}
	}
	return s
}

// course is the known numbers of a curve, by step, without the closing phase: in it the
// model stays, and its steps would push those of training together.
func course(curve []report.Curve, of func(report.Curve) report.Number) (points []plot.Point) {
	for _, c := range curve {
		if n := of(c); n.Known() && !c.Closing {
			points = append(points, plot.Point{X: float64(c.Step), Y: float64(n)})
		}
	}
	return points
}

func isMoving(points []plot.Point) bool {
	for _, p := range points {
		if p.Y != points[0].Y {
			return true
		}
	}
	return false
}

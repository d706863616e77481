package page

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// sweeps shows what diversity costs in plausibility as the prior is drawn
// wider or narrower.
func sweeps(r report.Report) section {
	s := section{Title: "Diversity at matched perplexity", Caption: "Responses greedy over z as the deviation of the prior is scaled. " +
		"A large symbol marks the scale 1 that replies use; runs without a latent are one place, tokens drawn at temperature 1. " +
		"Compare runs above one another, at one perplexity: higher is more diverse at the same price. " +
		"Far below the perplexity of what people said responses are dull, far above garbled."}
	for order := 1; order <= 2; order++ {
		c := plot.Chart{
			Title: fmt.Sprintf("Dist-%d against perplexity", order), Description: "A trail for each run, over scales of the prior.",
			X: plot.Axis{Label: "perplexity of the responses under a language model", Log: true}, Y: plot.Axis{Label: fmt.Sprintf("Dist-%d", order)},
		}
		if r.ReferencePPL.Known() && r.ReferencePPL > 0 {
			c.Upright = plot.Upright{X: float64(r.ReferencePPL), Label: "what people said"}
		}
		for i, m := range r.Models {
			if points := trail(r, m, order); points != nil {
				c.Series = append(c.Series, plot.Series{Name: m.Run, Colour: i, Mark: plot.Trail, Points: points})
			}
		}
		if c.Series != nil {
			s.Figures = append(s.Figures, figure{fmt.Sprintf("dist-%d-perplexity.svg", order), c})
		}
	}
	s.Table = matched(r)
	return s
}

// trail is the places of a run, or the one place of a run without a sweep.
func trail(r report.Report, m report.Model, order int) (points []plot.Point) {
	for _, s := range m.Sweep {
		dist := at(s.Dist, order)
		if !dist.Known() || !s.LMPPL.Known() {
			continue
		}
		points = append(points, plot.Point{X: float64(s.LMPPL), Y: float64(dist), Heavy: s.PriorScale == 1,
			Note: fmt.Sprintf("%s, prior × %.3g: Dist-%d %s at perplexity %s", m.Run, s.PriorScale, order, show(dist, 3), show(s.LMPPL, 1))})
	}
	if points != nil {
		return points
	}
	line, ok := find(r, m.Run, report.Sampled)
	if dist := at(line.Dist, order); ok && dist.Known() && line.LMPPL.Known() {
		return []plot.Point{{X: float64(line.LMPPL), Y: float64(dist), Heavy: true,
			Note: fmt.Sprintf("%s, temperature 1: Dist-%d %s at perplexity %s", m.Run, order, show(dist, 3), show(line.LMPPL, 1))}}
	}
	return nil
}

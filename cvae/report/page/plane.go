package page

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// planes shows draws of posteriors and priors of each run.
func planes(r report.Report) section {
	s := section{Title: "Aggregate posterior and prior", Caption: "Draws of z on the first two principal components of the aggregate posterior; " +
		"each run has its own plane. Grey: draws from priors. " +
		"Alive: coloured dots cover the grey ones, and labels keep to regions. " +
		"Dots where no grey is: places that replies never come from. Grey where no dot is: places that the decoder never learnt."}
	for i, m := range r.Models {
		if len(m.Plane.Posterior) == 0 {
			continue
		}
		c := plot.Chart{
			Title: "Aggregate posterior and prior of " + m.Run, Description: "Dots on two principal components.",
			Narrow: true, Isometric: true, Heading: m.Run,
			X: plot.Axis{Label: component("1st", m, 0)}, Y: plot.Axis{Label: component("2nd", m, 1)},
			Series: append([]plot.Series{{Name: "prior", Colour: plot.Grey, Mark: plot.Cloud, Points: places(m.Plane.Prior)}}, posterior(m.Plane, i)...),
		}
		if m.Plane.Label != "" {
			c.Description += " The colour is the " + m.Plane.Label + "."
		}
		s.Figures = append(s.Figures, figure{panelFile("plane", i, m.Run), c})
	}
	return s
}

// component names a principal component with its share of the variance.
func component(name string, m report.Model, axis int) string {
	if plane := m.Latent.Map; plane != nil && plane.Explained[axis] > 0 {
		return fmt.Sprintf("%s component, %.0f %%", name, 100*plane.Explained[axis])
	}
	return name + " component"
}

func places(at [][2]float64) (points []plot.Point) {
	for _, p := range at {
		points = append(points, plot.Point{X: p[0], Y: p[1]})
	}
	return points
}

// posterior is the draws of posteriors, a series for each label. The labels
// beyond the palette share its last colour.
func posterior(p report.Plane, colour int) []plot.Series {
	if len(p.Labels) != len(p.Posterior) {
		return []plot.Series{{Name: "posterior", Colour: colour, Mark: plot.Cloud, Points: places(p.Posterior)}}
	}
	names, most := byFrequency(p.Labels), len(plot.Palette())
	series := make([]plot.Series, min(len(names), most))
	for i, at := range p.Posterior {
		s := min(slices.Index(names, p.Labels[i]), most-1)
		series[s].Points = append(series[s].Points, plot.Point{X: at[0], Y: at[1]})
	}
	for i := range series {
		series[i].Name, series[i].Colour, series[i].Mark = cmp.Or(names[i], "no label"), i, plot.Cloud
	}
	if len(names) > most {
		series[most-1].Name = fmt.Sprintf("%d others", len(names)-most+1)
	}
	return series
}

// byFrequency lists labels, the most frequent first.
func byFrequency(labels []string) []string {
	times := make(map[string]int)
	for _, l := range labels {
		times[l]++
	}
	return slices.SortedFunc(maps.Keys(times), func(a, b string) int {
		return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(a, b))
	})
}

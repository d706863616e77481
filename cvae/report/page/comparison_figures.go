package page

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// symbols are a series a row with a symbol a seed.
func (c comparison) symbols(x, y func(experiment.Result) float64) (all []plot.Series) {
	for i, row := range c.Spec.Rows {
		s := plot.Series{Name: row.Name, Colour: i, Mark: plot.Scatter}
		for _, r := range c.Results.Of(row) {
			p := plot.Point{X: x(r), Y: y(r), Heavy: true}
			p.Note = fmt.Sprintf("%s, seed %d: %s, %s", row.Name, r.Seed, show(report.Number(p.X), 2), show(report.Number(p.Y), 2))
			if !math.IsNaN(p.X + p.Y) {
				s.Points = append(s.Points, p)
			}
		}
		if s.Points != nil {
			all = append(all, s)
		}
	}
	return all
}

// figures is the one figure, if it shows anything.
func figures(file string, c plot.Chart) []figure {
	if c.Series == nil {
		return nil
	}
	return []figure{{file, c}}
}

// rate and distortion are the two terms of the bound of the generator that replies, as in split.
func rate(r experiment.Result) float64 { return r.Measure(experiment.Bound) - distortion(r) }

func distortion(r experiment.Result) float64 {
	if resultState(r) == noLatent {
		return r.Measure(experiment.Bound)
	}
	return r.Measure("rec")
}

var rateAxis = plot.Axis{Label: "rate, nats per response", Zero: true}

func (c comparison) rateDistortion() section {
	chart := plot.Chart{Title: "Rate and distortion", Description: "Distortion against rate, a symbol for each seed of each row.",
		X: rateAxis, Y: plot.Axis{Label: "distortion rec, nats per response"}, Sums: true, Series: c.symbols(rate, distortion)}
	return section{Title: "Rate and distortion", Caption: "A symbol a seed. " + rateDistortionCaption, Figures: figures("rate-distortion.svg", chart)}
}

// information shows what the rate buys.
func (c comparison) information() section {
	mi := func(r experiment.Result) float64 { return r.Measure("mi.full") }
	chart := plot.Chart{Title: "Information and rate", Description: "Mutual information against rate, a symbol for each seed of each row.",
		X: rateAxis, Y: plot.Axis{Label: "mutual information mi.full, nats per response", Zero: true}, Series: c.symbols(rate, mi)}
	most := 0.0
	for _, s := range chart.Series {
		for _, p := range s.Points {
			most = max(most, min(p.X, p.Y))
		}
	}
	s := section{Title: "Information for the rate", Caption: "A symbol a seed. On the grey line all of the rate is information about the response; " +
		"far right of it z is paid for and says little." + c.bargains(), Figures: figures("information-rate.svg", chart)}
	if most > 0 && s.Figures != nil {
		line := plot.Series{Colour: plot.Grey, Points: []plot.Point{{}, {X: most, Y: most}}}
		s.Figures[0].Chart.Series = append([]plot.Series{line}, chart.Series...)
	}
	return s
}

// bargains names the row that knows most and the one that pays most in vain.
func (c comparison) bargains() string {
	paid := func(row experiment.Row) float64 { return c.mean(row, experiment.Bound) - c.mean(row, "rec") }
	var most, vain experiment.Row
	information, waste := 0.0, 0.0
	for _, row := range c.Spec.Rows {
		mi := c.mean(row, "mi.full")
		if mi > information {
			most, information = row, mi
		}
		if w := paid(row) - mi; w > waste {
			vain, waste = row, w
		}
	}
	text := ""
	for _, b := range []struct {
		label string
		row   experiment.Row
	}{{"Most information", most}, {"Most paid in vain", vain}} {
		if b.row.Name != "" {
			text += fmt.Sprintf(" %s: %s, %s nats for %s.", b.label, b.row.Name, show(report.Number(c.mean(b.row, "mi.full")), 1), show(report.Number(paid(b.row)), 1))
		}
	}
	return text
}

// sweep shows rows along the axis of a sweep: means, and a symbol a seed.
func (c comparison) sweep() section {
	name := c.swept()
	s := section{Title: "Along the sweep", Caption: "A line joins the means over seeds, a symbol is a seed. e1 is the objective of Scale-VAE and bounds no likelihood; " +
		"e2, e3 and e4 bound that of a generator each: one of scaled draws, one of the prior, one of the moments of the posteriors in training."}
	for _, f := range []struct {
		file, title, label string
		measures           []string
	}{
		{"sweep-bounds.svg", "Bounds along the sweep", "nats per response", []string{"bounds.e1", "bounds.e2", "bounds.e3", "bounds.e4"}},
		{"sweep-likelihood.svg", "Likelihood along the sweep", "nll, nats per response", []string{experiment.Bound, "nll.iw"}},
		{"sweep-rate.svg", "Rate and information along the sweep", "nats per response", []string{"kl", "mi.full"}},
	} {
		chart := plot.Chart{Title: f.title, Description: "A line for each measure.", X: plot.Axis{Label: name}, Y: plot.Axis{Label: f.label}}
		for i, measure := range f.measures {
			chart.Series = append(chart.Series, c.along(measure, i)...)
		}
		if name != "" {
			s.Figures = append(s.Figures, figures(f.file, chart)...)
		}
	}
	return s
}

// along is a measure of the rows of a sweep.
func (c comparison) along(measure string, colour int) []plot.Series {
	line := plot.Series{Name: strings.TrimPrefix(measure, "bounds."), Colour: colour}
	seeds := plot.Series{Colour: colour, Mark: plot.Scatter}
	for _, row := range c.Spec.Rows {
		values := c.Results.Values(row, measure)
		if row.At == nil || len(values) == 0 {
			continue
		}
		line.Points = append(line.Points, plot.Point{X: *row.At, Y: experiment.TInterval(values).Mean})
		for _, v := range values {
			seeds.Points = append(seeds.Points, plot.Point{X: *row.At, Y: v, Note: fmt.Sprintf("%s: %s %s", row.Name, line.Name, show(report.Number(v), 2))})
		}
	}
	if line.Points == nil {
		return nil
	}
	return []plot.Series{line, seeds}
}

// swept is the name of the axis of a sweep: the setting that has its values.
// Empty: no sweep.
func (c comparison) swept() string {
	for _, row := range c.Spec.Rows {
		if row.At == nil {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(row.Set)) {
			if fmt.Sprint(row.Set[key]) == fmt.Sprint(*row.At) {
				return key
			}
		}
		return "at"
	}
	return ""
}

// cost shows what training took, and what it bought.
func (c comparison) cost() section {
	chart := plot.Chart{Title: "Likelihood and time", Description: "Negative log-likelihood against minutes of training, a symbol for each seed of each row.",
		X: plot.Axis{Label: "minutes of training", Log: true}, Y: plot.Axis{Label: "nll (" + c.bound() + "), nats per response"},
		Series: c.symbols(func(r experiment.Result) float64 { return r.Measure("minutes") }, func(r experiment.Result) float64 { return c.nll(experiment.Row{Name: r.Row}, r.Seed) })}
	s := section{Title: experiment.Cost, Caption: "A symbol a seed; lower left is better." + c.spent(), Figures: figures("likelihood-time.svg", chart)}
	for _, t := range experiment.Tables(c.Experiment) {
		if t.Title == experiment.Cost {
			s.Table = new(c.table(t))
			s.Table.Title = "Steps and time"
		}
	}
	return s
}

// spent says how much dearer the dearest step is, and what all runs took.
func (c comparison) spent() (text string) {
	var cheap, dear experiment.Row
	least, most := math.Inf(1), math.Inf(-1)
	for _, row := range c.Spec.Rows {
		ms := c.mean(row, "ms_per_step")
		if ms < least {
			cheap, least = row, ms
		}
		if ms > most {
			dear, most = row, ms
		}
	}
	if least < most {
		text = fmt.Sprintf(" A step of %s takes %s ms, one of %s %s times as long.", cheap.Name, show(report.Number(least), 1), dear.Name, show(report.Number(most/least), 1))
	}
	return strings.TrimRight(text+" "+c.Results.Budget()+" "+c.Results.Stopped(), " ")
}

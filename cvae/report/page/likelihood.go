package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

const rateDistortionCaption = "What z tells about a response against what the decoder still has to guess. " +
	"A grey line joins equal sums, the nll (ELBO) that it bears at its end: lower left is better. " +
	"At the left edge z tells nothing; runs without a latent stand there. " +
	"The rate is that of the generator that replies: kl, for Scale-VAE more, since its replies draw a wider z, and with an auxiliary prior that from it."

// rateDistortion shows what z says against what is left to guess.
func rateDistortion(r report.Report) section {
	c := plot.Chart{
		Title: "Rate and distortion", Description: "Distortion against rate, a symbol for each run.",
		X: plot.Axis{Label: "rate, nats per response", Zero: true}, Y: plot.Axis{Label: "distortion rec, nats per response"},
		Sums: true,
	}
	for i, m := range r.Models {
		rate, distortion := split(m)
		if !rate.Known() || !distortion.Known() {
			continue
		}
		note := fmt.Sprintf("%s: rate %s, rec %s", m.Run, show(rate, 2), show(distortion, 2))
		c.Series = append(c.Series, plot.Series{Name: m.Run, Colour: i, Mark: plot.Trail,
			Points: []plot.Point{{X: float64(rate), Y: float64(distortion), Note: note, Heavy: true}}})
	}
	s := section{Title: "Rate and distortion", Caption: rateDistortionCaption}
	if c.Series != nil {
		s.Figures = []figure{{"rate-distortion.svg", c}}
	}
	return s
}

// split is the two terms of the bound of the generator that replies. The first is not
// kl for Scale-VAE, whose kl is of another distribution than the one that is decoded,
// nor with an auxiliary prior.
func split(m report.Model) (rate, distortion report.Number) {
	if m.Eval.LatentDim == nil {
		return 0, m.Eval.NLL.Bound()
	}
	return m.Eval.Rate(), m.Eval.Rec
}

// dimensions shows how the rate is spread over the dimensions of each run.
func dimensions(r report.Report) section {
	highest := 0.0
	for _, m := range r.Models {
		for _, n := range m.Eval.KLPerDim {
			if n.Known() {
				highest = max(highest, float64(n))
			}
		}
	}
	s := section{Title: "KL per dimension", Caption: "The rate of each dimension of z, the largest first, on one scale for all runs."}
	for i, m := range r.Models {
		points := spectrum(m.Eval.KLPerDim)
		if points == nil {
			continue
		}
		c := plot.Chart{
			Title: "KL per dimension of " + m.Run, Description: fmt.Sprintf("%d bars, the largest first.", len(points)), Narrow: true, Heading: m.Run,
			X: plot.Axis{Label: "dimension", Whole: true}, Y: plot.Axis{Label: "nats per response", Zero: true},
			Series: []plot.Series{{Colour: i, Mark: plot.Bars, Points: points}},
		}
		c.Y.Reach = highest
		s.Caption += " " + spread(m, points)
		s.Figures = append(s.Figures, figure{panelFile("kl-per-dimension", i, m.Run), c})
	}
	return s
}

// words shows where in the responses the rate of the runs with a z for every word is,
// and how near to the least one of each length.
func words(r report.Report) section {
	position := plot.Chart{Title: "KL by word", Description: "The rate of the z of each word, a line for each run.", Narrow: true, Heading: "by word",
		X: plot.Axis{Label: "word", Whole: true}, Y: plot.Axis{Label: "nats", Zero: true}}
	length := plot.Chart{Title: "KL by length", Description: "The rate over the words of a response, with the committed rate in grey.", Narrow: true, Heading: "by length, committed in grey",
		X: plot.Axis{Label: "words of the response", Whole: true}, Y: plot.Axis{Label: "nats per response", Zero: true}}
	said := plot.Chart{Title: "Information by word", Description: "The mutual information of the response and the z of each word, a line for each run.", Narrow: true, Heading: "information by word",
		X: plot.Axis{Label: "word", Whole: true}, Y: plot.Axis{Label: "nats", Zero: true}}
	for i, m := range r.Models {
		if m.Eval.KLPerStep == nil {
			continue
		}
		if m.Eval.MI.Words() {
			said.Series = append(said.Series, perWord(m.Run, i, m.Eval.MI.PerStep))
		}
		rates, least := plot.Series{Name: m.Run, Colour: i, Mark: plot.Trail}, plot.Series{Colour: plot.Grey}
		for _, l := range m.Eval.Lengths {
			x := float64(l.Words)
			rates.Points = append(rates.Points, plot.Point{X: x, Y: l.KL, Note: fmt.Sprintf("%s: %.2f nats in %s", m.Run, l.KL, count(l.Responses, "response"))})
			if l.Committed != nil {
				least.Points = append(least.Points, plot.Point{X: x, Y: *l.Committed})
			}
		}
		position.Series, length.Series = append(position.Series, perWord(m.Run, i, m.Eval.KLPerStep)), append(length.Series, least, rates)
	}
	if position.Series == nil {
		return section{}
	}
	s := section{Title: "KL by word", Caption: "Every word has a z of its own: the mean rate of each over the responses that have it, and of all of them by the length of the response.",
		Figures: []figure{{"kl-by-word.svg", position}, {"kl-by-length.svg", length}}}
	if said.Series != nil {
		s.Title, s.Figures = "KL and information by word", append(s.Figures, figure{"information-by-word.svg", said})
		s.Caption += " Beside them what the z of each word alone tells about the response; two words that tell the same count twice in the sum."
	}
	return s
}

// perWord is a line over the words of responses.
func perWord(run string, colour int, values []report.Number) plot.Series {
	line := plot.Series{Name: run, Colour: colour}
	for t, v := range values {
		line.Points = append(line.Points, plot.Point{X: float64(t + 1), Y: max(0, float64(v))})
	}
	return line
}

// spread says over how many dimensions the rate of a run is spread. Few nats do
// not mean that z says little: only the mutual information tells that.
func spread(m report.Model, points []plot.Point) string {
	total := 0.0
	for _, p := range points {
		total += p.Y
	}
	most, sum := 0, 0.0
	for most < len(points) && sum < 0.9*total {
		sum += points[most].Y
		most++
	}
	text := fmt.Sprintf("%s: %s nats, nine tenths of them in %s", m.Run, show(report.Number(total), 1), count(most, "dimension"))
	if mi := m.Eval.MI.Judged(); mi.Known() {
		text += fmt.Sprintf(", and %s of information", show(max(0, mi), 1))
	}
	return text + "."
}

// spectrum is the known numbers in descending order, as bars.
func spectrum(kl []report.Number) (points []plot.Point) {
	var known []float64
	for _, n := range kl {
		if n.Known() {
			known = append(known, float64(n))
		}
	}
	slices.Sort(known)
	slices.Reverse(known)
	for i, v := range known {
		points = append(points, plot.Point{X: float64(i + 1), Y: math.Max(v, 0)})
	}
	return points
}

// panelFile is the file name of a plot of one run.
func panelFile(plot string, i int, run string) string {
	name := fmt.Sprintf("%s-%02d", plot, i+1)
	if s := slug(run); s != "" {
		name += "-" + s
	}
	return name + ".svg"
}

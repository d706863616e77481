package page

import (
	"slices"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/dialog"
)

// A sample is one context and what each run says to it.
type sample struct {
	Context   []string
	Reference string
	Runs      []said
}

// AnyOverZ reports whether a run decoded draws of z.
func (s sample) AnyOverZ() bool {
	return slices.ContainsFunc(s.Runs, func(r said) bool { return r.OverZ != nil })
}

// Said is the responses of one run to one context.
type said struct {
	Run        string
	Colour     int
	HasLatent  bool
	OverZ      []response
	OverTokens []response
}

// A response and how many times it came.
type response struct {
	Text  string
	Times int
}

// samples are all contexts of the runs, those of the run with most of them.
func samples(r report.Report) (all []sample) {
	for i, m := range r.Models {
		for n, turn := range m.Answers {
			if n == len(all) {
				all = append(all, sample{Context: turn.Context, Reference: turn.Reference})
			}
			all[n].Runs = append(all[n].Runs, said{m.Run, i, m.Eval.LatentDim != nil, repeats(turn.OverZ), repeats(turn.OverTokens)})
		}
	}
	return all
}

// repeats counts equal responses, in the order in which they came first, with
// loops cut short.
func repeats(texts []string) (all []response) {
	place := make(map[string]int)
	for _, t := range texts {
		i, ok := place[t]
		if !ok {
			i = len(all)
			place[t], all = i, append(all, response{Text: dialog.Readable(t)})
		}
		all[i].Times++
	}
	return all
}

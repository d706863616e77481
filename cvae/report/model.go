package report

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
)

// sampledExamples is how many examples the importance-weighted likelihood is
// estimated on: as after training, so that eval.json can be taken.
const sampledExamples = 1000

// measure is all that the report says about one run.
func (m *measurer) measure(ctx context.Context, r *run.Run) (Model, []Row, error) {
	model, err := m.describe(ctx, r)
	if err != nil {
		return Model{}, nil, fmt.Errorf("describing run %s: %w", r.Dir, err)
	}
	id, err := r.Identity()
	if err != nil {
		return Model{}, nil, err
	}
	key := func(kind string, more ...any) []any { return append([]any{kind, id, m.shared}, more...) }
	if model.Eval, err = m.evaluation(ctx, r, key("eval")); err != nil {
		return Model{}, nil, err
	}
	a, err := part(m.Out, key("answers"), func() (answered, error) { return m.answer(ctx, r) })
	if err != nil {
		return Model{}, nil, err
	}
	model.Answers = a.Turns
	mpd := unknown
	if r.Latent().HasPlane() {
		s, err := part(m.Out, key("space", model.Latent), func() (space, error) { return m.survey(ctx, r, model.Latent) })
		if err != nil {
			return Model{}, nil, err
		}
		mpd, model.Plane, model.Points = s.MPD, s.Plane, s.Points
	}
	if !r.Latent().None() {
		if model.Sweep, err = part(m.Out, key("sweep"), func() ([]Sweep, error) { return m.sweep(ctx, r) }); err != nil {
			return Model{}, nil, err
		}
	}
	for i := range a.Rows {
		row := &a.Rows[i]
		row.Run, row.Method, row.RecPPL, row.MPD = r.Dir, r.Config.Method, model.Eval.PPL.Reconstruction, mpd
	}
	return model, a.Rows, nil
}

// describe reads what the run directory says.
func (m *measurer) describe(ctx context.Context, r *run.Run) (Model, error) {
	model := Model{Run: r.Dir, Method: r.Config.Method, Seed: r.Config.Seed, Parameters: r.Parameters(), Sweep: []Sweep{}}
	card, err := r.Describe(ctx)
	if err != nil {
		return model, err
	}
	if card.Latent != nil {
		model.Latent = *card.Latent
	}
	if model.Steps, err = r.Step(); err != nil {
		return model, err
	}
	if model.Factors, err = r.FactorsOf(m.corpus); err != nil {
		return model, err
	}
	parts, err := r.Config.Build()
	if err != nil {
		return model, err
	}
	model.Curve, err = readCurve(ctx, r.Dir, parts.Closes())
	if ctx.Err() != nil {
		return model, context.Cause(ctx)
	}
	if err != nil { // the run answers without its log
		r.WarnOf(err.Error() + "; the report has no training curves of it")
	}
	model.Config, model.Card, err = r.Documents()
	return model, err
}

// evaluation is that of the run, or else, where it is of another split or corpus,
// measured as after training.
func (m *measurer) evaluation(ctx context.Context, r *run.Run, key []any) (eval.Report, error) {
	report, ok := r.Evaluation()
	var err error
	if !ok || m.Corpus != "" || report.Split != string(m.Split) || report.Corpus != m.corpus.Name() {
		report, err = part(m.Out, key, func() (eval.Report, error) {
			return r.Evaluate(ctx, m.corpus, m.Split, eval.Options{Seed: r.Config.Seed, Samples: eval.DefaultSamples, SampleExamples: sampledExamples},
				func(done, total int) { m.progress(r.Dir+": evaluating", done, total) })
		})
	}
	report.Run = r.Dir
	return report, err
}

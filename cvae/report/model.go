package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
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
	id, err := identity(r)
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
	_, metadata, err := checkpoint.LoadModel(filepath.Join(r.Dir, rundir.ModelFile))
	if err != nil {
		return model, err
	}
	if model.Steps, err = strconv.Atoi(metadata["step"]); err != nil {
		return model, fmt.Errorf("%s does not say its step: %w", rundir.ModelFile, err)
	}
	if model.Curve, err = readCurve(ctx, r.Dir); err != nil {
		return model, err
	}
	config, err := os.ReadFile(filepath.Join(r.Dir, rundir.ConfigFile))
	if err != nil {
		return model, err
	}
	model.Config = string(config)
	text, err := os.ReadFile(filepath.Join(r.Dir, rundir.CardFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // a run that has not ended has none
		return model, err
	}
	model.Card = string(text)
	return model, nil
}

// evaluation is the eval.json of the run, or else measured as after training.
func (m *measurer) evaluation(ctx context.Context, r *run.Run, key []any) (eval.Report, error) {
	report, ok := m.evaluated(r)
	var err error
	if !ok {
		report, err = part(m.Out, key, func() (eval.Report, error) {
			return r.Evaluate(ctx, m.corpus, m.Split, eval.Options{Seed: r.Config.Seed, Samples: eval.DefaultSamples, SampleExamples: sampledExamples},
				func(done, total int) { m.progress(r.Dir+": evaluating", done, total) })
		})
	}
	report.Run = r.Dir
	return report, err
}

// evaluated reads eval.json, unless it is of another split or corpus or older
// than the model.
func (m *measurer) evaluated(r *run.Run) (report eval.Report, ok bool) {
	path := filepath.Join(r.Dir, rundir.EvalFile)
	measured, err := os.Stat(path)
	if err != nil {
		return report, false
	}
	model, err := os.Stat(filepath.Join(r.Dir, rundir.ModelFile))
	if err != nil || measured.ModTime().Before(model.ModTime()) {
		return report, false
	}
	b, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(b, &report) != nil {
		return eval.Report{}, false
	}
	return report, m.Corpus == "" && report.Split == string(m.Split) && report.Corpus == m.corpus.Name()
}

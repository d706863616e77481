package serve

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve/batch"
	"github.com/cvae-go/cvae/cvae/serve/openai"
	"github.com/cvae-go/cvae/dialog"
)

// BuiltinID is the id of the model that is part of this program.
const BuiltinID = "builtin"

// A model is one that is served.
type model struct {
	id      string
	created time.Time
	run     *run.Run
	card    dialog.Card
	queue   *batch.Queue
}

func (s *Server) newModel(id string, r *run.Run) (*model, error) {
	card, err := r.Describe(context.Background())
	if err != nil {
		return nil, fmt.Errorf("describing %s: %w", r.Dir, err)
	}
	m := &model{id: id, created: r.Written(), run: r, card: card}
	if m.created.IsZero() {
		m.created = time.Now()
	}
	m.queue = batch.New(r, batch.Options{Waiting: s.options.Waiting, Rows: s.options.Rows, Passed: func(p batch.Pass) { s.metrics.passed(id, p) }})
	s.metrics.watchQueue(id, m.queue)
	return m, nil
}

// Responder is the model of that id as a [dialog.Responder]; empty: the first. Its
// requests share passes with those of all clients.
func (s *Server) Responder(id string) (batch.Responder, error) {
	m := s.model(id)
	if m == nil {
		return batch.Responder{}, fmt.Errorf("there is no model %q", id)
	}
	return batch.Responder{Run: m.run, Queue: m.queue}, nil
}

// IDs are the ids of the models.
func (s *Server) IDs() (ids []string) {
	for _, m := range s.models {
		ids = append(ids, m.id)
	}
	return ids
}

// names are the ids of runs: the names of their folders or, of those that share one,
// their paths.
func names(runs []*run.Run) ([]string, error) {
	count := map[string]int{}
	short := func(r *run.Run) string {
		if r.Dir == run.BuiltinName {
			return BuiltinID
		}
		path, err := filepath.Abs(r.Dir)
		if err != nil {
			path = r.Dir
		}
		return filepath.Base(path)
	}
	for _, r := range runs {
		count[short(r)]++
	}
	var ids []string
	seen := map[string]bool{}
	for _, r := range runs {
		id := short(r)
		if count[id] > 1 {
			id = filepath.ToSlash(filepath.Clean(r.Dir))
		}
		if seen[id] {
			return nil, fmt.Errorf("%w: the run %s is named twice", run.ErrRequest, r.Dir)
		}
		seen[id] = true
		ids = append(ids, id)
	}
	return ids, nil
}

// model finds a model by its id, the first by none; nil: there is none.
func (s *Server) model(id string) *model {
	if id == "" {
		return s.models[0]
	}
	for _, m := range s.models {
		if m.id == id {
			return m
		}
	}
	return nil
}

func (m *model) describe() openai.Model {
	return openai.NewModel(m.id, m.created, m.card, m.run.MaxTokens(), m.run.Labels())
}

func (s *Server) listModels(w http.ResponseWriter, _ *http.Request) {
	var list []openai.Model
	for _, m := range s.models {
		list = append(list, m.describe())
	}
	reply(w, openai.NewModelList(list))
}

func (s *Server) showModel(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	m := s.model(id)
	if m == nil || id == "" {
		fail(w, openai.NoModel(id))
		return
	}
	reply(w, m.describe())
}

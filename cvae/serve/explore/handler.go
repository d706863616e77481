package explore

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
)

//go:embed page
var page embed.FS

// policy lets the page load its own two files and ask its own server, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Limits of what the page may ask for.
const (
	mostPlaces = 64 // at once
	mostBody   = 1 << 20
	neighbours = 5
	patience   = time.Minute
)

// A Handler serves the page and answers it.
type Handler struct {
	Space     *Space
	Responder dialog.Responder // of the run of the space
	Sampling  dialog.Sampling  // the run's
	Labels    map[string]string
	card      dialog.Card
}

// NewHandler describes the run once.
func NewHandler(ctx context.Context, s *Space, r dialog.Responder, sampling dialog.Sampling, labels map[string]string) (*Handler, error) {
	card, err := r.Describe(ctx)
	if err != nil {
		return nil, fmt.Errorf("describing the model: %w", err)
	}
	return &Handler{s, r, sampling, labels, card}, nil
}

// Routes are its paths, for an http.ServeMux.
func (h *Handler) Routes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /{$}":                 file("index.html", "text/html; charset=utf-8"),
		"GET /explore/page.css":    file("page.css", "text/css; charset=utf-8"),
		"GET /explore/page.js":     file("page.js", "text/javascript; charset=utf-8"),
		"GET /explore/space":       h.space,
		"POST /explore/candidates": answered(h.candidates),
		"POST /explore/decode":     answered(h.decode),
	}
}

// file sends a file of the page.
func file(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		text, err := fs.ReadFile(page, "page/"+name)
		if err != nil {
			http.Error(w, "the page is not in the program", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(text) // whoever does not read it has left
	}
}

// answered reads a request of type Q and sends what answer makes of it.
func answered[Q, A any](answer func(context.Context, Q) (A, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var q Q
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
		if err == nil {
			d := json.NewDecoder(bytes.NewReader(text))
			d.DisallowUnknownFields()
			err = d.Decode(&q)
		}
		if err != nil {
			send(w, unread(err), fault{"the request is not what the page sends: " + inWords(err)})
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		a, err := answer(ctx, q)
		switch {
		case errors.Is(err, run.ErrRequest):
			send(w, http.StatusBadRequest, fault{strings.TrimPrefix(err.Error(), run.ErrRequest.Error()+": ")})
		case err != nil:
			send(w, http.StatusServiceUnavailable, fault{err.Error()})
		default:
			send(w, http.StatusOK, a)
		}
	}
}

// inWords is what is wrong with a request, without names of this program.
func inWords(err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Sprintf("a JSON %s does not fit into %s", kind.Value, cmp.Or(kind.Field, "it"))
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// unread is the status of a request that cannot be read.
func unread(err error) int {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

// A fault is what went wrong, in a sentence.
type fault struct {
	Error string `json:"error"`
}

func send(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"an answer cannot be encoded"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(safe.JSON(text)) // whoever does not read it has left
}

// A spaceView is the map.
type spaceView struct {
	Name      string       `json:"name"`
	Sentences bool         `json:"sentences"` // no context is read
	Dim       int          `json:"dim"`
	KL        []float64    `json:"kl_per_dim"` // nats per response; null: not measured
	Spread    []float64    `json:"spread"`     // (d) standard deviations of the posterior means
	Explained [2]float64   `json:"explained"`  // share of the variance along each axis of the map
	Verdict   string       `json:"verdict"`    // why the latent is dead; empty: it lives
	Points    [][2]float64 `json:"points"`
	Texts     []string     `json:"texts"`  // of the points
	Labels    []labelView  `json:"labels"` // of the points
}

type labelView struct {
	Name       string      `json:"name"`
	Values     []string    `json:"values"`
	Of         []int       `json:"of"` // each point's value; -1: none
	Directions [][]float64 `json:"directions"`
}

func (h *Handler) space(w http.ResponseWriter, _ *http.Request) {
	s := h.Space
	v := spaceView{Name: h.card.Name, Sentences: h.card.Sentences, Dim: s.Dim, Explained: s.Plane.Explained, Spread: s.deviations, Labels: []labelView{}}
	if l := h.card.Latent; l != nil && l.Measured {
		v.KL, v.Verdict = l.KLPerDim, l.Verdict
	}
	for _, p := range s.Real {
		v.Points, v.Texts = append(v.Points, p.At), append(v.Texts, p.Text)
	}
	for k, l := range s.Labels {
		view := labelView{Name: l.Name, Values: l.Values, Directions: l.Directions}
		numbers := map[string]int{"": -1}
		for i, value := range l.Values {
			numbers[value] = i
		}
		for _, p := range s.Real {
			view.Of = append(view.Of, numbers[p.Values[k]])
		}
		v.Labels = append(v.Labels, view)
	}
	send(w, http.StatusOK, v)
}

// A place is what the model says at a z, and what is known of the place.
type place struct {
	Text          string       `json:"text"`           // as it is shown, with its marks
	LogProb       float64      `json:"log_prob"`       // ln p(x|z,c), nats
	PriorDistance float64      `json:"prior_distance"` // standard deviations of the prior
	Z             dialog.Block `json:"z"`
	At            [2]float64   `json:"at"` // on the map
	Density       Density      `json:"density"`
	Nearest       []Neighbour  `json:"nearest"`
}

func (h *Handler) places(r dialog.Reply) []place {
	list := []place{}
	for _, a := range r.Responses {
		z := a.Z.Vector()
		list = append(list, place{Text: a.Shown(), LogProb: finite(a.LogProb), PriorDistance: finite(a.PriorDistance), Z: a.Z, At: h.Space.Plane.Project(z),
			Density: h.Space.bounded(z), Nearest: h.Space.Nearest(z, neighbours)})
	}
	return list
}

// bounded is Density with numbers that JSON has.
func (s *Space) bounded(z []float32) Density {
	d := s.Density(z)
	d.Log = finite(d.Log)
	return d
}

// infinite reports whether v is no number, or none that can be computed with.
func infinite(v float32) bool { return v-v != 0 }

// finite is the nearest number that JSON has.
func finite(v float64) float64 {
	if math.IsNaN(v) {
		return -math.MaxFloat64
	}
	return max(-math.MaxFloat64, min(math.MaxFloat64, v))
}

// A candidatesQuery asks for responses to a context.
type candidatesQuery struct {
	Context []string `json:"context"`
	N       int      `json:"n"`
	Seed    uint64   `json:"seed"`
}

// candidatesView is the prior of the context and draws from it.
type candidatesView struct {
	Prior      Ellipse `json:"prior"`
	Candidates []place `json:"candidates"`
	Unknown    int     `json:"unknown"` // tokens of the context that the model does not know
	Tokens     int     `json:"tokens"`  // of the context
	Unread     int     `json:"unread"`  // tokens of its turn that do not fit into the window of the model
}

func (h *Handler) request(turns []string) dialog.Request {
	q := dialog.Request{Sampling: h.Sampling}
	if q.Labels = h.Labels; !h.card.Sentences {
		q.Context = turns
	}
	return q
}

func (h *Handler) candidates(ctx context.Context, q candidatesQuery) (v candidatesView, err error) {
	if q.N < 1 || q.N > mostPlaces {
		return v, fmt.Errorf("%w: n is %d; it must be from 1 to %d", run.ErrRequest, q.N, mostPlaces)
	}
	r := h.request(q.Context)
	r.N, r.Seed = q.N, q.Seed
	reply, err := h.Responder.Respond(ctx, r, nil)
	if err != nil {
		return v, err
	}
	v = candidatesView{Prior: h.Space.Ellipse(reply.PriorMean.Vector(), reply.PriorStd.Vector()), Candidates: h.places(reply), Unread: reply.Unread.Tokens}
	v.Unknown, v.Tokens, err = h.Space.Unknown(r.Context)
	return v, err
}

// A decodeQuery asks what the model says at places: at each z, or from one z at places of
// the map, where what z has outside of the plane stays.
type decodeQuery struct {
	Context []string       `json:"context"`
	Z       []dialog.Block `json:"z"`
	At      [][2]float64   `json:"at"`
}

// placesView is what the model says at places.
type placesView struct {
	Places []place `json:"places"`
}

func (h *Handler) decode(ctx context.Context, q decodeQuery) (v placesView, err error) {
	for _, z := range q.Z {
		if len(z.Vector()) != h.Space.Dim {
			return v, fmt.Errorf("%w: a z must have %d numbers", run.ErrRequest, h.Space.Dim)
		}
	}
	z := q.Z
	if len(q.At) > 0 && len(q.Z) == 1 {
		z = nil
		for _, at := range q.At {
			z = append(z, dialog.Block{h.Space.On(q.Z[0].Vector(), at)})
		}
	}
	if len(z) < 1 || len(z) > mostPlaces || len(q.At) > 0 && len(q.Z) != 1 {
		return v, fmt.Errorf("%w: give from 1 to %d latents, or one and places of the map", run.ErrRequest, mostPlaces)
	}
	if slices.ContainsFunc(z, func(b dialog.Block) bool { return slices.ContainsFunc(b.Vector(), infinite) }) {
		return v, fmt.Errorf("%w: a z must be of finite numbers, and at places that float32 has", run.ErrRequest)
	}
	r := h.request(q.Context)
	r.Z = z
	reply, err := h.Responder.Respond(ctx, r, nil)
	if err != nil {
		return v, err
	}
	return placesView{h.places(reply)}, nil
}

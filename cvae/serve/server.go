package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve/openai"
)

// Limits that no option changes.
const (
	mostBody   = 1 << 20          // bytes of a request
	mostHeader = 64 << 10         // bytes
	writeTime  = 30 * time.Second // to send a piece of an answer
	idleTime   = 2 * time.Minute  // of a connection between requests
	drainPoll  = 10 * time.Millisecond
)

// Options are how a server works. The zero value is not useful; see [DefaultOptions].
type Options struct {
	Token   string        // that clients must send; empty: none, and then for loopback alone
	Waiting int           // most requests that wait for one model
	Rows    int           // most responses of a decoding pass
	Receive time.Duration // to receive a request
	Timeout time.Duration // of one request that was received
	Drain   time.Duration // for requests that run when the server is to stop
	Log     io.Writer     // faults of connections; nil: nowhere
}

// DefaultOptions are where to start.
func DefaultOptions() Options {
	return Options{Waiting: 256, Rows: 256, Receive: 30 * time.Second, Timeout: time.Minute, Drain: 30 * time.Second}
}

// A Server answers with some models.
type Server struct {
	options  Options
	models   []*model // the first is the default
	metrics  *metrics
	mux      *http.ServeMux
	handler  http.Handler
	stopping atomic.Bool
	running  atomic.Int64 // requests that are being answered
}

// New makes a server of runs, which it uses until it is closed. The ids of the models are
// the names of their folders.
func New(runs []*run.Run, o Options) (*Server, error) {
	s := &Server{options: o, metrics: newMetrics()}
	ids, err := names(runs)
	if err != nil {
		return nil, err
	}
	for i, r := range runs {
		m, err := s.newModel(ids[i], r)
		if err != nil {
			return nil, err
		}
		s.models = append(s.models, m)
	}
	s.route()
	s.handler = s.guarded(s.mux)
	return s, nil
}

// Handler answers requests.
func (s *Server) Handler() http.Handler { return s.handler }

// Close waits for the passes that run. Nothing may be asked any more.
func (s *Server) Close() {
	for _, m := range s.models {
		m.queue.Close()
	}
}

// Handle adds a path, as a pattern of [http.ServeMux], before anybody is answered. It has
// the guards and the metrics of all others.
func (s *Server) Handle(pattern string, handle http.HandlerFunc) {
	s.mux.Handle(pattern, s.metrics.watch(pattern, handle))
}

// route makes all paths.
func (s *Server) route() {
	s.mux = http.NewServeMux()
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET /health":               s.health,
		"GET /metrics":              s.metrics.ServeHTTP,
		"GET /v1/models":            s.listModels,
		"GET /v1/models/{id...}":    s.showModel,
		"POST /v1/chat/completions": s.chat,
		"POST /v1/completions":      s.complete,
		"POST /v1/embeddings":       s.embed,
	} {
		s.Handle(pattern, handle)
	}
	s.mux.Handle("/", s.metrics.watch("other", nowhere(s.mux)))
}

// nowhere answers requests that no other handler takes.
func nowhere(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			other := &http.Request{Method: method, URL: r.URL, Host: r.Host}
			if _, pattern := mux.Handler(other); pattern != "/" && method != r.Method {
				w.Header().Set("Allow", method)
				fail(w, openai.WrongMethod(r.Method, r.URL.Path, method))
				return
			}
		}
		fail(w, openai.NoPath(r.Method, r.URL.Path))
	}
}

// health says whether the server takes requests.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	if s.stopping.Load() {
		fail(w, openai.Stopping())
		return
	}
	reply(w, struct {
		Status string `json:"status"`
	}{"ok"})
}

// Serve answers on a listener until ctx ends. Then it refuses new requests by status 503
// and finishes those that run, as long as the option Drain allows.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	base, abort := context.WithCancel(context.Background())
	defer abort()
	web := &http.Server{Handler: s.handler, MaxHeaderBytes: mostHeader, ReadHeaderTimeout: s.options.Receive, ReadTimeout: s.options.Receive, IdleTimeout: idleTime,
		BaseContext: func(net.Listener) context.Context { return base }, ConnContext: withLine, ErrorLog: s.log()}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(lines{l, base}) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	patience, cancel := context.WithTimeout(context.Background(), s.options.Drain)
	defer cancel()
	s.drain(patience)
	err := web.Shutdown(patience)
	if errors.Is(err, context.DeadlineExceeded) {
		abort()
		return errors.Join(fmt.Errorf("some requests were not done after %s and were cut off", s.options.Drain), web.Close())
	}
	return err
}

// drain waits until no request runs, or ctx ends. The listener is open meanwhile, so that
// /health can say that the server stops.
func (s *Server) drain(ctx context.Context) {
	often := time.NewTicker(drainPoll)
	defer often.Stop()
	for s.running.Load() > 0 {
		select {
		case <-ctx.Done():
			return
		case <-often.C:
		}
	}
}

func (s *Server) log() *log.Logger {
	if s.options.Log == nil {
		return log.New(io.Discard, "", 0)
	}
	return log.New(s.options.Log, "cvae: ", 0)
}

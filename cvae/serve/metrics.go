package serve

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/cvae-go/cvae/cvae/serve/batch"
	"github.com/cvae-go/cvae/cvae/serve/openai"
)

// statusLeft is the status, in the metrics alone, of a client who has left.
const statusLeft = 499

// metrics are what /metrics tells.
type metrics struct {
	http.Handler
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	running   prometheus.Gauge
	left      prometheus.Counter
	tokens    *prometheus.CounterVec
	responses *prometheus.CounterVec
	rows      *prometheus.HistogramVec
	questions *prometheus.HistogramVec
	passes    *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry:  prometheus.NewRegistry(),
		requests:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "cvae_requests_total", Help: "Requests answered, by path and status; 499: the client had left."}, []string{"path", "status"}),
		seconds:   prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "cvae_request_seconds", Help: "Time from a request to the end of its answer.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 17)}, []string{"path"}),
		running:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "cvae_requests_running", Help: "Requests that are being answered, those that wait included."}),
		left:      prometheus.NewCounter(prometheus.CounterOpts{Name: "cvae_streams_broken_total", Help: "Streams that did not reach their end."}),
		tokens:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "cvae_tokens_total", Help: "Tokens read and said, by model and side (prompt, completion)."}, []string{"model", "side"}),
		responses: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "cvae_responses_total", Help: "Responses given, by model."}, []string{"model"}),
		rows:      prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "cvae_pass_responses", Help: "Responses of a decoding pass.", Buckets: prometheus.ExponentialBuckets(1, 2, 11)}, []string{"model"}),
		questions: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "cvae_pass_requests", Help: "Requests that share a decoding pass.", Buckets: prometheus.ExponentialBuckets(1, 2, 11)}, []string{"model"}),
		passes:    prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "cvae_pass_seconds", Help: "Time of a decoding pass.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 15)}, []string{"model"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.running, m.left, m.tokens, m.responses, m.rows, m.questions, m.passes,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.Handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return m
}

// watch counts the requests of a route.
func (m *metrics) watch(pattern string, next http.HandlerFunc) http.HandlerFunc {
	path := pattern[strings.Index(pattern, " ")+1:]
	return func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &witness{ResponseWriter: w, status: http.StatusOK}
		m.running.Inc()
		defer func() {
			m.running.Dec()
			m.seconds.WithLabelValues(path).Observe(time.Since(began).Seconds())
			m.requests.WithLabelValues(path, strconv.Itoa(seen.status)).Inc()
		}()
		next(seen, r)
	}
}

// A witness remembers the status of an answer.
type witness struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *witness) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// watchQueue shows how many wait for a model.
func (m *metrics) watchQueue(model string, q *batch.Queue) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "cvae_requests_waiting", Help: "Requests that wait for a decoding pass.",
		ConstLabels: prometheus.Labels{"model": model}}, func() float64 { return float64(q.Waiting()) }))
}

// passed counts a decoding pass.
func (m *metrics) passed(model string, p batch.Pass) {
	m.rows.WithLabelValues(model).Observe(float64(p.Responses))
	m.questions.WithLabelValues(model).Observe(float64(p.Questions))
	m.passes.WithLabelValues(model).Observe(p.Took.Seconds())
}

// spoke counts an answer.
func (m *metrics) spoke(model string, o openai.Outcome) {
	m.tokens.WithLabelValues(model, "prompt").Add(float64(o.Usage.Prompt))
	m.tokens.WithLabelValues(model, "completion").Add(float64(o.Usage.Completion))
	m.responses.WithLabelValues(model).Add(float64(len(o.Texts)))
}

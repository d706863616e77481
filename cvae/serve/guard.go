package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"

	"github.com/cvae-go/cvae/cvae/serve/openai"
)

// guarded lets those requests through that may be answered.
func (s *Server) guarded(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w, r = whole(w, r)
		switch {
		case s.stopping.Load() && r.URL.Path != "/health":
			fail(w, openai.Stopping())
		case s.options.Token == "" && !isLocal(r.Host):
			// A name that a page has made point here (DNS rebinding).
			fail(w, openai.Forbidden("this server is for its own machine; call it by 127.0.0.1 or localhost, or start it with --token-file"))
		case origins.Check(r) != nil || s.options.Token == "" && !isOwnOrigin(r):
			fail(w, openai.Forbidden("a page of another site may not send requests here"))
		case s.options.Token != "" && r.URL.Path != "/health" && !s.knows(r.Header.Get("Authorization")):
			w.Header().Set("WWW-Authenticate", `Bearer realm="cvae"`)
			fail(w, openai.Unauthorized())
		case r.ContentLength > mostBody: // before a client that asks whether to send it does
			fail(w, openai.TooLarge(mostBody))
		default:
			s.running.Add(1)
			defer s.running.Add(-1)
			w, r, done := attend(w, r)
			defer done()
			next.ServeHTTP(w, r)
		}
	})
}

// isOwnOrigin reports whether a request comes from no page, or from one of this server.
// Questions that only read, which browsers send freely, have an Origin too where a page
// of another site asks them.
func isOwnOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

// knows reports whether a header has the token, in a time that does not depend on it.
func (s *Server) knows(header string) bool {
	scheme, token, _ := strings.Cut(header, " ")
	given, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(s.options.Token))
	return subtle.ConstantTimeCompare(given[:], want[:]) == 1 && strings.EqualFold(scheme, "Bearer")
}

// isLocal reports whether a Host header names this machine.
func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return IsLoopback(strings.Trim(host, "[]"))
}

// IsLoopback reports whether a host is reached from its own machine alone.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// whole is a request and its answer, which ends the connection where it begins before the
// request was read whole: net/http would wait for more of the request before it sends the
// answer, and the client may be waiting for the answer.
func whole(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request) {
	b := &counted{ReadCloser: r.Body}
	b.read.Store(r.ContentLength == 0)
	copied := *r
	copied.Body = b
	return early{w, b}, &copied
}

// A counted body tells whether it was read whole.
type counted struct {
	io.ReadCloser
	read atomic.Bool
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		c.read.Store(true)
	}
	return n, err
}

// An early answer may begin before its request was read whole.
type early struct {
	http.ResponseWriter
	body *counted
}

// WriteHeader implements http.ResponseWriter.
func (e early) WriteHeader(status int) {
	if !e.body.read.Load() {
		e.Header().Set("Connection", "close")
	}
	e.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (e early) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// body reads a request, of no more than 1 MiB.
func body(w http.ResponseWriter, r *http.Request) ([]byte, *openai.Error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, openai.TooLarge(mostBody)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, openai.TooSlow()
	case err != nil:
		return nil, openai.BadRequest("the request did not arrive whole")
	}
	return text, nil
}

package serve

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// probeTime is how long a client that sends nothing more waits before it is sent an
// interim response, and between two of them.
const probeTime = 500 * time.Millisecond

// processing is the interim response (RFC 2518, 10.1), which clients of HTTP/1.1 pass over.
const processing = "HTTP/1.1 102 Processing\r\n\r\n"

// A line is the connection of a client. When the client closes its side, net/http ends the
// contexts of its requests, for it cannot tell whether the client has left or waits for
// the answer. A line can: the connection of one who has left is reset by what is sent.
type line struct {
	net.Conn
	here  context.Context // ends when the client has left
	leave context.CancelFunc

	mu    sync.Mutex
	begun bool // the answer to the request that runs, or none runs
}

// lines is a listener whose connections are of type *line.
type lines struct {
	net.Listener
	base context.Context // of all of them
}

// Accept implements net.Listener.
func (l lines) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	here, leave := context.WithCancel(l.base)
	return &line{Conn: c, here: here, leave: leave, begun: true}, nil
}

// lineKey is the key of its line in the context of a request.
type lineKey struct{}

// withLine is for the field ConnContext of http.Server.
func withLine(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, lineKey{}, c)
}

// Read implements net.Conn.
func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrDeadlineExceeded) {
		l.leave()
	}
	return n, err
}

// Write implements net.Conn.
func (l *line) Write(p []byte) (int, error) {
	n, err := l.Conn.Write(p)
	if err != nil {
		l.leave()
	}
	return n, err
}

// Close implements net.Conn.
func (l *line) Close() error {
	l.leave()
	return l.Conn.Close()
}

// CloseWrite lets net/http end an answer whose request it has not read whole.
func (l *line) CloseWrite() error {
	if c, ok := l.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// attend is a request and its answer whose context ends when the client leaves, or when
// done is called. Where another server has the connection, they stay as they are.
func attend(w http.ResponseWriter, r *http.Request) (_ http.ResponseWriter, _ *http.Request, done func()) {
	l, ok := r.Context().Value(lineKey{}).(*line)
	if !ok {
		return w, r, func() {}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	stays := context.AfterFunc(l.here, cancel)
	l.answer(false)
	silent := func() bool { return true }
	if r.ProtoAtLeast(1, 1) { // older clients know no interim responses
		silent = context.AfterFunc(r.Context(), func() { l.probe(ctx) })
	}
	return &answering{w, l}, r.WithContext(ctx), func() {
		l.answer(true)
		silent()
		stays()
		cancel()
	}
}

// answer says whether the answer has begun.
func (l *line) answer(begun bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun = begun
}

// probe sends interim responses until the answer begins or ctx ends. The first has the
// connection of a client who has left reset, so that the second fails.
func (l *line) probe(ctx context.Context) {
	often := time.NewTicker(probeTime)
	defer often.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-often.C:
		}
		if !l.process() {
			return
		}
	}
}

// process sends an interim response, unless the answer has begun, and tells whether it did.
func (l *line) process() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.begun {
		return false
	}
	_ = l.SetWriteDeadline(time.Now().Add(writeTime)) // or the write fails
	_, err := io.WriteString(l, processing)
	return err == nil
}

// An answering tells the line when the answer begins.
type answering struct {
	http.ResponseWriter
	line *line
}

// WriteHeader implements http.ResponseWriter.
func (a *answering) WriteHeader(status int) {
	a.line.answer(true)
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answering) Write(p []byte) (int, error) {
	a.line.answer(true)
	return a.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (a *answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }

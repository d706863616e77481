package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve/batch"
	"github.com/cvae-go/cvae/cvae/serve/openai"
	"github.com/cvae-go/cvae/dialog/safe"
)

// errTimeout ends a request that takes too long.
var errTimeout = errors.New("the answer took too long")

// encode is v as one line of JSON in which nothing acts on a terminal.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return safe.JSON(b.Bytes()), nil
}

// reply sends v.
func reply(w http.ResponseWriter, v any) { send(w, http.StatusOK, v) }

// fail sends an error.
func fail(w http.ResponseWriter, e *openai.Error) { send(w, e.Status, e.Body()) }

func send(w http.ResponseWriter, status int, v any) {
	text, err := encode(v)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":{"message":"an answer cannot be encoded","type":"server_error","param":null,"code":null}}`+"\n")
	}
	w.Header().Set("Content-Type", "application/json")
	patient(w)
	w.WriteHeader(status)
	_, _ = w.Write(text) // whoever does not read it has left
}

// patient bounds the time that the client takes for the next piece.
func patient(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTime)) // not every writer has one
}

// failure is what clients are told of an error. It is nil for one who has left.
func (s *Server) failure(ctx context.Context, m *model, w http.ResponseWriter, err error) *openai.Error {
	var fault *openai.Error
	switch {
	case errors.As(err, &fault):
		return fault
	case errors.Is(err, batch.ErrFull):
		seconds := max(1, int(m.queue.RetryAfter()/time.Second)+1)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		return openai.Busy("too many requests wait for this model; try again in " + strconv.Itoa(seconds) + " s")
	case errors.Is(err, batch.ErrClosed):
		return openai.Stopping()
	case errors.Is(context.Cause(ctx), errTimeout):
		return openai.Timeout("the answer took more than " + s.options.Timeout.String())
	case ctx.Err() != nil:
		return nil
	case errors.Is(err, run.ErrRequest):
		return blamed(err, "messages")
	}
	return openai.Failure(err.Error())
}

// blamed is the fault of a request, which names the parameter that holds what is wrong;
// context is the one of the turns.
func blamed(err error, context string) *openai.Error {
	text := strings.TrimPrefix(err.Error(), run.ErrRequest.Error()+": ")
	switch {
	case errors.Is(err, run.ErrNoContext):
		return openai.BadParameter(context, text)
	case errors.Is(err, run.ErrPrompt):
		return openai.BadParameter("prompt", text)
	}
	return openai.BadRequest(text)
}

// end answers with an error, unless the client has left.
func (s *Server) end(ctx context.Context, m *model, w http.ResponseWriter, err error) {
	if fault := s.failure(ctx, m, w, err); fault != nil {
		fail(w, fault)
		return
	}
	w.WriteHeader(statusLeft)
}

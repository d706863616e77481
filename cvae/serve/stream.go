package serve

import (
	"net/http"

	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve/openai"
)

// chunks makes the events of a streamed answer.
type chunks interface {
	Begin(response int) any // nil: none
	Text(response int, text string, words []openai.Spoken) any
	End(o openai.Outcome, response int) any
	Usage(o openai.Outcome) any
}

// A token is one of a response that is streamed.
type token struct {
	row int
	decode.Word
}

// events writes server-sent events.
type events struct {
	w     http.ResponseWriter
	begun bool
	err   error // of the first that could not be sent
}

// send sends one event; nil: none.
func (e *events) send(v any) {
	if v == nil || e.err != nil {
		return
	}
	text, err := encode(v)
	if err != nil {
		e.err = err
		return
	}
	e.line("data: " + string(text) + "\n")
}

// line sends a piece of the stream at once.
func (e *events) line(text string) {
	if !e.begun {
		e.begun = true
		e.w.Header().Set("Content-Type", "text/event-stream")
		e.w.Header().Set("Cache-Control", "no-cache")
		e.w.WriteHeader(http.StatusOK)
	}
	patient(e.w)
	if _, e.err = e.w.Write([]byte(text)); e.err == nil {
		e.err = http.NewResponseController(e.w).Flush()
	}
}

// stream sends an answer token by token. The pass never waits for the client: all that it
// can say has room.
func (s *Server) stream(w http.ResponseWriter, x *exchange, chunks chunks) {
	ctx, out := x.question.Ctx, &events{w: w}
	most := x.model.run.MaxTokens() * x.question.N
	tokens, answered := make(chan token, most), make(chan run.Answer, 1)
	x.question.Each = x.watch(func(row int, w decode.Word) { tokens <- token{row, w} })
	go func() {
		answered <- x.model.queue.Ask(x.question)
		close(tokens)
	}()
	speakers := make([]speaker, x.question.N)
	for i := range speakers {
		speakers[i].manner = x.manner
	}
	for t := range tokens {
		x.pass(out, chunks, &speakers[t.row], t)
	}
	answer := <-answered
	if answer.Err != nil {
		s.interrupt(out, x, answer.Err)
		return
	}
	o := x.outcome(answer)
	for i := range o.Texts {
		x.finish(out, chunks, &speakers[i], o, i)
	}
	if x.IncludeUsage {
		out.send(chunks.Usage(o))
	}
	out.line("data: [DONE]\n\n")
	if out.err != nil || ctx.Err() != nil {
		s.metrics.left.Inc()
		return
	}
	s.metrics.spoke(x.model.id, o)
}

// pass passes one token on.
func (x *exchange) pass(out *events, chunks chunks, to *speaker, t token) {
	first := len(to.tokens) == 0
	text, _ := to.add(t.Word.Token)
	if first {
		out.send(chunks.Begin(t.row))
	}
	if len(to.tokens) <= len(x.manner.prompt) {
		return
	}
	var words []openai.Spoken
	if x.Logprobs {
		spoken := x.manner.word(t.Word)
		before, _ := x.manner.whole(to.tokens[:len(to.tokens)-1])
		spoken.Offset = len([]rune(before))
		words = append(words, spoken)
	}
	if text != "" || words != nil {
		out.send(chunks.Text(t.row, text, words))
	}
}

// finish sends what is left of response i, and its end.
func (x *exchange) finish(out *events, chunks chunks, to *speaker, o openai.Outcome, i int) {
	if len(to.tokens) == 0 {
		out.send(chunks.Begin(i))
	}
	rest := to.rest(o.Texts[i].Text)
	var words []openai.Spoken
	if n := len(o.Texts[i].Words); n > 0 && o.Texts[i].Words[n-1].IsEnd {
		words = o.Texts[i].Words[n-1:] // </s>, which is not passed on as a token
	}
	if rest != "" || words != nil {
		out.send(chunks.Text(i, rest, words))
	}
	out.send(chunks.End(o, i))
}

// interrupt ends a stream with an error, as an answer of its own where nothing was sent yet.
func (s *Server) interrupt(out *events, x *exchange, err error) {
	if !out.begun {
		s.end(x.question.Ctx, x.model, out.w, err)
		return
	}
	if fault := s.failure(x.question.Ctx, x.model, out.w, err); fault != nil {
		out.send(fault.Body())
	}
	s.metrics.left.Inc()
}

package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/dialog"
)

var _ dialog.Responder = (*Run)(nil)

// ErrRequest says that a request cannot be answered as it stands.
var ErrRequest = errors.New("bad request")

// What a request can be wrong in, for those who name the part of it. All wrap ErrRequest.
var (
	ErrNoContext  = fmt.Errorf("%w: the context holds no word; give at least one turn of text", ErrRequest)
	ErrNoResponse = fmt.Errorf("%w: the response holds no word", ErrRequest)
	ErrPrompt     = fmt.Errorf("%w: the prompt", ErrRequest) // and what is wrong with it
)

// Sampling is dialog.DefaultSampling, with temperature 1 for models without a
// latent, whose diversity cannot come from z.
func (r *Run) Sampling() dialog.Sampling {
	s := dialog.DefaultSampling()
	if r.Latent().None() {
		s.Temperature = 1
	}
	return s
}

// Sentences reports whether the model is one of sentences, without a context.
func (r *Run) Sentences() bool { return r.Config.Model.Mode == cvae.Text }

// Respond implements dialog.Responder.
func (r *Run) Respond(ctx context.Context, q dialog.Request, stream func(dialog.Delta)) (dialog.Reply, error) {
	if q.Beam > 0 {
		return r.search(ctx, q)
	}
	answer := r.Together([]Question{{Ctx: ctx, Request: q, Each: r.Streamed(stream)}})[0]
	return answer.Reply, answer.Err
}

// search answers with the likeliest words that a beam finds for each z.
func (r *Run) search(ctx context.Context, q dialog.Request) (dialog.Reply, error) {
	p, err := r.prepare(Question{Ctx: ctx, Request: q})
	if err != nil {
		return dialog.Reply{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	begun := decode.Begin(r.model, p.batch, p.Sampling, p.z)
	sequences, err := r.likeliest(ctx, p.batch, r.job(p).Options, begun.Z)
	if err != nil {
		return dialog.Reply{}, err
	}
	reply, _, err := r.answered(p, sequences, begun)
	return reply, err
}

// likeliest returns for each z (N,T·d) the best response that a beam finds.
func (r *Run) likeliest(ctx context.Context, b *dialog.Batch, o decode.Options, z []float32) (best []decode.Sequence, err error) {
	one := o.Sampling
	one.N = 1
	for i := range o.N {
		d := len(z) / o.N
		h := decode.Start(r.model, b, one, z[i*d:(i+1)*d:(i+1)*d])
		found, err := decode.Beam(ctx, h, r.Tokenizer.Size(), o.Beam, o)
		if err != nil {
			return nil, err
		}
		best = append(best, found[0])
	}
	return best, nil
}

// Streamed is the Each of a [Question] that passes each response on as it grows; nil for nil.
func (r *Run) Streamed(stream func(dialog.Delta)) func(int, decode.Word) bool {
	if stream == nil {
		return nil
	}
	sofar := map[int][]int32{}
	return func(row int, w decode.Word) bool {
		sofar[row] = append(sofar[row], w.Token)
		stream(dialog.Delta{Index: row, Text: r.Tokenizer.Text(sofar[row])})
		return true
	}
}

// contextBatch lays out one context and what is known of the response.
func (r *Run) contextBatch(turns []string, labels map[string]string) (b *dialog.Batch, unread dialog.Unread, err error) {
	b = &dialog.Batch{}
	if r.Config.Model.Mode == cvae.Dialogue && !r.model.Parts.NoContext {
		var e dialog.Example
		if e, unread, err = r.context(turns, labels[dialog.PersonaLabel]); err != nil {
			return nil, unread, err
		}
		b = dialog.NewBatch([]dialog.Example{e}, r.Config.Model.Encoder.Start)
	}
	r.model.Tell(b, labels)
	return b, unread, nil
}

// context encodes the latest turns that the model sees, after the persona of the one who
// responds, if the run is told it; empty: none. That speaker did not speak last.
func (r *Run) context(turns []string, persona string) (e dialog.Example, unread dialog.Unread, err error) {
	w := r.Config.Model.Window()
	for i := len(turns) - 1; i >= 0; i-- {
		if len(e.Context) == w.Turns {
			unread.Turns = i + 1
			break
		}
		ids, err := r.Tokenizer.Encode(turns[i])
		if err != nil {
			return e, unread, err
		}
		unread.Tokens += max(0, len(ids)-(w.Tokens-1))
		if len(ids) == 0 {
			continue
		}
		e.Context = append([][]int32{ids[:min(len(ids), w.Tokens-1)]}, e.Context...)
		e.Floor = append([]uint8{uint8((len(turns)-i)%2 ^ 1)}, e.Floor...)
	}
	if len(e.Context) == 0 {
		return e, unread, ErrNoContext
	}
	e, err = r.withPersona(e, persona)
	return e, unread, err
}

// latents returns the request's own latents, (N,Z) row-major; nil without any.
func (r *Run) latents(q dialog.Request) (z []float32, err error) {
	for _, block := range q.Z {
		row, err := r.Latent().Row(block)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRequest, err)
		}
		z = append(z, row...)
	}
	return z, nil
}

func (r *Run) reply(q prepared, sequences []decode.Sequence, from decode.Beginning) dialog.Reply {
	out := dialog.Reply{Context: q.Context, Seed: q.Seed, Unread: q.unread}
	seen, shape, z, prior := map[string]bool{}, r.Latent(), from.Z, from.Prior
	for i, s := range sequences {
		answer := dialog.Response{LogProb: s.LogProb, Cut: !s.Finished}
		for _, id := range s.Tokens {
			answer.Tokens = append(answer.Tokens, r.Tokenizer.Token(id))
		}
		answer.Text = r.Tokenizer.Text(s.Tokens)
		seen[strings.Join(answer.Tokens, " ")] = true
		if z != nil {
			row, words := z[i*shape.Width():(i+1)*shape.Width()], len(s.Tokens)+1
			answer.Z, answer.PriorDistance = shape.Block(row, words), distance(row[:shape.Length(words)], prior)
		}
		out.Responses = append(out.Responses, answer)
	}
	out.Distinct = len(seen)
	if z != nil {
		mean, std := moments(prior, shape.Width())
		out.PriorMean, out.PriorStd = slices.Collect(slices.Chunk(mean, shape.Dim)), slices.Collect(slices.Chunk(std, shape.Dim))
	}
	return out
}

// distance is ‖(z−μp)/σp‖₂.
func distance(z []float32, prior cvae.PriorRow) float64 {
	mean, std := moments(prior, len(z))
	sum := 0.0
	for d, v := range z {
		u := float64(v-mean[d]) / float64(std[d])
		sum += u * u
	}
	return math.Sqrt(sum)
}

// moments is the prior's mean and standard deviation, 0 and 1 without a context.
func moments(prior cvae.PriorRow, n int) (mean, std []float32) {
	mean, std = make([]float32, n), make([]float32, n)
	copy(mean, prior.Mean)
	for d := range std {
		std[d] = 1
		if prior.LogVar != nil {
			std[d] = float32(math.Exp(0.5 * float64(prior.LogVar[d])))
		}
	}
	return mean, std
}

// Describe implements dialog.Responder.
func (r *Run) Describe(context.Context) (dialog.Card, error) {
	card := dialog.Card{Name: r.Dir, Method: r.Config.Method, Parameters: r.Parameters(), Vocabulary: r.Tokenizer.Size(),
		Sentences: r.Sentences(), Temperature: r.Sampling().Temperature, Labels: r.Labels()}
	if r.Config.Model.Context.Persona {
		card.Labels[dialog.PersonaLabel] = nil
	}
	z := r.Latent()
	if z.None() {
		return card, nil
	}
	card.Latent = &dialog.LatentCard{Dim: z.Dim}
	if r.latent != nil && r.latent.Dim == z.Dim {
		card.Latent = new(*r.latent)
	}
	card.Latent.Steps = z.Steps
	return card, nil
}

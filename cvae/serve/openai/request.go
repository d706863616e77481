package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// Limits of what one request may ask for.
const (
	MaxN            = 128 // responses
	maxStops        = 4
	maxStop         = 1000 // bytes
	maxAlternatives = 20
	maxInputs       = 256 // texts to embed
)

// A Request asks for responses to a conversation or a prompt.
type Request struct {
	Model    string    // empty: the first that is served
	Messages []Message // nil: a prompt
	Prompt   string
	N        int // 0: not given

	Temperature *float64
	TopP        *float64
	Seed        *uint64
	MaxTokens   int // 0: not given
	Stop        []string

	Stream       bool
	IncludeUsage bool

	Logprobs     bool
	Alternatives int // of each token

	bestOf int // 0: not given

	Own Own
}

// A Message is a turn, or an instruction, which the models cannot follow.
type Message struct {
	Role string
	Text string
}

// Own is what the format has no place for.
type Own struct {
	Z          []dialog.Block // latents to decode, one a response; nil: drawn
	Labels     map[string]string
	PriorScale *float64
	TopK       *int
	NoRepeat   *int // the n of the n-grams that stand once in a response
}

// ReadChat reads a request to /v1/chat/completions.
func ReadChat(text []byte) (r Request, fault *Error) {
	if fault := read(text, chatFields(), &r); fault != nil {
		return r, fault
	}
	if len(r.Messages) == 0 {
		return r, badf("messages", "messages is missing or empty")
	}
	if r.Alternatives > 0 && !r.Logprobs {
		return r, badf("top_logprobs", "top_logprobs needs logprobs")
	}
	return r, r.check()
}

// ReadCompletion reads a request to /v1/completions.
func ReadCompletion(text []byte) (r Request, fault *Error) {
	if fault := read(text, completionFields(), &r); fault != nil {
		return r, fault
	}
	return r, r.check()
}

// check looks at parameters that go together.
func (r Request) check() *Error {
	if r.Own.Z != nil && r.N != 0 && r.N != len(r.Own.Z) {
		return badf("n", "n is %d, and the number of latents in cvae.z is %d; leave n out", r.N, len(r.Own.Z))
	}
	if r.bestOf != 0 && r.bestOf != max(1, r.N) {
		return badf("best_of", "best_of is not supported; leave it out")
	}
	if r.IncludeUsage && !r.Stream {
		return badf("stream_options", "stream_options needs stream")
	}
	return nil
}

// Sampling is how the responses are drawn: as the request says, and else as with the
// defaults of the model and this seed.
func (r Request) Sampling(defaults dialog.Sampling, seed uint64) dialog.Sampling {
	s := defaults
	s.N, s.Seed, s.Labels = max(1, r.N), seed, r.Own.Labels
	set(&s.Temperature, r.Temperature)
	set(&s.TopP, r.TopP)
	set(&s.Seed, r.Seed)
	set(&s.PriorScale, r.Own.PriorScale)
	set(&s.TopK, r.Own.TopK)
	set(&s.NoRepeat, r.Own.NoRepeat)
	if r.Own.Z != nil {
		s.N = len(r.Own.Z)
	}
	return s
}

func set[V any](to *V, given *V) {
	if given != nil {
		*to = *given
	}
}

// Turns are the turns of the conversation, oldest first, and what instructions say.
func (r Request) Turns() (turns []string, instructions string) {
	var system []string
	for _, m := range r.Messages {
		if m.Role == "user" || m.Role == "assistant" {
			turns = append(turns, m.Text)
		} else {
			system = append(system, m.Text)
		}
	}
	return turns, strings.Join(system, "\n")
}

// common are the fields that chats and completions share.
func common() fields[Request] {
	return fields[Request]{
		"model":       value("a string", func(r *Request, v string) error { r.Model = v; return nil }),
		"n":           value("a whole number", func(r *Request, v int) error { r.N = v; return within(v, 1, MaxN) }),
		"temperature": value("a number", func(r *Request, v float64) error { r.Temperature = &v; return within(v, 0, 1000) }),
		"top_p": value("a number", func(r *Request, v float64) error {
			r.TopP = &v
			if v <= 0 || v > 1 {
				return fmt.Errorf("is %g; it must be above 0 and at most 1", v)
			}
			return nil
		}),
		"seed":           takeSeed,
		"max_tokens":     value("a whole number", takeMaxTokens),
		"stop":           takeStop,
		"stream":         value("true or false", func(r *Request, v bool) error { r.Stream = v; return nil }),
		"stream_options": takeStreamOptions,
		"cvae":           takeOwn,

		"frequency_penalty": only[Request]("is not known to this server; leave it out or at 0", "0", "0.0"),
		"presence_penalty":  only[Request]("is not known to this server; leave it out or at 0", "0", "0.0"),
		"logit_bias":        only[Request]("is not known to this server; leave it out", "{}"),
		"user":              nil,
	}
}

func within[V int | float64](v, low, high V) error {
	if !(v >= low && v <= high) {
		return fmt.Errorf("is %v; it must be from %v to %v", v, low, high)
	}
	return nil
}

// sized bounds the length of a list.
func sized(n, most int, what string) error {
	if n < 1 || n > most {
		return fmt.Errorf("has %d %s; it must have from 1 to %d", n, what, most)
	}
	return nil
}

// ParseSeed reads any integer of 64 bits, negative ones by their bits.
func ParseSeed(text json.RawMessage) (uint64, error) {
	var unsigned uint64
	var signed int64
	text = Whole(text)
	if json.Unmarshal(text, &unsigned) == nil {
		return unsigned, nil
	}
	if json.Unmarshal(text, &signed) == nil {
		return uint64(signed), nil
	}
	return 0, errors.New("must be a whole number of 64 bits")
}

func takeSeed(r *Request, text json.RawMessage) error {
	v, err := ParseSeed(text)
	r.Seed = &v
	return err
}

// takeMaxTokens takes the most tokens. More than a model has room for are cut to that.
func takeMaxTokens(r *Request, v int) error {
	if r.MaxTokens != 0 && r.MaxTokens != v {
		return errors.New("contradicts max_completion_tokens")
	}
	if v < 1 {
		return fmt.Errorf("is %d; it must be at least 1", v)
	}
	r.MaxTokens = v
	return nil
}

// takeStop takes a text or a few at which a response ends.
func takeStop(r *Request, text json.RawMessage) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		if one != "" { // as clients send it that were given none
			r.Stop = []string{one}
		}
	} else if json.Unmarshal(text, &r.Stop) != nil {
		return errors.New("must be a string or a list of strings")
	}
	if len(r.Stop) > maxStops {
		return fmt.Errorf("has %d texts; at most %d are allowed", len(r.Stop), maxStops)
	}
	for _, s := range r.Stop {
		if s == "" || len(s) > maxStop {
			return fmt.Errorf("holds a text of %d bytes; each must have from 1 to %d", len(s), maxStop)
		}
	}
	return nil
}

func takeStreamOptions(r *Request, text json.RawMessage) error {
	return inside(r, text, fields[Request]{
		"include_usage":       value("true or false", func(r *Request, v bool) error { r.IncludeUsage = v; return nil }),
		"include_obfuscation": only[Request]("is not known to this server; leave it out", "false"),
	})
}

// inside reads an object that is the value of a key.
func inside[T any](into *T, text json.RawMessage, known fields[T]) error {
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) != nil {
		return errors.New("must be an object")
	}
	if fault := keys(object, "", known, into); fault != nil {
		message := strings.TrimPrefix(fault.Message, *fault.Param+" ")
		return errParam{"." + *fault.Param, errors.New(message)}
	}
	return nil
}

func takeOwn(r *Request, text json.RawMessage) error {
	return inside(&r.Own, text, fields[Own]{
		"z":               takeLatents,
		"labels":          value("an object of strings", func(o *Own, v map[string]string) error { o.Labels = v; return nil }),
		"prior_scale":     value("a number", func(o *Own, v float64) error { o.PriorScale = &v; return within(v, 0, 1000) }),
		"top_k":           value("a whole number", func(o *Own, v int) error { o.TopK = &v; return within(v, 0, 1e9) }),
		"no_repeat_ngram": value("a whole number", func(o *Own, v int) error { o.NoRepeat = &v; return within(v, 0, dialog.MaxResponses) }),
	})
}

func takeLatents(o *Own, text json.RawMessage) error {
	if err := json.Unmarshal(text, &o.Z); err != nil {
		if large := tooLarge(text); large != "" {
			return fmt.Errorf("holds %s, which is too large for a float32", large)
		}
		return errors.New("must be a list of latents, each a list of so many numbers as the latent has dimensions")
	}
	for _, z := range o.Z {
		for _, step := range z {
			for _, x := range step {
				if x-x != 0 { // null
					return errors.New("holds null where a number must be")
				}
			}
		}
	}
	return sized(len(o.Z), MaxN, "latents")
}

// tooLarge is the first number of a text that a float32 cannot hold; empty: there is none.
func tooLarge(text []byte) string {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil { // the end
			return ""
		}
		if n, ok := token.(json.Number); ok {
			if _, err := strconv.ParseFloat(string(n), 32); err != nil {
				return string(n)
			}
		}
	}
}

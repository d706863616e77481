package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/charmbracelet/x/term"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve/openai"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tokenize"
)

// An input is one line of standard input or of a file.
type input struct {
	line int // from 1; 0: from the command line
	run.Pair
	asked
}

// asked is what a line asks for itself; nil: what the command line says.
type asked struct {
	ID          json.RawMessage `json:"id"` // comes back with the answer
	Seed        *seed           `json:"seed"`
	N           *count          `json:"n"`
	Temperature *float64        `json:"temperature"`
}

// A seed of a line is any whole number of 64 bits, as in a request to the server.
type seed uint64

var errSeed = errors.New(`"seed" must be a whole number of 64 bits`)

// UnmarshalJSON implements json.Unmarshaler.
func (s *seed) UnmarshalJSON(text []byte) error {
	v, err := openai.ParseSeed(text)
	if err != nil {
		return errSeed
	}
	*s = seed(v)
	return nil
}

// A count of a line is a whole number, which 2.0 is too, as in a request to the server.
type count int

// UnmarshalJSON implements json.Unmarshaler.
func (c *count) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(openai.Whole(text), (*int)(c))
}

// A lineError is a fault of one line of the input.
type lineError struct {
	line  int
	fault error
}

func (e lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.fault) }

// Unwrap returns the fault.
func (e lineError) Unwrap() error { return e.fault }

// named adds the line to an error about the input.
func (i input) named(err error) error {
	if i.line == 0 {
		return err
	}
	return lineError{i.line, err}
}

// where names the line before a sentence about the input; empty for the command line.
func (i input) where() string {
	if i.line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d: ", i.line)
}

// longestLine bounds a line of input, in bytes.
const longestLine = 16 << 20

// An awaited reader gives up waiting for what comes when ctx ends, as a person does who
// presses Ctrl-C. What comes later is lost.
type awaited struct {
	ctx  context.Context
	from io.Reader
	read chan int // bytes that are in buffer; nil: nobody reads
	buffer,
	rest []byte
	err error
}

// Read implements io.Reader.
func (a *awaited) Read(p []byte) (int, error) {
	if len(a.rest) == 0 && a.err == nil {
		if a.read == nil {
			a.read, a.buffer = make(chan int, 1), make([]byte, 64<<10)
		}
		go func() {
			n, err := a.from.Read(a.buffer)
			a.err = err // seen after the channel
			a.read <- n
		}()
		select {
		case <-a.ctx.Done():
			return 0, context.Cause(a.ctx)
		case n := <-a.read:
			a.rest = a.buffer[:n]
		}
	}
	n := copy(p, a.rest)
	if a.rest = a.rest[n:]; len(a.rest) == 0 && n == 0 {
		return 0, a.err
	}
	return n, nil
}

// inputs reads the lines of r until ctx ends. After a line that cannot be parsed, whose
// error is a lineError, it goes on with those that follow. A blank line has the error
// blank; nil: it is passed over.
func inputs(ctx context.Context, r io.Reader, blank error, parse func(string) (input, error)) iter.Seq2[input, error] {
	return func(yield func(input, error) bool) {
		lines := bufio.NewScanner(tokenize.Decoded(&awaited{ctx: ctx, from: r}))
		lines.Buffer(nil, longestLine)
		n := 0
		for lines.Scan() {
			n++
			if kind := regular.Packed(lines.Bytes()); n == 1 && kind != "" {
				yield(input{}, usagef("the input cannot be read: %w", regular.ErrPacked(kind)))
				return
			}
			text := strings.TrimSpace(lines.Text())
			if text == "" && blank == nil {
				continue
			}
			i, err := input{}, blank
			switch {
			case strings.ContainsRune(text, 0):
				err = errors.New("the line holds a NUL byte, as UTF-16 does; write it as UTF-8, or begin the input with a byte order mark")
			case text != "":
				i, err = parse(text)
			}
			i.line = n
			if err != nil {
				err = usageError{i.named(err)}
			}
			if !yield(i, err) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			if ctx.Err() != nil {
				yield(input{}, err)
				return
			}
			yield(input{}, fmt.Errorf("reading line %d: %w", n+1, err))
		}
	}
}

// parseContext reads a context: a turn, or an object with "context" and perhaps
// "labels" and what is asked.
func parseContext(text string) (input, error) {
	if !strings.HasPrefix(text, "{") {
		return input{Pair: run.Pair{Context: []string{text}}}, nil
	}
	var o struct {
		Context *[]string         `json:"context"`
		Labels  map[string]string `json:"labels"`
		asked
	}
	var keys map[string]json.RawMessage
	fault := decode(text, &keys)
	if fault != nil && json.Unmarshal([]byte(text), &keys) != nil {
		return input{}, fault
	}
	known := []string{"context", "labels", "id", "seed", "n", "temperature"}
	var asks asked // what can be read of a line with a fault
	if n, ok := keys["n"]; ok && json.Unmarshal(n, &asks.N) != nil {
		asks.N = nil
	}
	if id := keys["id"]; len(id) > 0 && (id[0] == '{' || id[0] == '[') {
		return input{asked: asks}, errors.New(`"id" must be a string or a number`)
	}
	asks.ID = keys["id"]
	if fault != nil { // a key that stands twice
		return input{asked: asks}, fault
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !slices.Contains(known, key) {
			return input{asked: asks}, fmt.Errorf("there is no key %q; there are %s%s", key, strings.Join(known, ", "), didYouMean("", nearest(key, known)))
		}
	}
	if err := decode(text, &o); err != nil {
		return input{asked: asks}, err
	}
	if o.Context == nil {
		return input{asked: asks}, errors.New(`the object has no "context"`)
	}
	return input{Pair: run.Pair{Context: *o.Context, Labels: o.Labels}, asked: o.asked}, nil
}

// parsePair reads an object with "response" and perhaps "context" and "labels".
func parsePair(text string) (input, error) {
	var o struct {
		Context  []string          `json:"context"`
		Labels   map[string]string `json:"labels"`
		Response *string           `json:"response"`
	}
	if err := decode(text, &o); err != nil {
		return input{}, err
	}
	if o.Response == nil {
		return input{}, errors.New(`the object has no "response"`)
	}
	return input{Pair: run.Pair{Context: o.Context, Labels: o.Labels, Response: *o.Response}}, nil
}

// decode reads one JSON object, saying what is wrong in a few words.
func decode(text string, into any) error {
	err := json.Unmarshal([]byte(text), into)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		field := strings.TrimPrefix(kind.Field, "asked.") // which is embedded
		return fmt.Errorf(`%q must be %s, not a JSON %s`, field, expected(field), kind.Value)
	}
	if errors.Is(err, errSeed) {
		return errSeed
	}
	if err != nil {
		return fmt.Errorf("it is not a JSON object: %w", err)
	}
	return openai.Unique([]byte(text))
}

// expected says what a field of the input holds.
func expected(field string) string {
	switch field {
	case "context":
		return "a list of strings"
	case "labels":
		return "an object of strings"
	case "n":
		return "a whole number"
	case "temperature":
		return "a number"
	}
	return "a string"
}

// isTerminal reports whether a person sits at the other end of a stream.
func isTerminal(stream any) bool {
	if w, ok := stream.(io.Writer); ok {
		stream = raw(w)
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// raw is what a stream of a command writes to, without the writer that keeps it safe:
// for a view, which has the whole terminal.
func raw(w io.Writer) io.Writer {
	if s, ok := w.(*safe.Writer); ok {
		return s.Unwrap()
	}
	return w
}

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/tokenize"
)

// An input is one line of standard input or of a file.
type input struct {
	line int // from 1; 0: from the command line
	run.Pair
}

// named adds the line to an error about the input.
func (i input) named(err error) error {
	if i.line == 0 {
		return err
	}
	return fmt.Errorf("line %d: %w", i.line, err)
}

// longestLine bounds a line of input, in bytes.
const longestLine = 16 << 20

// inputs reads the lines of r but blank ones. It ends after its first error.
func inputs(r io.Reader, parse func(string) (input, error)) iter.Seq2[input, error] {
	return func(yield func(input, error) bool) {
		lines := bufio.NewScanner(tokenize.Decoded(r))
		lines.Buffer(nil, longestLine)
		n := 0
		for lines.Scan() {
			n++
			text := strings.TrimSpace(lines.Text())
			if text == "" {
				continue
			}
			i, err := parse(text)
			i.line = n
			if err != nil {
				err = usageError{i.named(err)}
			}
			if !yield(i, err) || err != nil {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(input{}, fmt.Errorf("reading line %d: %w", n+1, err))
		}
	}
}

// parseContext reads a context: a turn, or an object with "context" and perhaps
// "labels".
func parseContext(text string) (input, error) {
	if !strings.HasPrefix(text, "{") {
		return input{Pair: run.Pair{Context: []string{text}}}, nil
	}
	var o struct {
		Context *[]string         `json:"context"`
		Labels  map[string]string `json:"labels"`
	}
	if err := decode(text, &o); err != nil {
		return input{}, err
	}
	if o.Context == nil {
		return input{}, errors.New(`the object has no "context"`)
	}
	return input{Pair: run.Pair{Context: *o.Context, Labels: o.Labels}}, nil
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
		return fmt.Errorf(`%q must be %s, not a JSON %s`, kind.Field, expected(kind.Field), kind.Value)
	}
	if err != nil {
		return fmt.Errorf("it is not a JSON object: %w", err)
	}
	return nil
}

// expected says what a field of the input holds.
func expected(field string) string {
	switch field {
	case "context":
		return "a list of strings"
	case "labels":
		return "an object of strings"
	}
	return "a string"
}

// isTerminal reports whether a person sits at the other end of a stream.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

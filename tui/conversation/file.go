package conversation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/cvae-go/cvae/dialog"
)

// version is that of the files that this program writes, and the newest that
// it reads.
const version = 1

// A file is a saved conversation. Its ID is the file's name.
type file struct {
	Version   int       `json:"version"`
	Model     string    `json:"model"`
	Where     string    `json:"where,omitempty"`
	Title     string    `json:"title,omitempty"`
	Started   time.Time `json:"started"`
	Current   int       `json:"current"`
	Next      int       `json:"next"`
	Exchanges []node    `json:"exchanges"` // in the order in which they were said
}

// encode returns the content of the conversation's file.
func (c *Conversation) encode() ([]byte, error) {
	return encodeLine(file{version, c.Model, valid(c.Where), valid(c.Title), c.Started, c.current, c.next, c.nodes})
}

// decode reads what encode returned. Its errors continue a sentence about the
// file.
func decode(id string, text []byte) (*Conversation, error) {
	var header struct{ Version int }
	if err := json.Unmarshal(text, &header); err != nil {
		return nil, fmt.Errorf("is damaged or cut off (%w); restore a copy or delete it", err)
	}
	switch {
	case header.Version > version:
		return nil, fmt.Errorf("has version %d and this program reads up to %d; use a newer cvae", header.Version, version)
	case header.Version < 1:
		return nil, errors.New("has no version; it is no conversation")
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("is no conversation (%w); restore a copy or delete it", err)
	}
	c := &Conversation{ID: id, Model: f.Model, Where: f.Where, Title: f.Title, Started: f.Started, nodes: f.Exchanges, current: f.Current, next: f.Next}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("is damaged (%w); restore a copy or delete it", err)
	}
	return c, nil
}

// encodeLine returns v as one line of JSON in which control and format
// characters, which can stand only inside strings, are \u escapes: whoever
// prints the file sees them and suffers nothing.
func encodeLine(v any) ([]byte, error) {
	var plain, escaped bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	for _, r := range string(bytes.TrimSuffix(plain.Bytes(), []byte("\n"))) {
		if !unicode.In(r, unicode.Cc, unicode.Cf) {
			escaped.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&escaped, `\u%04x`, unit)
		}
	}
	escaped.WriteByte('\n')
	return escaped.Bytes(), nil
}

// A scored response is a candidate in the exports. Null is a number that does
// not apply, or that JSON cannot write.
type scored struct {
	Text          string       `json:"text"`
	LogProb       *float64     `json:"log_prob"`
	PriorDistance *float64     `json:"prior_distance"`
	Z             dialog.Block `json:"z"`
}

// A candidate is a scored response in the file.
type candidate struct {
	scored
	Tokens []string `json:"tokens"`
	Cut    bool     `json:"cut,omitempty"`
}

func score(r dialog.Response) scored {
	return scored{r.Text, orNull(r.LogProb), orNull(r.PriorDistance), r.Z}
}

func (c candidate) response() dialog.Response {
	return dialog.Response{Text: c.Text, LogProb: orNaN(c.LogProb), PriorDistance: orNaN(c.PriorDistance), Z: c.Z, Tokens: c.Tokens, Cut: c.Cut}
}

// savedTake is the JSON of a Take.
type savedTake struct {
	Settings   dialog.Sampling `json:"settings"`
	Candidates []candidate     `json:"candidates"`
}

// MarshalJSON writes the settings and the candidates, and null for numbers
// that are not finite.
func (t Take) MarshalJSON() ([]byte, error) {
	return json.Marshal(savedTake{t.Settings, each(t.Candidates, func(r dialog.Response) candidate {
		return candidate{score(r), r.Tokens, r.Cut}
	})})
}

// UnmarshalJSON reads what MarshalJSON wrote. A null number is NaN.
func (t *Take) UnmarshalJSON(text []byte) error {
	var s savedTake
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	*t = Take{s.Settings, each(s.Candidates, candidate.response)}
	return nil
}

// each maps a slice; nil stays nil, which the JSON tells from empty.
func each[A, B any](in []A, f func(A) B) []B {
	if in == nil {
		return nil
	}
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}

func orNull(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

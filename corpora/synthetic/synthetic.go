package synthetic

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// sentences holds, for each sentence of the splits in order, a byte of the
// component and two bytes a word, the low one first; gzip.
//
//go:embed sentences.gz
var sentences []byte

// sizes are the sentences of the splits, in the order of dialog.Splits.
var sizes = [...]int{16000, 2000, 2000}

const (
	steps = 10 // words of a sentence
	seed  = 1  // of all draws
)

// A sentence is a draw from the generator. Component c has its mean at
// x = ±2 (right where bit 0 of c is set) and y = ±2 (up where bit 1 is).
type sentence struct {
	component byte
	words     [steps]uint16
}

// size is the bytes of a sentence.
const size = 1 + 2*steps

// Dialogues returns the sentences of a split, a turn each. An unknown split is
// empty.
func Dialogues(split dialog.Split) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		r, err := gzip.NewReader(bytes.NewReader(sentences))
		if err != nil {
			yield(dialog.Dialogue{}, fmt.Errorf("reading the synthetic corpus: %w", err))
			return
		}
		for i, current := range dialog.Splits {
			for n := range sizes[i] {
				var b [size]byte
				if _, err := io.ReadFull(r, b[:]); err != nil {
					yield(dialog.Dialogue{}, fmt.Errorf("reading the synthetic corpus: %w", err))
					return
				}
				if current == split && !yield(dialogue(split, n, decode(b[:])), nil) {
					return
				}
			}
			if current == split {
				return
			}
		}
	}
}

func dialogue(split dialog.Split, n int, s sentence) dialog.Dialogue {
	list := make([]string, steps)
	for t, word := range s.words {
		list[t] = fmt.Sprintf("w%d", word)
	}
	return dialog.Dialogue{
		ID:     fmt.Sprintf("synthetic-%s-%05d", split, n+1),
		Turns:  []dialog.Turn{{Speaker: "A", Text: strings.Join(list, " ")}},
		Labels: labels(s.component),
	}
}

// center is a coordinate of the mean of a component.
func center(bit byte) float64 { return float64(4*int(bit) - 2) }

func labels(component byte) map[string]string {
	return map[string]string{
		"component":  fmt.Sprint(component),
		"horizontal": [...]string{"left", "right"}[component&1],
		"vertical":   [...]string{"down", "up"}[component>>1],
	}
}

func decode(b []byte) (s sentence) {
	s.component = b[0]
	for t := range s.words {
		s.words[t] = uint16(b[1+2*t]) | uint16(b[2+2*t])<<8
	}
	return s
}

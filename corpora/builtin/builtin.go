package builtin

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

//go:embed grammar/*.txt
var grammarFiles embed.FS

// attempts is how often a dialogue is drawn anew when it repeats an earlier
// one.
const attempts = 100

// sizes are the numbers of dialogues of the splits, in the order of
// dialog.Splits.
var sizes = [...]int{6000, 400, 400}

// Dialogues returns the dialogues of a split: 6000 to train on, 400 each to
// validate and to test on. No dialogue occurs twice. The error is always nil
// and an unknown split is empty; the signature is that of all readers.
func Dialogues(split dialog.Split) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		g, err := load(grammarFiles)
		if err != nil {
			yield(dialog.Dialogue{}, err)
			return
		}
		g.dialogues(split, yield)
	}
}

// dialogues generates the rows of all splits up to the wanted one, because a
// row must differ from every earlier row, and yields those wanted.
func (g *grammar) dialogues(split dialog.Split, yield func(dialog.Dialogue, error) bool) {
	seen, row := map[string]bool{}, 0
	for i, current := range dialog.Splits {
		for n := range sizes[i] {
			turns, err := g.fresh(row, seen)
			row++
			if current != split && err == nil {
				continue
			}
			d := dialog.Dialogue{
				ID:     fmt.Sprintf("builtin-%s-%04d", split, n+1),
				Turns:  turns,
				Labels: map[string]string{"topic": g.scenes[(row-1)%len(g.scenes)].topic},
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
		if current == split {
			return
		}
	}
}

// fresh generates a row that is not yet in seen and adds it.
func (g *grammar) fresh(row int, seen map[string]bool) ([]dialog.Turn, error) {
	for attempt := range attempts {
		turns := g.generate(attempt, row)
		if text := render(turns); !seen[text] {
			seen[text] = true
			return turns, nil
		}
	}
	return nil, fmt.Errorf("grammar: row %d repeats earlier dialogues in %d attempts: add phrases", row, attempts)
}

func render(turns []dialog.Turn) string {
	var text strings.Builder
	for _, t := range turns {
		text.WriteString(t.Speaker + ": " + t.Text + "\n")
	}
	return text.String()
}

// load reads and checks every file of the folder grammar, in the order of
// their names.
func load(files fs.FS) (*grammar, error) {
	names, err := fs.Glob(files, "grammar/*.txt")
	if err != nil {
		return nil, fmt.Errorf("grammar: %w", err)
	}
	p := newParser()
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("grammar: %w", err)
		}
		if err := p.read(path.Base(name), string(text)); err != nil {
			return nil, err
		}
	}
	if len(p.grammar.scenes) == 0 {
		return nil, errors.New("grammar: there is no scene")
	}
	return p.grammar, p.grammar.check()
}

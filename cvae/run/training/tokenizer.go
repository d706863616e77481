package training

import (
	"context"
	"fmt"
	"iter"
	"os"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// readTokens learns the tokens of the training split, whose dialogues it counts,
// or reads those of the run or of the configuration.
func (t *Training) readTokens(ctx context.Context) (counted int, err error) {
	switch c := t.Config.Tokenizer; {
	case !t.fresh():
		t.words, err = run.ReadTokenizer(t.options.Out)
	case t.Config.Init != "":
		t.words, err = run.ReadTokenizer(t.Config.Init)
	case c.Kind == config.FromFile:
		t.words, err = readTokenizer(c.File)
	default:
		if t.words, err = learn(t.texts(t.counting(run.Until(ctx, t.corpus.Dialogues(dialog.Train)), &counted)), c); err != nil {
			err = fmt.Errorf("learning the tokens of %s: %w", t.Config.Corpus, err)
		}
	}
	return counted, err
}

// counting counts the dialogues that pass, and reports them.
func (t *Training) counting(dialogues iter.Seq2[dialog.Dialogue, error], n *int) iter.Seq2[dialog.Dialogue, error] {
	report := func(total int) {
		if t.options.Reading != nil {
			t.options.Reading("learning the tokens", *n, total)
		}
	}
	return func(yield func(dialog.Dialogue, error) bool) {
		defer func() { report(*n) }()
		for d, err := range dialogues {
			if !yield(d, err) || err != nil {
				return
			}
			*n++
			report(0)
		}
	}
}

// learn makes a tokenizer from texts.
func learn(texts iter.Seq2[string, error], c config.Tokenizer) (tokenize.Tokenizer, error) {
	if c.Kind == config.ByteLevel {
		return tokenize.TrainBPE(texts, tokenize.BPEOptions{Lower: c.Lower, Size: c.Size, MinCount: c.MinCount})
	}
	split := tokenize.Punct
	if c.Split == tokenize.Space.String() {
		split = tokenize.Space
	}
	return tokenize.TrainWords(texts, tokenize.Options{Split: split, Lower: c.Lower, Size: c.Size, MinCount: c.MinCount})
}

// readTokenizer reads somebody's tokenizer.json.
func readTokenizer(path string) (tokenize.Tokenizer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, config.Error{Err: fmt.Errorf("tokenizer.file: %w", err)}
	}
	defer f.Close()
	t, err := tokenize.Load(f)
	if err != nil {
		return nil, config.Error{Err: fmt.Errorf("tokenizer.file %s: %w", path, err)}
	}
	return t, nil
}

// texts yields the text of every turn and, where the model reads them, of every
// persona.
func (t *Training) texts(dialogues iter.Seq2[dialog.Dialogue, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for d, err := range dialogues {
			if err != nil {
				yield("", err)
				return
			}
			for _, turn := range d.Turns {
				if !yield(turn.Text, nil) {
					return
				}
			}
			if t.Config.Model.Context.Persona && !(yield(d.Labels[dialog.PersonaLabel], nil) && yield(d.Labels[dialog.PartnerLabel], nil)) {
				return
			}
		}
	}
}

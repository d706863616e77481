package run

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// tokenizer learns the tokens of the training split, whose dialogues it counts,
// or reads those of the run or of the configuration.
func (s *Session) tokenizer(ctx context.Context) (counted int, err error) {
	switch c := s.Config.Tokenizer; {
	case !s.fresh():
		s.Tokenizer, err = files{os.DirFS(s.Dir), s.Dir}.tokenizer()
	case s.Config.Init != "":
		s.Tokenizer, err = files{os.DirFS(s.Config.Init), s.Config.Init}.tokenizer()
	case c.Kind == config.FromFile:
		s.Tokenizer, err = readTokenizer(c.File)
	default:
		if s.Tokenizer, err = learn(s.texts(s.counting(until(ctx, s.corpus.Dialogues(dialog.Train)), &counted)), c); err != nil {
			err = fmt.Errorf("learning the tokens of %s: %w", s.Config.Corpus, err)
		}
	}
	return counted, err
}

// counting counts the dialogues that pass, and reports them.
func (s *Session) counting(dialogues iter.Seq2[dialog.Dialogue, error], n *int) iter.Seq2[dialog.Dialogue, error] {
	report := func(total int) {
		if s.Reading != nil {
			s.Reading("learning the tokens", *n, total)
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
func (s *Session) texts(dialogues iter.Seq2[dialog.Dialogue, error]) iter.Seq2[string, error] {
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
			if s.Config.Model.Context.Persona && !(yield(d.Labels[dialog.PersonaLabel], nil) && yield(d.Labels[dialog.PartnerLabel], nil)) {
				return
			}
		}
	}
}

// tokenizerFile is the content of tokenizer.json.
func (r *Run) tokenizerFile() ([]byte, error) {
	t, ok := r.Tokenizer.(io.WriterTo)
	if !ok {
		return nil, fmt.Errorf("a tokenizer of type %T cannot be saved", r.Tokenizer)
	}
	var b bytes.Buffer
	if _, err := t.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("encoding the tokenizer: %w", err)
	}
	return b.Bytes(), nil
}

// writeTokenizer writes tokenizer.json.
func (s *Session) writeTokenizer() error {
	b, err := s.tokenizerFile()
	if err != nil {
		return err
	}
	return s.dir.WriteFile(rundir.TokenizerFile, b)
}

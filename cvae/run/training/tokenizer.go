package training

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/tokenize"
)

// learn makes the tokenizer and the labels in one pass over the training split,
// whose dialogues it counts, or reads those that there are.
func (t *Training) learn(ctx context.Context) (counted int, err error) {
	if err := t.readLearnt(); err != nil {
		return 0, err
	}
	c, what := newCensus(t.Config.Model.Condition), "tokens"
	isLabelled := t.labels == nil && c.wanted.On()
	if t.words != nil {
		if !isLabelled {
			return 0, nil
		}
		what = "labels"
	}
	dialogues := t.counting(run.Until(ctx, t.corpus.Dialogues(dialog.Train)), "learning the "+what, &counted)
	if isLabelled {
		dialogues = c.watching(dialogues)
	}
	if t.words == nil {
		t.words, err = t.learnTokens(ctx, t.texts(dialogues))
	} else {
		for _, err = range dialogues {
		}
	}
	if rare := (tokenize.RareError{}); errors.As(err, &rare) && rare.Least > 1 {
		return counted, config.Error{Err: setting.Refuse("tokenizer.min_count", "is %d, and no word of the training split of %s occurs so often; lower it", rare.Least, t.corpus.Name())}
	}
	if err != nil {
		return counted, fmt.Errorf("learning the %s of %s: %w", what, t.corpus.Name(), err)
	}
	if isLabelled {
		err = t.takeLabels(c)
	}
	return counted, err
}

// readLearnt reads the tokenizer and the labels of a run that goes on, and the
// tokenizer that the configuration names.
func (t *Training) readLearnt() (err error) {
	switch c := t.Config.Tokenizer; {
	case !t.fresh():
		if t.words, err = run.ReadTokenizer(t.options.Out, t.origin); err == nil {
			t.labels, err = run.ReadLabels(t.options.Out, t.Config.Model.Condition, t.origin)
		}
	case t.Config.Init != "":
		t.words, err = run.StartOf(t.Config.Init).Tokenizer(t.first.Origin)
	case c.Kind == config.FromFile:
		t.words, err = readTokenizer(c.File)
	}
	return err
}

// counting counts the dialogues that pass, and reports them as what is done.
func (t *Training) counting(dialogues iter.Seq2[dialog.Dialogue, error], what string, n *int) iter.Seq2[dialog.Dialogue, error] {
	report := func(total int) {
		if t.options.Reading != nil {
			t.options.Reading(what, *n, total)
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

// Merging is what Options.Reading is told while a byte-pair encoding is learnt; it counts merges, not dialogues.
const Merging = "merging tokens"

// learnTokens makes a tokenizer from texts. It warns where words are none.
func (t *Training) learnTokens(ctx context.Context, texts iter.Seq2[string, error]) (tokenize.Tokenizer, error) {
	c := t.Config.Tokenizer
	if c.Kind == config.ByteLevel {
		merged := func(done, most int) error {
			if t.options.Reading != nil {
				t.options.Reading(Merging, done, most)
			}
			return context.Cause(ctx)
		}
		return tokenize.TrainBPE(texts, tokenize.BPEOptions{Lower: c.Lower, Size: c.Size, MinCount: c.MinCount, Merged: merged})
	}
	split := tokenize.Punct
	if c.Split == tokenize.Space.String() {
		split = tokenize.Space
	}
	seen, read := corpora.NewScripts(), 0
	words, err := tokenize.TrainWords(scripted(texts, seen, &read), tokenize.Options{Split: split, Lower: c.Lower, Size: c.Size, MinCount: c.MinCount})
	if unspaced := seen.Unspaced(); unspaced != "" && err == nil {
		if read > mostScripted {
			unspaced = fmt.Sprintf("of the first %d turns, %s", mostScripted, unspaced)
		}
		t.Warnings = append(t.Warnings, unspaced)
	}
	return words, err
}

// mostScripted is how many texts tell in what scripts a corpus is.
const mostScripted = 10000

// scripted counts the texts that pass, and the scripts of the first ones.
func scripted(texts iter.Seq2[string, error], s *corpora.Scripts, n *int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for text, err := range texts {
			if *n++; *n <= mostScripted {
				s.Add(text)
			}
			if !yield(text, err) {
				return
			}
		}
	}
}

// readTokenizer reads somebody's tokenizer.json.
func readTokenizer(path string) (tokenize.Tokenizer, error) {
	f, _, err := regular.Open(path)
	if err != nil {
		return nil, config.Error{Err: setting.Of("tokenizer.file", fmt.Errorf("tokenizer.file: %w", err))}
	}
	defer f.Close()
	if kind := regular.Packed(regular.Head(path)); kind != "" {
		return nil, config.Error{Err: setting.Refuse("tokenizer.file", "%s: %w", path, regular.ErrPacked(kind))}
	}
	t, err := tokenize.Load(f)
	if err != nil {
		return nil, config.Error{Err: setting.Refuse("tokenizer.file", "%s: %w", path, err)}
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

// A Learnt is a file that a run learns from its corpus.
type Learnt struct {
	Content []byte
	SHA256  string
}

// Learn learns the tokenizer and the labels of a configuration again, by the names of
// their files in a run.
func Learn(ctx context.Context, c config.Config) (map[string]Learnt, error) {
	t := &Training{Config: c}
	if _, err := t.Config.Resolve(); err != nil {
		return nil, config.Error{Err: err}
	}
	if err := errors.Join(t.openCorpus(), t.check()); err != nil {
		return nil, err
	}
	if _, err := t.learn(ctx); err != nil {
		return nil, err
	}
	learnt := map[string]Learnt{}
	words, err := run.MarshalTokenizer(t.words)
	if err != nil {
		return nil, err
	}
	learnt[rundir.TokenizerFile] = Learnt{words, run.Fingerprint(words)}
	if t.labels != nil {
		labels, err := run.MarshalLabels(t.labels)
		if err != nil {
			return nil, err
		}
		learnt[rundir.LabelsFile] = Learnt{labels, run.Fingerprint(labels)}
	}
	return learnt, nil
}

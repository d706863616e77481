package run

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tokenize"
)

// A language is the model of p(x) that ranks replies.
type language struct {
	*Run
	same bool // its tokens are those of the run
}

// UseLM makes a run of a language model the one that ranks the replies of r, in place of
// the one that r may hold. Closing r closes it.
func (r *Run) UseLM(lm *Run) error {
	l, err := r.ranking(lm)
	if err != nil {
		return err
	}
	r.lmMu.Lock()
	defer r.lmMu.Unlock()
	r.lm = l
	return nil
}

// ranking refuses a run that is no language model for r.
func (r *Run) ranking(lm *Run) (*language, error) {
	if !lm.Latent().None() || lm.model.Reads() {
		return nil, fmt.Errorf("%s is a run of method %s; ln p(x) is that of a run of method lm, which has neither a context nor a latent", lm.Dir, lm.Config.Method)
	}
	if n, most := r.Config.Model.Decoder.Tokens, lm.model.LongestResponse(); most > 0 && most < n {
		return nil, fmt.Errorf("the language model %s takes responses of %d tokens, and %s says %d; train it with --set decoder.tokens=%d", lm.Dir, most, r.Dir, n, n)
	}
	mine, err := MarshalTokenizer(r.Tokenizer)
	if err != nil {
		return nil, err
	}
	its, err := MarshalTokenizer(lm.Tokenizer)
	if err != nil {
		return nil, err
	}
	return &language{lm, bytes.Equal(mine, its)}, nil
}

// language is the model of p(x): the one in use, or the run in the folder lm of r, which
// is opened when it is first needed.
func (r *Run) language() (*language, error) {
	r.lmMu.Lock()
	defer r.lmMu.Unlock()
	if r.lm != nil {
		return r.lm, nil
	}
	if _, err := fs.Stat(r.files, rundir.LMDir+"/"+rundir.ConfigFile); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: rank joint is ln p(x|z,c) − λ·ln p(x), and %s has %w for p(x); %s", ErrRequest, r.Dir, dialog.ErrNoLM, r.lmAdvice())
	}
	inner, err := fs.Sub(r.files, rundir.LMDir)
	if err != nil {
		return nil, fmt.Errorf("opening the language model of %s: %w", r.Dir, err)
	}
	lm, err := open(files{FS: inner, dir: r.files.path(rundir.LMDir)}, r.model.Team().Threads())
	if err != nil {
		return nil, err
	}
	if r.lm, err = r.ranking(lm); err != nil {
		lm.Close()
	}
	return r.lm, err
}

var _ dialog.Ranker = (*Run)(nil)

// CheckRank implements dialog.Ranker.
func (r *Run) CheckRank(k dialog.Rank) error {
	if k.Lambda == 0 || r.ranksItself() {
		return nil
	}
	_, err := r.language()
	return err
}

// lmAdvice says how to have a language model.
func (r *Run) lmAdvice() string {
	return fmt.Sprintf("train one beside it by cvae train --method lm --init %s --corpus %s --out %s, name another by --lm, or leave p(x) out by --lambda 0", safe.Argument(r.Dir), safe.Argument(r.Config.Corpus), safe.Argument(r.files.path(rundir.LMDir)))
}

// answered is the reply to a question of which these sequences were drawn, and those of
// them that are in it.
func (r *Run) answered(p prepared, sequences []decode.Sequence, from decode.Beginning) (dialog.Reply, []decode.Sequence, error) {
	if p.ranked == 0 {
		return r.reply(p, sequences, from), sequences, nil
	}
	scored, err := r.scored(p.Rank.Lambda, sequences, from.Z)
	if err != nil {
		return dialog.Reply{}, nil, err
	}
	texts, scores := make([]string, len(sequences)), make([]float64, len(sequences))
	for i, s := range sequences {
		texts[i], scores[i] = r.Tokenizer.Text(s.Tokens), scored[i].Score
	}
	order := dialog.Best(p.ranked, texts, scores)
	chosen, width, z := make([]decode.Sequence, len(order)), len(from.Z)/len(sequences), []float32(nil)
	for at, i := range order {
		chosen[at], z = sequences[i], append(z, from.Z[i*width:(i+1)*width]...)
	}
	from.Z = z
	reply := r.reply(p, chosen, from)
	for at, i := range order {
		reply.Responses[at].Ranked = &scored[i]
	}
	return reply, chosen, nil
}

// scored is the joint rank of every sequence with its z (N,Z).
func (r *Run) scored(lambda float64, sequences []decode.Sequence, z []float32) ([]dialog.Ranked, error) {
	out := make([]dialog.Ranked, len(sequences))
	for i, s := range sequences {
		out[i].Score = s.LogProb
	}
	if lambda == 0 {
		return out, nil
	}
	marginal, err := r.marginal(sequences, z)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].LM = &marginal[i]
		out[i].Score -= lambda * marginal[i]
	}
	return out, nil
}

// marginal is ln p(x) of every sequence, in nats: that of the language model, or of the
// built-in model, where none was named, over usual contexts.
func (r *Run) marginal(sequences []decode.Sequence, z []float32) ([]float64, error) {
	if r.ranksItself() {
		return r.overUsual(sequences, z)
	}
	lm, err := r.language()
	if err != nil {
		return nil, err
	}
	return lm.logProbs(r.Tokenizer, sequences)
}

// ranksItself reports whether the model stands for its own language model.
func (r *Run) ranksItself() bool {
	r.lmMu.Lock()
	defer r.lmMu.Unlock()
	return r.lm == nil && r.Dir == BuiltinName
}

// lmRows is how many responses are scored at once.
const lmRows = 64

// logProbs is ln p(x) of every sequence, in nats; like their LogProb that of one without
// </s> has no term for it.
func (l *language) logProbs(t tokenize.Tokenizer, sequences []decode.Sequence) ([]float64, error) {
	targets := make([][]int32, len(sequences))
	for i, s := range sequences {
		ids := s.Tokens
		if !l.same {
			var err error
			if ids, err = l.Tokenizer.Encode(t.Text(s.Tokens)); err != nil {
				return nil, fmt.Errorf("reading a response by the language model %s: %w", l.Dir, err)
			}
			if most := l.model.LongestResponse(); most > 0 {
				ids = ids[:min(len(ids), most-1)]
			}
		}
		targets[i] = append(targets[i], ids...)
		if s.Finished || len(ids) == 0 {
			targets[i] = append(targets[i], tokenize.End)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []float64
	for at := 0; at < len(targets); at += lmRows {
		b := &dialog.Batch{Target: targets[at:min(len(targets), at+lmRows)]}
		for _, nll := range l.model.Distortion(b, cvae.Contexts[float32]{}, nil) {
			out = append(out, -nll)
		}
	}
	return out, nil
}

package cvae_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// TestWrongBatches are refused with an error, and the graph works afterwards.
func TestWrongBatches(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	m := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.PureGo)
	good := cvaetest.Batch(c)
	contextless := *good
	contextless.Context, contextless.Floor = good.Context[:4], good.Floor[:4]
	unread, unsaid := *good, *good
	unread.Encoded = append([][]int32{{cvaetest.Vocabulary, 3}}, good.Encoded[1:]...)
	unsaid.Target = append([][]int32{{cvaetest.Vocabulary}}, good.Target[1:]...)
	empty := *good
	empty.Encoded = append([][]int32{{}}, good.Encoded[1:]...)
	training := graph(t, m, cvaetest.Rows)
	for what, b := range map[string]*dialog.Batch{
		"too few":               randomBatch(c, 4, cvaetest.Vocabulary, 1),
		"too many":              randomBatch(c, 6, cvaetest.Vocabulary, 1),
		"no batch at all":       {},
		"a context is missing":  &contextless,
		"an unknown word read":  &unread,
		"an unknown word said":  &unsaid,
		"an empty encoder text": &empty,
	} {
		for pass, run := range map[string]func(*dialog.Batch) error{
			"training": func(b *dialog.Batch) error { _, err := training.Run(b, cvae.Draws{}, 1); return err },
			"scoring":  func(b *dialog.Batch) error { _, err := m.Score(b, cvae.Draws{}); return err },
		} {
			if pass == "scoring" && strings.HasPrefix(what, "too ") {
				continue // it takes batches of any size
			}
			if err := run(b); err == nil {
				t.Errorf("%s: %s accepts it", what, pass)
			} else if strings.Contains(err.Error(), "PC ") || len(err.Error()) > 140 {
				t.Errorf("%s: %s says %v", what, pass, err)
			}
			if err := run(good); err != nil {
				t.Errorf("%s: %s is broken afterwards: %v", what, pass, err)
			}
		}
	}
}

// TestGraphSizes that make no batch are refused.
func TestGraphSizes(t *testing.T) {
	m := cvaetest.New[float32](t, cvaetest.Configs()["dialogue gru"], cvae.Parts{}, kernel.PureGo)
	for _, n := range []int{0, -1} {
		if _, err := tried(func() (*cvae.Graph[float32], error) { return m.TrainingGraph(n) }); err == nil || strings.HasPrefix(err.Error(), "panic") {
			t.Errorf("a graph for %d examples: %v", n, err)
		}
	}
}

// tried turns a panic into an error that says so.
func tried[R any](f func() (R, error)) (r R, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// TestValidate refuses shapes, naming the key.
func TestValidate(t *testing.T) {
	for key, change := range map[string]func(*cvae.Config){
		"mode":                 func(c *cvae.Config) { c.Mode = "song" },
		"encoder.cell":         func(c *cvae.Config) { c.Encoder.Cell = "rnn" },
		"decoder.kind":         func(c *cvae.Config) { c.Decoder.Kind = "hmm" },
		"encoder.pool":         func(c *cvae.Config) { c.Encoder.Pool = "middle" },
		"decoder.dilations":    func(c *cvae.Config) { c.Decoder.Kind, c.Decoder.Dilations = "cnn", []int{1, 0} },
		"decoder.heads":        func(c *cvae.Config) { c.Decoder.Kind, c.Decoder.Heads = "transformer", 3 },
		"decoder.positions":    func(c *cvae.Config) { c.Decoder.Kind, c.Decoder.Positions = "transformer", "random" },
		"decoder.activation":   func(c *cvae.Config) { c.Decoder.Kind, c.Decoder.Activation = "transformer", "elu" },
		"decoder.blocks is":    func(c *cvae.Config) { c.Decoder.Kind, c.Decoder.Blocks = "transformer", -1 },
		"of decoder.kind tran": func(c *cvae.Config) { c.Decoder.FeedForward = 9 },
		"of decoder.kind cnn":  func(c *cvae.Config) { c.Decoder.Dilations = []int{1, 2} },
		"decoder.cell":         func(c *cvae.Config) { c.Decoder.Cell = "rnn" },
		"encoder.embedding":    func(c *cvae.Config) { c.Encoder.Embedding = 0 },
		"encoder.hidden":       func(c *cvae.Config) { c.Encoder.Hidden = -1 },
		"decoder.hidden":       func(c *cvae.Config) { c.Decoder.Hidden = 1 << 20 },
		"decoder.tokens":       func(c *cvae.Config) { c.Decoder.Tokens = 1 },
		"decoder.bag_of_words": func(c *cvae.Config) { c.Decoder.BagOfWords = 0 },
		"latent.dim":           func(c *cvae.Config) { c.Latent.Dim = 0 },
		"latent.prior":         func(c *cvae.Config) { c.Latent.Prior = -1 },
		"latent.recognition":   func(c *cvae.Config) { c.Latent.Recognition = -5 },
		"context.hidden":       func(c *cvae.Config) { c.Context.Hidden = 0 },
		"context.turns":        func(c *cvae.Config) { c.Context.Turns = 0 },
		"context.tokens":       func(c *cvae.Config) { c.Context.Tokens = 1 },
		"decoder.dropout_in":   func(c *cvae.Config) { c.Decoder.DropoutIn = 1 },
		"decoder.dropout_out":  func(c *cvae.Config) { c.Decoder.DropoutOut = math.NaN() },
		"init.weights":         func(c *cvae.Config) { c.Init.Weights = math.NaN() },
		"init.embedding":       func(c *cvae.Config) { c.Init.Embedding = 0 },
	} {
		c := cvaetest.Configs()["dialogue gru"]
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestTextNeedsNoContext settings.
func TestTextNeedsNoContext(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	c.Mode, c.Context = cvae.Text, cvae.Context{}
	if err := c.Validate(); err != nil || c.Window().Turns != 0 {
		t.Errorf("%v, window %+v", err, c.Window())
	}
}

// A method is a posterior made of one function.
type posterior struct {
	cvae.GaussianPosterior
	infer func(*cvae.Scope, cvae.Features) (*G.Node, error)
}

func (p posterior) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	code, err := p.GaussianPosterior.Infer(s, f)
	if err != nil {
		return code, err
	}
	_, err = p.infer(s, f)
	return code, err
}

// TestMethodErrors surface from New as one sentence.
func TestMethodErrors(t *testing.T) {
	own := errors.New("the method refuses")
	for word, infer := range map[string]func(*cvae.Scope, cvae.Features) (*G.Node, error){
		own.Error(): func(*cvae.Scope, cvae.Features) (*G.Node, error) { return nil, own },
		"twice": func(s *cvae.Scope, _ cvae.Features) (*G.Node, error) {
			s.Param("twice", 2, 0)
			return s.Param("twice", 3, 0), s.Err()
		},
		"state": func(s *cvae.Scope, _ cvae.Features) (*G.Node, error) {
			s.Buffer("state", 2, 0)
			return s.Buffer("state", 3, 0).Node, s.Err()
		},
		"+": func(s *cvae.Scope, f cvae.Features) (*G.Node, error) {
			sum := s.Add(f.Raw.Mean, s.Param("other", 17, 0))
			s.Observe("sum", s.Exp(s.Stop(s.AtMost(s.Sample(cvae.Gaussian{Mean: sum, LogVar: sum}, sum), 1))))
			return sum, s.Err()
		},
	} {
		c := cvaetest.Configs()["text"]
		team, err := kernel.NewTeam(1, kernel.PureGo)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tried(func() (*cvae.Model[float32], error) {
			return cvae.New[float32](c, 9, cvae.Parts{Posterior: posterior{infer: infer}}, 1, team)
		})
		team.Close()
		if err == nil || !strings.Contains(err.Error(), word) || strings.HasPrefix(err.Error(), "panic") {
			t.Errorf("%s: %v", word, err)
		}
	}
}

// TestBagOfWordsNeedsSomething to predict words from.
func TestBagOfWordsNeedsSomething(t *testing.T) {
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	p := cvae.Parts{NoLatent: true, NoContext: true, Decoder: cvae.DecoderOptions{BagOfWords: 1}}
	if _, err := cvae.New[float32](cvaetest.Configs()["text"], 9, p, 1, team); err == nil {
		t.Error("a bag of words of nothing")
	}
}

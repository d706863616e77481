// Command torch writes what a run makes of pairs of its corpus, for check.py to compare
// with what the exported model makes of them in PyTorch.
//
//	cvae export RUN OUT
//	go run ./.ci/torch RUN 200 [CORPUS] > vectors.json
//	python3 .ci/torch/check.py OUT vectors.json
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// A vector is one pair and what the run makes of it.
type vector struct {
	Context  []string     `json:"context"`
	Response string       `json:"response"`
	IDs      []int32      `json:"ids"`      // of the response, uncut
	Mean     dialog.Block `json:"mean"`     // of what z is drawn from
	Std      dialog.Block `json:"std"`      //
	Z        dialog.Block `json:"z"`        // a draw
	KL       float64      `json:"kl"`       // KL(q‖p), nats
	LogProb  float64      `json:"log_prob"` // ln p(x|z,c), nats
}

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "torch: "+err.Error())
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) < 2 || len(args) > 3 {
		return errors.New("it is: go run ./.ci/torch RUN PAIRS [CORPUS]")
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	r, err := run.Open(args[0], 1)
	if err != nil {
		return err
	}
	defer r.Close()
	var source run.Source
	if len(args) > 2 {
		source.Corpus = args[2]
	}
	vectors, err := vectorsOf(r, n, source)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(vectors)
}

// vectorsOf is those of the first n pairs of the test split of the corpus.
func vectorsOf(r *run.Run, n int, source run.Source) (vectors []vector, err error) {
	corpus, err := r.OpenCorpus(source)
	if err != nil {
		return nil, err
	}
	for d, err := range corpus.Dialogues(dialog.Test) {
		if err != nil {
			return nil, err
		}
		for i, turn := range d.Turns {
			p := run.Pair{Response: turn.Text}
			if !r.Sentences() {
				if i == 0 {
					continue
				}
				for _, before := range d.Turns[:i] {
					p.Context = append(p.Context, before.Text)
				}
			}
			v, err := vectorOf(r, p, uint64(len(vectors)))
			if err != nil {
				return nil, err
			}
			if vectors = append(vectors, v); len(vectors) == n {
				return vectors, nil
			}
		}
	}
	return vectors, nil
}

func vectorOf(r *run.Run, p run.Pair, seed uint64) (v vector, err error) {
	ctx := context.Background()
	v.Context, v.Response = append([]string{}, p.Context...), p.Response
	if v.IDs, err = r.Tokenizer.Encode(p.Response); err != nil {
		return v, err
	}
	e, err := r.Encode(ctx, p, seed)
	if err != nil {
		return v, err
	}
	v.Mean, v.Std, v.Z, v.KL = e.Mean, e.Std, e.Z, e.KL
	v.LogProb, _, err = r.Likelihood(ctx, p, e.Z)
	return v, err
}

package training_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog"
)

// A model of dialogues that the program has in memory. The run is pinned to the file that they
// are saved to, so that every command knows its corpus. The settings are those of cvae train; a real
// run leaves out the limits.
func Example() {
	answers := []string{"Yes, very much.", "No, not really.", "Maybe later."}
	var dialogues []dialog.Dialogue
	for i := range 90 {
		answer := answers[i%len(answers)]
		dialogues = append(dialogues, dialog.Dialogue{Turns: []dialog.Turn{{Speaker: "a", Text: "Do you like tea?"}, {Speaker: "b", Text: answer}}})
	}
	dir, err := os.MkdirTemp("", "cvae-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx, file, out := context.Background(), filepath.Join(dir, "dialogues.jsonl"), filepath.Join(dir, "run")
	if err := corpora.SaveJSONL(file, dialogues); err != nil {
		log.Fatal(err)
	}
	c, err := config.Defaults("tiny")
	if err != nil {
		log.Fatal(err)
	}
	c.Corpus, c.Method = file, "bn"
	c.MaxSteps, c.Optimiser.LearningRate = 300, 0.01
	t, err := training.Prepare(ctx, c, training.Options{Out: out})
	if err != nil {
		log.Fatal(err)
	}
	defer t.Close()
	err = t.Train(ctx)
	if err != nil {
		log.Fatal(err)
	}
	q := dialog.Request{Context: []string{"Do you like tea?"}, Sampling: dialog.DefaultSampling()}
	reply, err := t.Run().Respond(ctx, q, nil)
	if err != nil {
		log.Fatal(err)
	}
	learnt := 0
	for _, answer := range reply.Responses {
		if slices.Contains(answers, answer.Text) {
			learnt++
		}
	}
	fmt.Printf("%d replies, %d of them are answers of the dialogues\n", len(reply.Responses), learnt)
	// Output: 5 replies, 5 of them are answers of the dialogues
}

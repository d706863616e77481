package run_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// Five replies of the model that is part of the program; run.Open("path", 0) opens one of
// your own. Each reply has a z of its own and is decoded greedily.
func Example() {
	r, err := run.OpenBuiltin(0)
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	q := dialog.Request{Context: []string{"Have you seen a good movie?"}, Sampling: dialog.DefaultSampling()}
	reply, err := r.Respond(context.Background(), q, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, answer := range reply.Responses {
		fmt.Println(answer.Text)
	}
	// Output:
	// No I haven't. I'm not a fan of it.
	// No I haven't seen it yet.
	// No I haven't seen it yet, but I'm sure it's amazing.
	// No, I haven't seen it, but I'm not sure.
	// Yes, I have seen it.
}

// A reply is told word by word as it is decoded. The callback runs in the goroutine of the
// caller, and Text is the whole reply so far.
func ExampleRun_Respond_streaming() {
	r, err := run.OpenBuiltin(0)
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	q := dialog.Request{Context: []string{"Thank you!"}, Sampling: dialog.DefaultSampling()}
	q.N = 1
	shown := ""
	_, err = r.Respond(context.Background(), q, func(d dialog.Delta) {
		fmt.Println(strings.TrimSpace(strings.TrimPrefix(d.Text, shown)))
		shown = d.Text
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// You
	// '
	// re
	// welcome
	// !
	// Do
	// you
	// have
	// a
	// favorite
	// ?
}

// Latents: what the recognition network makes of a response, the z that it stands for decoded
// again, and one half way to the mean of the prior.
func ExampleRun_Encode() {
	r, err := run.OpenBuiltin(0)
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	ctx, said := context.Background(), []string{"Shall we order pizza tonight?"}
	code, err := r.Encode(ctx, run.Pair{Context: said, Response: "What would you like on yours, so we can share?"}, 1)
	if err != nil {
		log.Fatal(err)
	}
	half := make([]float32, len(code.Mean[0]))
	q := dialog.Request{Context: said, Sampling: dialog.DefaultSampling(), Z: []dialog.Block{code.Mean}}
	first, err := r.Respond(ctx, q, nil)
	if err != nil {
		log.Fatal(err)
	}
	for d, v := range code.Mean[0] {
		half[d] = (v + first.PriorMean[0][d]) / 2
	}
	q.Z = []dialog.Block{{half}}
	second, err := r.Respond(ctx, q, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d dimensions, KL %.1f nats\n", len(half), code.KL)
	fmt.Println(first.Responses[0].Text)
	fmt.Println(second.Responses[0].Text)
	// Output:
	// 16 dimensions, KL 4.4 nats
	// Sure, what's your favorite song?
	// Sure, I'll try to be here.
}

package main

import "github.com/cvae-go/cvae/dialog"

// A replyReport is the JSON of one context and its responses.
type replyReport struct {
	Context   []string         `json:"context"`
	Seed      uint64           `json:"seed"`
	Distinct  int              `json:"distinct"`
	Responses []responseReport `json:"responses"`
	Latent    latentReport     `json:"latent"`
}

type responseReport struct {
	Text    string   `json:"text"`
	LogProb float64  `json:"log_prob"` // untruncated ln p(x|z,c), nats
	Tokens  []string `json:"tokens"`
	// Z and PriorDistance are null without a latent.
	Z             dialog.Block `json:"z"`
	PriorDistance *float64     `json:"prior_distance"`
}

// latentReport is the prior p(z|c), null without a latent.
type latentReport struct {
	PriorMean dialog.Block `json:"prior_mean"`
	PriorStd  dialog.Block `json:"prior_std"`
}

func jsonReply(r dialog.Reply) replyReport {
	out := replyReport{
		Context: append([]string{}, r.Context...), Seed: r.Seed, Distinct: r.Distinct, Responses: []responseReport{},
		Latent: latentReport{PriorMean: r.PriorMean, PriorStd: r.PriorStd},
	}
	for _, a := range r.Responses {
		answer := responseReport{Text: a.Text, LogProb: a.LogProb, Tokens: append([]string{}, a.Tokens...), Z: a.Z}
		if a.Z != nil {
			answer.PriorDistance = &a.PriorDistance
		}
		out.Responses = append(out.Responses, answer)
	}
	return out
}

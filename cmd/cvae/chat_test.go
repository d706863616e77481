package main

import (
	"testing"

	"github.com/cvae-go/cvae/dialog"
)

func TestChatOptions(t *testing.T) {
	same(t, optionsOf(t, newChat), chatOptions{Reply: replyOptions{Sampling: dialog.DefaultSampling()}})
	same(t, optionsOf(t, newChat, "r", "-n", "3", "--temperature", "0.7", "--top-p", "0.9", "--top-k", "40", "--prior-scale", "2",
		"--seed", "9", "--threads", "2", "--resume", "2026", "--list", "--plain", "--json"), chatOptions{
		Reply:  replyOptions{Path: "r", Sampling: dialog.Sampling{N: 3, Temperature: 0.7, TopP: 0.9, TopK: 40, PriorScale: 2, Seed: 9}, Tempered: true, JSON: true, Threads: 2},
		Resume: "2026", List: true, Plain: true, Given: true,
	})
}

package main

import "testing"

func TestChatOptions(t *testing.T) {
	same(t, optionsOf(t, newChat), chatOptions{Reply: replyOptions{N: 5, TopP: 1, PriorScale: 1, Seed: 1}})
	warm := 0.7
	same(t, optionsOf(t, newChat, "r", "-n", "3", "--temperature", "0.7", "--top-p", "0.9", "--top-k", "40", "--prior-scale", "2",
		"--seed", "9", "--threads", "2", "--resume", "2026", "--list", "--plain", "--json"), chatOptions{
		Reply:  replyOptions{Path: "r", N: 3, Temperature: &warm, TopP: 0.9, TopK: 40, PriorScale: 2, Seed: 9, JSON: true, Threads: 2},
		Resume: "2026", List: true, Plain: true, Given: true,
	})
}

package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/run"
)

func TestReportOptions(t *testing.T) {
	want := reportOptions{Paths: []string{"r"}, Collect: report.Defaults(), Split: "test"}
	same(t, optionsOf(t, newReport, "r"), want)
	got := optionsOf(t, newReport, strings.Fields(`a b --out o -n 4 --max-contexts 7 --vectors v --labels l --lm-steps 9 --corpus c --format jsonl
		--split valid --seed 3 --json --csv --latex --threads 2`)...)
	want = reportOptions{Paths: []string{"a", "b"}, Split: "valid", JSON: true, Sheets: sheets{CSV: true, LaTeX: true}, Collect: report.Options{
		Out: "o", Samples: 4, MaxContexts: 7, Vectors: "v", Label: "l", LMSteps: 9, Source: run.Source{Corpus: "c", Reading: config.Reading{Format: "jsonl"}}, Split: "test", Seed: 3, Threads: 2}}
	same(t, got, want)
}

func TestProbeOptions(t *testing.T) {
	same(t, optionsOf(t, newProbe, "r"), probeOptions{Path: "r", Draws: 5, Seed: 1})
	same(t, optionsOf(t, newProbe, strings.Fields("r --labels l --corpus c --format labelled --draws 2 --seed 3 --json --threads 1")...),
		probeOptions{Path: "r", Labels: "l", From: source{Corpus: "c", Reading: config.Reading{Format: "labelled"}}, Draws: 2, Seed: 3, JSON: true, Threads: 1})
}

// The keys of a row are the contract of DESIGN 8, the same with and without a
// latent.
func TestReportKeys(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	want := strings.Fields(`run method decoding contexts responses_per_context tokens distinct dist dist.1 dist.2 dist.3
		intra_dist intra_dist.1 intra_dist.2 intra_dist.3 inter_dist inter_dist.1 inter_dist.2 inter_dist.3
		entropy entropy.1 entropy.2 entropy.3 entropy.4 self_bleu gram gram.token gram.token.2 gram.token.3 gram.token.4
		gram.type gram.type.2 gram.type.3 gram.type.4 bleu bleu.precision bleu.recall bleu.f1
		bleu_plain bleu_plain.precision bleu_plain.recall bleu_plain.f1
		embedding embedding.raw embedding.raw.average embedding.raw.extrema embedding.raw.greedy
		embedding.cos01 embedding.cos01.average embedding.cos01.extrema embedding.cos01.greedy
		lm_ppl rec_ppl mpd coherence length_mean`)
	slices.Sort(want)
	for _, method := range []string{"bn", "seq2seq"} {
		called(t, "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", method, "--method", method)
		var value struct {
			Runs []map[string]any `json:"runs"`
		}
		if err := json.Unmarshal([]byte(called(t, "report", method, "--out", method+"-report", "-n", "2", "--max-contexts", "2", "--lm-steps", "1", "--json")), &value); err != nil {
			t.Fatal(err)
		}
		for _, row := range value.Runs {
			if got := slices.Sorted(slices.Values(paths("", row))); !slices.Equal(got, want) {
				t.Errorf("%s: keys\n%q, want\n%q", method, got, want)
			}
		}
	}
}

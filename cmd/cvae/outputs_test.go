package main

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/bench"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/tui/conversation"
)

// keysOf lists the keys of the JSON of a type, those inside lists and maps too.
func keysOf(t reflect.Type, prefix string, list []string) []string {
	marshaler := reflect.TypeFor[json.Marshaler]()
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Array {
		if t.Implements(marshaler) {
			return list
		}
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler) {
		return list
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case name == "" && f.Anonymous:
			list = keysOf(f.Type, prefix, list)
		default:
			if name == "" {
				name = f.Name
			}
			list = append(list, prefix+name)
			list = keysOf(f.Type, prefix+name+".", list)
		}
	}
	return list
}

// outputs are the JSON outputs by the commands that print them.
func outputs() map[string]any {
	return map[string]any{
		"bench train": bench.TrainReport{}, "bench reply": bench.ReplyReport{},
		"chat --list": conversation.Summary{}, "check": checkReport{},
		"compare": struct {
			Results     experiment.Results      `json:"results"`
			Differences []experiment.Difference `json:"differences"`
			Claims      []experiment.Judged     `json:"claims"`
		}{},
		"corpus formats": formatReport{}, "corpus stats": corpora.Stats{}, "corpus show": dialogueReport{}, "corpus convert": convertReport{},
		"eval": eval.Report{}, "experiment committed-rate": experiment.CommittedRates{},
		"interpolate": interpolation{}, "methods": methodReport{},
		"probe": probeResult{}, "probe --factors": run.Factored{}, "reconstruct": reconstruction{},
		"reply": replyReport{}, "reply, a wrong line": faultReport{}, "report": report.Report{}, "score": scoreReport{},
		"train --dry-run": struct {
			training.Plan
			MemoryMB float64 `json:"memory_mb"`
		}{}, "version": versionReport{},
	}
}

// leaves are the keys without keys inside them; those that were measured by eval, or by
// probe --factors, are in its own list.
func leaves(keys []string) (list []string) {
	for _, key := range keys {
		inside := func(other string) bool { return strings.HasPrefix(other, key+".") }
		if !slices.ContainsFunc(keys, inside) && !strings.HasPrefix(key, "models.eval.") && !strings.HasPrefix(key, "models.factors.") {
			list = append(list, key)
		}
	}
	return list
}

// described is what a key holds and its unit: from the table of metrics, or from meanings by the command and
// the key, by the key, or by its last word.
func described(command, key string) (what, unit string, ok bool) {
	for _, name := range []string{command + " " + key, key} {
		if m, ok := meanings[name]; ok {
			return m[0], m[1], true
		}
	}
	if command == "eval" || command == "report" {
		bare := strings.TrimPrefix(key, "runs.")
		for _, m := range report.Table() {
			if bare == m.Key || strings.HasPrefix(bare, m.Key+".") {
				return m.Name, m.Unit, true
			}
		}
	}
	m, ok := meanings[key[strings.LastIndexByte(key, '.')+1:]]
	return m[0], m[1], ok
}

// outputTable is the keys of every command.
func outputTable() string {
	all := outputs()
	rows := [][]string{{"command", "key", "holds", "unit"}}
	for _, command := range slices.Sorted(maps.Keys(all)) {
		for _, key := range leaves(keysOf(reflect.TypeOf(all[command]), "", nil)) {
			what, unit, _ := described(command, key)
			rows = append(rows, []string{"`" + command + "`", "`" + key + "`", what, unit})
		}
	}
	return markdown(rows)
}

// TestOutputsAreDescribed wants words for every key that a command can print, and no words for
// keys that there are not.
func TestOutputsAreDescribed(t *testing.T) {
	used := map[string]bool{}
	for command, value := range outputs() {
		for _, key := range leaves(keysOf(reflect.TypeOf(value), "", nil)) {
			if _, _, ok := described(command, key); !ok {
				t.Errorf("%s: nothing says what %s holds", command, key)
			}
			for _, name := range []string{command + " " + key, key, key[strings.LastIndexByte(key, '.')+1:]} {
				used[name] = true
			}
		}
	}
	for name := range meanings {
		if !used[name] {
			t.Errorf("%s is described, and no command prints it", name)
		}
	}
}

// meanings are what keys hold and their units; a dash is for what has none.
var meanings = map[string][2]string{
	"model_sha256": {"SHA-256 of the file of parameters", "–"}, "corpus_sha256": {"SHA-256 of the content of the corpus", "–"},
	"models.curve.closing": {"the step is of the phase after training, which fits an auxiliary prior", "–"},
	"run":                  {"the folder of the run", "–"}, "corpus": {"the name of the corpus", "–"}, "split": {"train, valid or test", "–"}, "method": {"the method, NAME or NAME+NAME", "–"},
	"seed": {"the seed of all random numbers", "–"}, "name": {"the name", "–"}, "title": {"what it is", "–"}, "source": {"where it comes from", "–"}, "text": {"the text", "–"},
	"examples": {"responses that were measured", "responses"}, "tokens": {"words, </s> included", "tokens"}, "z": {"the latent; a list of lists where every word has its own", "–"},
	"cut": {"it reached its greatest length before its end", "–"}, "loops": {"it says a word three times in a row, or more words twice", "–"},
	"log_prob": {"ln p(x|z,c) of all words, </s> included", "nats per response"}, "context": {"the turns, oldest first", "–"}, "labels": {"labels by their names", "–"},
	"threads": {"worker threads", "threads"}, "workload": {"the workload", "–"}, "gflops": {"speed over the matrix products that are needed", "GFLOP/s"},
	"bench train tokens_per_s": {"response tokens trained on", "tokens per second"}, "ms_per_step": {"median time of a step", "ms"}, "peak_rss_mb": {"peak of the memory of the process", "MiB"},
	"exchange.ranks": {"processes that train together; exchange is null for one", "processes"}, "exchange.exchanges": {"exchanges of a step, in each of which a rank waits for all", "exchanges"}, "exchange.bytes": {"bytes that each rank sent a step", "bytes"},
	"line.latency_ms": {"an exchange of one number between all ranks, median; line is null for one process", "ms"}, "line.mb_per_s": {"what a rank sends while it receives as much", "MB/s"},
	"exchange.moving_ms":  {"time of a step from when all ranks had come to an exchange until its bytes were there, by rank", "ms"},
	"exchange.waiting_ms": {"time of a step until all other ranks had come, by rank", "ms"}, "exchange.behind_ms": {"time of a step that exchanges went on while the rank computed", "ms"},
	"bench reply responses": {"responses to a context", "responses"}, "bench reply tokens": {"words of a response", "tokens"}, "ms_median": {"median time of a request", "ms"},
	"chat --list id": {"the name to resume it by", "–"}, "model": {"the run that answered", "–"}, "started": {"when it began, RFC 3339", "–"}, "exchanges": {"exchanges of all branches", "exchanges"}, "preview": {"its first turn", "–"},
	"file": {"the file", "–"}, "fault": {"what is wrong", "–"}, "cure": {"what helps", "–"}, "repaired": {"whether it was mended", "–"}, "sound": {"whether nothing is wrong, or all of it was mended", "–"},
	"claims.id": {"the number of the claim", "–"}, "verdict": {"what was found", "–"}, "estimate": {"the margin by which it holds, mean over seeds", "that of its measure"}, "interval": {"the 95 % interval", "that of its measure"}, "runs": {"seeds it rests on", "runs"},
	"experiment": {"the experiment", "–"}, "claims.tests.test": {"the comparison that decides", "–"},
	"row": {"the row", "–"}, "than": {"the row it is compared with", "–"}, "measure": {"the measure, a key of eval", "–"}, "mean": {"mean", "that of its measure"}, "differences.examples": {"sentences paired", "sentences"},
	"results.hash": {"SHA-256 of the settings", "–"}, "settings": {"settings by their keys", "–"}, "measures": {"numbers by the keys of eval, and of training", "those of eval"}, "collapses": {"names of the collapses", "–"}, "finished": {"why training ended", "–"},
	"stopped_after": {"when the command ended training", "s"}, "kernels": {"kernel path", "–"}, "minutes": {"time of training", "min"},
	"files.path": {"the file", "–"}, "files.splits": {"its splits", "–"}, "dialogues": {"dialogues", "dialogues"}, "turns": {"turns", "turns"}, "format": {"the format", "–"}, "to": {"the format written, or the second text", "–"},
	"lost.labels": {"dialogues that lose labels", "dialogues"}, "lost.speakers": {"dialogues that lose names", "dialogues"}, "lost.texts": {"dialogues that lose exact characters", "dialogues"}, "skipped": {"malformed lines", "lines"},
	"layout": {"files", "–"}, "licence": {"licence", "–"}, "corpus formats turns": {"dialogues or sentences", "–"}, "corpus show id": {"the name of the dialogue", "–"}, "speaker": {"who speaks", "–"},
	"across": {"copies in several splits", "dialogues"}, "within": {"copies in one split", "dialogues"}, "pairs": {"pairs of a turn and its response", "pairs"}, "types": {"different tokens", "tokens"}, "scripts": {"turns by script of most letters", "turns"},
	"left_out.media": {"messages without text", "messages"}, "left_out.system": {"messages of the program", "messages"}, "left_out.unanswered": {"messages that nobody answered", "messages"}, "left_out.unwanted": {"records that their shape leaves out, such as answers with label false", "records"},
	"max": {"largest", "tokens, or turns"}, "lengths.tokens.mean": {"mean length of a turn", "tokens"}, "lengths.turns.mean": {"mean length of a dialogue", "turns"}, "median": {"median", "tokens, or turns"}, "p95": {"95th percentile", "tokens, or turns"}, "p99": {"99th percentile", "tokens, or turns"},
	"count": {"how many", "–"}, "message": {"what is likely to spoil a result", "–"},
	"alpha": {"correlation of the prior from word to word", "–"}, "committed_rate": {"least KL of any posterior", "nats"}, "posterior": {"points of the posterior's contour", "–"}, "contours.prior": {"points of the prior's contour", "–"}, "variance": {"variance of the posterior", "–"}, "minimum": {"least KL found by search", "nats"}, "rates.steps": {"words", "steps"},
	"from": {"the first text", "–"}, "t": {"place between them, from 0 to 1", "–"}, "cite": {"the paper", "–"}, "config": {"settings of the run that the method has in the place of the preset's, by key", "–"}, "default": {"the default", "–"},
	"active": {"dimensions whose means vary", "dimensions"}, "chance": {"accuracy of guessing", "share"}, "completeness": {"completeness (DCI)", "0 to 1"}, "disentanglement": {"disentanglement (DCI)", "0 to 1"}, "informativeness": {"informativeness (DCI)", "0 to 1"},
	"dimensions": {"dimensions of z", "dimensions"}, "accuracy": {"share of examples classified right", "share"}, "dimension": {"the dimension that tells most of it", "–"}, "factors.entropy": {"entropy of the label", "nats"}, "gap": {"gap of the two most informative dimensions, over the entropy", "share"}, "factors.information": {"mutual information with each dimension", "nats"}, "information": {"mutual information of dimensions and labels", "nats"},
	"majority": {"share of the most frequent value", "share"}, "factors.values": {"different values", "values"}, "mig": {"mutual information gap", "0 to 1"}, "modularity": {"modularity", "0 to 1"}, "z_diff": {"accuracy of z-diff", "share"}, "z_min_var": {"accuracy of z-min-var", "share"},
	"classes": {"values of the label", "values"}, "label": {"the label", "–"}, "deviation": {"standard deviation over draws", "share"}, "draws": {"draws of labelled examples", "draws"}, "scores.labels": {"labelled examples", "examples"}, "test": {"test examples", "examples"},
	"kl": {"KL(q‖p)", "nats per response"}, "reconstruct reconstruction": {"the decoded mean", "–"}, "rec": {"−ln p(x|z,c)", "nats per response"}, "response": {"the response", "–"}, "score log_prob": {"lower bound on ln p(x|c)", "nats per response"}, "log_prob_iw": {"tighter bound by importance sampling", "nats per response"},
	"reply distinct": {"different responses", "responses"}, "reply id": {"that of the line", "–"}, "reply, a wrong line id": {"that of the line; null where it cannot be read", "–"}, "n": {"responses to a context", "responses"}, "temperature": {"temperature of the words", "–"}, "prior_mean": {"mean of p(z|c)", "–"}, "prior_std": {"standard deviation of p(z|c)", "–"}, "prior_distance": {"‖(z−μp)/σp‖₂", "standard deviations"},
	"reply responses.tokens": {"the words, without </s>", "–"}, "unread.tokens": {"tokens at the ends of turns that are not read", "tokens"}, "unread.turns": {"turns that are not read", "turns"}, "error": {"what is wrong", "–"}, "line": {"its number, from 1", "–"},
	"batch": {"examples of a batch", "examples"}, "batches_per_epoch": {"batches of an epoch", "batches"}, "epochs": {"epochs at most", "epochs"}, "steps": {"steps of training", "steps"}, "estimated_mb": {"memory told from the settings", "MiB"}, "train --dry-run examples": {"examples by split", "examples"}, "memory_mb": {"peak of the memory in the steps tried", "MiB"},
	"parameters": {"trained numbers", "numbers"}, "preset": {"the preset", "–"}, "seconds": {"time at most, about", "s"}, "step_seconds": {"time of a step", "s"}, "vocabulary": {"tokens of the vocabulary", "tokens"},
	"filtered": {"files that feed the split", "–"}, "report contexts": {"contexts answered", "contexts"}, "samples": {"responses to a context", "responses"}, "reference_ppl": {"perplexity of what people said under the language model", "perplexity per token"},
	"decoding": {"how responses were decoded", "–"}, "runs.contexts": {"contexts answered", "contexts"}, "responses_per_context": {"responses to a context", "responses"},
	"dim": {"numbers of z", "dimensions"}, "models.latent.responses": {"responses that the latent space was measured on", "responses"}, "kl_per_dim": {"KL of every dimension", "nats per response"}, "kl_per_step": {"KL of every step of z; null for a vector", "nats"}, "mi.per_step": {"Mutual information of response and every step of z; null for a vector", "nats"}, "mi.steps": {"their sum over the steps of a response; null for a vector", "nats per response"}, "mi.steps_se": {"its standard error", "nats per response"}, "models.latent.information": {"mutual information of response and z, for several steps the sum of each", "nats per response"},
	"active_units": {"dimensions whose means vary", "dimensions"}, "residual_active_units": {"those that vary relative to the prior", "dimensions"}, "center": {"mean of the posterior means", "–"}, "axes": {"principal components", "–"}, "explained": {"their shares of the variance", "share"}, "points": {"posterior means on the plane", "–"},
	"models.plane.prior": {"draws of priors on the plane", "–"}, "prior_scale": {"spread of z", "–"}, "models.sweep.dist": {"Dist-n at that scale", "ratio"}, "models.sweep.distinct": {"different responses at that scale", "responses per context"}, "models.sweep.lm_ppl": {"perplexity at that scale", "perplexity per token"},
	"step": {"step of training", "steps"}, "models.curve.beta": {"weight of the rate", "–"}, "valid_loss": {"bound of the validation", "nats per response"}, "reference": {"what a person said", "–"}, "over_z": {"responses, greedy over z", "–"}, "over_tokens": {"responses, tokens drawn", "–"}, "models.config": {"config.yaml of the run", "–"}, "card": {"MODEL_CARD.md of the run", "–"},
	"iw_samples": {"importance samples of a response", "draws"}, "iw_examples": {"responses that IW was estimated on", "responses"}, "latent_dim": {"numbers of z", "dimensions"}, "shape": {"steps and numbers of z", "–"}, "collapse.prior": {"the prior ignores the context", "–"}, "context_only": {"z varies, but only as the context does", "–"}, "collapse.information": {"z carries nothing", "–"}, "collapse.kl": {"the posterior is the prior", "–"},
	"explanation": {"what has collapsed", "–"}, "remedy": {"what to try", "–"},
	"rank.by": {"by what responses are ordered; rank is null where they are as drawn", "–"}, "rank.lambda": {"λ of the score", "–"}, "lm_log_prob": {"ln p(x) of the language model, or what the built-in model has in its place", "nats per response"}, "score": {"ln p(x|z,c) − λ·ln p(x)", "nats per response"},
	"version": {"the version", "–"}, "go": {"the version of Go", "–"}, "system": {"operating system and processor", "–"},
	"revision": {"the commit it was built from; null where the build does not know it", "–"}, "version time": {"the time of the commit, RFC 3339", "–"}, "modified": {"whether files had changed since the commit", "–"}, "version kernels": {"the kernel path that it computes with here", "–"}, "paths": {"the kernel paths that it can compute with here", "–"},
}

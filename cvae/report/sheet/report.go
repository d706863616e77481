package sheet

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/report"
)

// Report is the numbers of a report: a line for each setting and decoding. Runs are of one
// setting where their configurations differ in the seed alone.
func Report(r report.Report) (Sheet, error) {
	s := Sheet{Tables: []Table{
		{"Likelihood and latent, nats per response", []Column{
			{"rec", "rec", 1}, {"KL", "kl", 1}, {"committed rate", "committed_rate", 1},
			{"NLL (ELBO)", "nll.bound", 1}, {"NLL (prior of training)", "nll.prior_of_training", 1}, {"NLL (IW)", "nll.iw", 1}, {"ppl", "ppl.bound", 1},
			{"MI", "mi.full", 1}, {"MI over words", "mi.steps", 1}, {"units", "active_units", 1}, {"residual units", "residual_active_units", 1},
		}, nil, false},
		{"Diversity", []Column{
			{"distinct", "distinct", 1}, {"Dist-1", "dist.1", 3}, {"Dist-2", "dist.2", 3}, {"inter-dist-2", "inter_dist.2", 3},
			{"entropy-4", "entropy.4", 2}, {"self-BLEU", "self_bleu", 3}, {"LM ppl", "lm_ppl", 1}, {"length", "length_mean", 1},
		}, nil, true},
		{"Quality", []Column{
			{"Gram-2", "gram.token.2", 3}, {"Gram-3", "gram.token.3", 3}, {"Gram-4", "gram.token.4", 3},
			{"BLEU-P", "bleu.precision", 3}, {"BLEU-R", "bleu.recall", 3}, {"BLEU-F1", "bleu.f1", 3},
			{"average", "embedding.raw.average", 3}, {"extrema", "embedding.raw.extrema", 3}, {"greedy", "embedding.raw.greedy", 3}, {"coherence", "coherence", 3},
		}, nil, true},
	}}
	lines, numbers := map[string]int{}, map[string]bool{}
	for _, group := range settings(r.Models) {
		for _, m := range group.models {
			of, err := flat(m.Eval)
			if err != nil {
				return s, err
			}
			if m.Factors != nil {
				if err := addFactors(of, m.Factors.Report); err != nil {
					return s, err
				}
			}
			of["nll.bound"], of["ppl.bound"] = float64(m.Eval.NLL.Bound()), float64(m.Eval.PPL.Bound()) // of the generator that replies
			if m.Eval.NLL.Aux.Known() {
				of["nll.prior_of_training"] = float64(m.Eval.NLL.ELBO)
			}
			for _, row := range r.Runs {
				if row.Run != m.Run {
					continue
				}
				own, err := flat(row)
				if err != nil {
					return s, err
				}
				key := group.name + "\x00" + row.Decoding
				at, known := lines[key]
				if !known {
					at = len(s.Lines)
					lines[key] = at
					s.Lines = append(s.Lines, Line{Name: group.name, Method: m.Method, Decoding: row.Decoding, Values: map[string][]float64{}})
				}
				all := together(of, own)
				s.Lines[at].add(m.Run, all)
				for k := range all {
					numbers[k] = true
				}
			}
		}
	}
	s.Keys = ordered(numbers)
	s.Tables[0].lines = s.first
	for _, t := range factorTables(r.Models) {
		t.lines = s.first
		s.Tables = append(s.Tables, t)
	}
	return s, nil
}

// first reports whether a line is the first of its setting: those of one setting have the
// same numbers of the model.
func (s Sheet) first(l Line) bool {
	at := slices.IndexFunc(s.Lines, func(other Line) bool { return other.Name == l.Name })
	return s.Lines[at].Decoding == l.Decoding
}

// add adds the numbers of one run.
func (l *Line) add(run string, all ...map[string]float64) {
	l.Runs = append(l.Runs, run)
	for _, values := range all {
		for key, v := range values {
			l.Values[key] = append(l.Values[key], v)
		}
	}
}

// A setting is models that differ in the seed alone.
type setting struct {
	name   string
	models []report.Model
}

// settings groups models, in the order of their first ones.
func settings(models []report.Model) (groups []setting) {
	places := map[string]int{}
	for _, m := range models {
		key := withoutSeed(m.Config)
		at, known := places[key]
		if !known {
			at = len(groups)
			places[key] = at
			groups = append(groups, setting{})
		}
		groups[at].models = append(groups[at].models, m)
	}
	taken := map[string]int{}
	for i := range groups {
		groups[i].name = nameOf(groups[i].models)
		taken[groups[i].name]++
	}
	for i, g := range groups {
		if taken[g.name] > 1 || g.name == "" { // the runs tell them apart
			groups[i].name = strings.Join(runsOf(g.models), " ")
		}
	}
	return groups
}

// withoutSeed is a configuration but for the line of its seed.
func withoutSeed(config string) string {
	var b strings.Builder
	for line := range strings.Lines(config) {
		if !strings.HasPrefix(line, "seed:") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// nameOf is what the folders of runs have in common: of runs/bn-1 and runs/bn-2, runs/bn.
func nameOf(models []report.Model) string {
	runs := runsOf(models)
	name := runs[0]
	for _, run := range runs[1:] {
		for !strings.HasPrefix(run, name) {
			name = name[:len(name)-1]
		}
	}
	if len(runs) == 1 {
		return name
	}
	return strings.TrimRight(strings.ToValidUTF8(name, ""), "-_./\\ ")
}

func runsOf(models []report.Model) (runs []string) {
	for _, m := range models {
		runs = append(runs, m.Run)
	}
	return runs
}

// together is the numbers of a model and those of its responses. Both count tokens; those of
// the model are under eval then.
func together(model, responses map[string]float64) map[string]float64 {
	all := maps.Clone(responses)
	for key, v := range model {
		if _, taken := responses[key]; taken {
			key = "eval." + key
		}
		all[key] = v
	}
	return all
}

// flat is the numbers of the JSON of v by their keys, joined by dots. Lists are left out: they
// are no numbers of a run.
func flat(v any) (map[string]float64, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("reading the numbers: %w", err)
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, fmt.Errorf("reading the numbers: %w", err)
	}
	numbers := map[string]float64{}
	walk(tree, "", numbers)
	return numbers, nil
}

func walk(tree map[string]any, prefix string, into map[string]float64) {
	for key, value := range tree {
		switch v := value.(type) {
		case float64:
			into[prefix+key] = v
		case map[string]any:
			walk(v, prefix+key+".", into)
		}
	}
}

// ordered is keys in the order of the table of metrics, others before them by name.
func ordered(keys map[string]bool) []string {
	table := report.Table()
	place := func(key string) int {
		best, longest := -1, 0
		for i, m := range table {
			if (key == m.Key || strings.HasPrefix(key, m.Key+".")) && len(m.Key) > longest {
				best, longest = i, len(m.Key)
			}
		}
		return best
	}
	return slices.SortedFunc(maps.Keys(keys), func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
}

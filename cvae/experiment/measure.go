package experiment

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/dialog/metric"
)

// Decodings are the prefixes of the measures of responses.
func Decodings() map[string]string {
	return map[string]string{report.OverZ: "over_z.", report.OverTokens: "over_tokens.", report.Sampled: "sampled."}
}

// PlaceKeys are the keys of a Placement that are measures, after place.
func PlaceKeys() []string { return []string{"displacement", "regrouped", "separation", "procrustes"} }

// checkMeasure refuses what no run of an experiment measures. A measure may be
// one divided by another.
func (s *Spec) checkMeasure(measure string) error {
	for key := range strings.SplitSeq(measure, "/") {
		if err := s.checkKey(key); err != nil {
			return err
		}
	}
	if strings.Count(measure, "/") > 1 {
		return fmt.Errorf("measure %s divides more than once", measure)
	}
	return nil
}

func (s *Spec) checkKey(key string) error {
	known := map[string]bool{"steps": true, "closing_steps": true, "epochs": true, "best_step": true, "ms_per_step": true, "minutes": true, Bound: true, PriorOfTraining: true}
	numbers("", reflect.TypeFor[eval.Report](), known)
	for _, prefix := range Decodings() {
		numbers(prefix, reflect.TypeFor[report.Row](), known)
	}
	known["probe.majority"] = true
	for _, n := range eval.ProbeSizes() {
		known[fmt.Sprintf("probe.%d", n)] = true
	}
	for _, name := range PlaceKeys() {
		known["place."+name] = true
	}
	group, _, _ := strings.Cut(key, ".")
	_, ofAnswers := map[string]bool{"over_z": true, "over_tokens": true, "sampled": true}[group]
	switch {
	case !known[key]:
		return fmt.Errorf("there is no measure %q; the measures are the keys of eval --json with a number, such as nll.elbo or mi.full, nll.bound of the generator that replies, nll.prior_of_training where that has a prior of its own, "+
			"those of report --json after over_z., over_tokens. or sampled., and probe.LABELS, place.NAME, steps, closing_steps, epochs, best_step, ms_per_step and minutes", key)
	case group == "probe" && s.Probe == "":
		return fmt.Errorf("measure %s needs the key probe of the experiment, which names a label", key)
	case group == "place" && s.Place == "":
		return fmt.Errorf("measure %s needs the key place of the experiment, which names a label", key)
	case ofAnswers && s.Diversity == 0:
		return fmt.Errorf("measure %s needs the key diversity of the experiment, the number of contexts that are answered", key)
	}
	return nil
}

// numbers adds the keys that the numbers of a report have in JSON, dotted.
func numbers(prefix string, t reflect.Type, keys map[string]bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind := f.Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		switch {
		case name == "-":
		case f.Anonymous:
			numbers(prefix, kind, keys)
		case kind.Kind() == reflect.Struct:
			numbers(prefix+name+".", kind, keys)
		case kind == reflect.TypeFor[metric.ByOrder]():
			for n := range 4 {
				keys[prefix+name+"."+strconv.Itoa(n+1)] = true
			}
		case kind.Kind() == reflect.Float64 || kind.Kind() == reflect.Int:
			keys[prefix+name] = true
		}
	}
}

// Measures flattens the numbers of a report to its JSON keys, dotted, at six
// digits. Lists, words and what is not known are left out.
func Measures(report any) (map[string]float64, error) {
	text, err := json.Marshal(report)
	if err != nil {
		return nil, fmt.Errorf("encoding a report: %w", err)
	}
	var keys map[string]any
	if err := json.Unmarshal(text, &keys); err != nil {
		return nil, fmt.Errorf("reading a report back: %w", err)
	}
	flat := map[string]float64{}
	flatten("", keys, flat)
	return flat, nil
}

func flatten(prefix string, keys map[string]any, flat map[string]float64) {
	for key, value := range keys {
		switch v := value.(type) {
		case map[string]any:
			flatten(prefix+key+".", v, flat)
		case float64:
			flat[prefix+key] = rounded(v)
		}
	}
}

// rounded is v at six digits.
func rounded(v float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil {
		return v // never: it was just written
	}
	return short
}

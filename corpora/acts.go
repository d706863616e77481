package corpora

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// turnActs are the acts of the turns of MultiWOZ that lie in a file beside the
// dialogues, by the ID of the dialogue and the number of the turn: in 2.0 and 2.1
//
//	{"SNG01856": {"1": {"Hotel-Inform": [["Area", "north"]], "general-reqmore": […]}, "2": "No Annotation"}, …}
//
// with the turns of the system from 1, and in 2.2
//
//	{"SNG01856.json": {"0": {"dialog_act": {"Hotel-Inform": […]}, "span_info": […]}, …}, …}
//
// with all turns from 0.
type turnActs struct {
	of  map[string]map[string]string
	bad []error // what is wrong with the file
}

// actsIn reads a file of acts when it is first asked for them; no file has none.
func actsIn(path string) func() turnActs {
	return sync.OnceValue(func() turnActs {
		acts := turnActs{of: map[string]map[string]string{}}
		if path == "" {
			return acts
		}
		for r, err := range record.Members.Records(path, nil) {
			turns, ok := r.Value.(map[string]any)
			if err == nil && !ok {
				err = fault.At(path, r.Number, "the acts of the dialogue are no JSON object of its turns")
			}
			if err != nil {
				acts.bad = append(acts.bad, err)
				continue
			}
			of := map[string]string{}
			for number, one := range turns {
				if value, ok := one.(map[string]any); ok && value["dialog_act"] != nil {
					one = value["dialog_act"]
				}
				of[number] = memberNames(one)
			}
			acts.of[strings.TrimSuffix(r.Member, ".json")] = of
		}
		return acts
	})
}

// memberNames makes one label of the names of the members of an object; what is
// none, as in "No Annotation", has no names.
func memberNames(value any) string {
	object, _ := value.(map[string]any)
	return joined(slices.Collect(maps.Keys(object)))
}

// label labels the turns of a dialogue that its own file says nothing about. number
// is the one of turn i in the file of acts; empty: it has none.
func (a turnActs) label(id string, turns []dialog.Turn, number func(i int) string) {
	of := a.of[strings.TrimSuffix(id, ".json")]
	for i := range turns {
		if act := of[number(i)]; act != "" && turns[i].Labels["act"] == "" {
			turns[i].Labels = withLabel(turns[i].Labels, "act", act)
		}
	}
}

// before is a source that says what is wrong with the file of acts first.
func (a turnActs) before(s source.Dialogues) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		for _, err := range a.bad {
			var bad *fault.Malformed
			if !yield(dialog.Dialogue{}, err) || !errors.As(err, &bad) {
				return
			}
		}
		s(yield)
	}
}

package experiment

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An Identity is of all that decides the result of a trial.
type Identity struct {
	// Hash is of the settings that are not the defaults of the preset and the
	// methods, of the content of the corpus, and of how the run is measured. A
	// setting that comes new leaves it as it was.
	Hash string
	// Settings are all that decide the run, defaults included, by key. They tell
	// when a default has become another since.
	Settings map[string]string
}

// is reports whether a result is of a trial with this identity, and otherwise why
// not.
func (r Result) is(id Identity) (same bool, why string) {
	var changed []string
	for _, key := range slices.Sorted(maps.Keys(r.Settings)) {
		if now, known := id.Settings[key]; known && now != r.Settings[key] {
			changed = append(changed, fmt.Sprintf("%s is %s and was %s", key, said(now), said(r.Settings[key])))
		}
	}
	switch {
	case changed != nil:
		return false, strings.Join(changed, ", ")
	case r.Hash != id.Hash:
		return false, "the settings, the corpus or the measurement are others"
	}
	return true, ""
}

func said(value string) string {
	if value == "" {
		return "empty"
	}
	return value
}

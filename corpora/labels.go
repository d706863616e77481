package corpora

import (
	"slices"
	"strings"
)

// joined makes one label of several values, the same whatever their order.
func joined(values []string) string {
	values = slices.Clone(values)
	slices.Sort(values)
	return strings.Join(slices.Compact(values), "+")
}

// labelsOf returns labels of a name and its value each, without empty ones; nil
// when none is left.
func labelsOf(pairs ...string) (labels map[string]string) {
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			labels = withLabel(labels, pair[0], pair[1])
		}
	}
	return labels
}

// withLabel sets a label among labels, which may be nil.
func withLabel(labels map[string]string, name, value string) map[string]string {
	if labels == nil {
		labels = map[string]string{}
	}
	labels[name] = value
	return labels
}

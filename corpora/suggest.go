package corpora

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
)

// suggestion is a map for --map that may be right for a file, in quotes: the list
// that holds most words, or else the two members that do, in the order of the file.
func suggestion(k record.Kind, path string) string {
	words := map[string]int{}
	columns, _ := k.Columns(path) // of JSON there are none
	for i := range columns {
		columns[i] = record.Folded(columns[i])
	}
	head := k.Head(path, columns)
	for _, r := range head {
		members, _ := r.Value.(map[string]any)
		for name, v := range members {
			countWords(words, name, v)
		}
	}
	names := slices.SortedFunc(maps.Keys(words), func(a, b string) int {
		return cmp.Or(words[b]-words[a], strings.Compare(a, b))
	})
	switch {
	case len(names) > 0 && strings.Contains(names[0], "[]"):
		return fmt.Sprintf("'turns=%s'", names[0])
	case len(names) > 1:
		first, second := names[0], names[1]
		if placeIn(k, path, head[0], second) < placeIn(k, path, head[0], first) {
			first, second = second, first
		}
		return fmt.Sprintf("'turns=%s + %s'", first, second)
	case len(names) == 1:
		return fmt.Sprintf("'turns=%s'", names[0])
	}
	return "'turns=dialog[].text, speaker=dialog[].name'"
}

// placeIn is where a name stands in a file: among the columns, or in the text of its first record.
func placeIn(k record.Kind, path string, first record.Record, name string) int {
	if columns, err := k.Columns(path); err == nil && len(columns) > 0 {
		return slices.IndexFunc(columns, func(c string) bool { return record.Folded(c) == name })
	}
	name, _, _ = strings.Cut(name, ".")
	return strings.Index(first.Text, strconv.Quote(name))
}

// countWords adds the words of a value to those of its path, through lists and structs.
func countWords(words map[string]int, path string, value any) {
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			countWords(words, path+"[]", e)
		}
	case map[string]any:
		for name, e := range v {
			countWords(words, path+"."+name, e)
		}
	default:
		if text, ok := shape.TextOf(v); ok && len(strings.Fields(text)) > 1 {
			words[path] += len(strings.Fields(text))
		}
	}
}

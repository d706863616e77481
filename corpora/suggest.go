package corpora

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
)

// suggestion is a map for --map that may be right for a file, in quotes: the list
// that holds most words, or else the two members that do.
func suggestion(k record.Kind, path string) string {
	words := map[string]int{}
	for _, r := range k.Head(path, nil) {
		members, _ := r.Value.(map[string]any)
		for name, v := range members {
			countWords(words, name, v)
		}
	}
	names := slices.SortedFunc(maps.Keys(words), func(a, b string) int {
		if d := words[b] - words[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	switch {
	case len(names) > 0 && strings.Contains(names[0], "[]"):
		return fmt.Sprintf("'turns=%s'", names[0])
	case len(names) > 1:
		return fmt.Sprintf("'turns=%s + %s'", names[0], names[1])
	case len(names) == 1:
		return fmt.Sprintf("'turns=%s'", names[0])
	}
	return "'turns=dialog[].text, speaker=dialog[].name'"
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

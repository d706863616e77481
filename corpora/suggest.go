package corpora

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
)

// A leaf is what stands at a path in the first records of a file.
type leaf struct {
	path   string
	words  int // of texts of several words
	values []string
}

// suggestion is a map for --map that may be right for a file, in quotes: the list
// that holds most words; or else the column that does, with the others of a dialogue that has several rows; or the two
// members that do, in the order of the file.
func suggestion(k record.Kind, path string) string {
	columns, _ := k.Columns(path) // of JSON there are none
	for i := range columns {
		columns[i] = record.Folded(columns[i])
	}
	head := k.Head(path, columns)
	leaves := map[string]*leaf{}
	for _, r := range head {
		members, _ := r.Value.(map[string]any)
		for name, v := range members {
			gather(leaves, name, v)
		}
	}
	all := slices.SortedFunc(maps.Values(leaves), func(a, b *leaf) int {
		return cmp.Or(b.words-a.words, strings.Compare(a.path, b.path))
	})
	texts := slices.DeleteFunc(slices.Clone(all), func(l *leaf) bool { return l.words == 0 })
	switch {
	case len(texts) == 0:
		return "'turns=dialog[].text, speaker=dialog[].name'"
	case strings.Contains(texts[0].path, "[]"):
		return "'" + eachOf(listMap(texts[0].path, all), texts[0].path, len(head)) + "'"
	}
	if rows := rowMap(texts[0], all); rows != "" {
		return "'" + rows + "'"
	}
	if len(texts) == 1 {
		return fmt.Sprintf("'turns=%s'", texts[0].path)
	}
	first, second := texts[0].path, texts[1].path
	if placeIn(k, path, head[0], second) < placeIn(k, path, head[0], first) {
		first, second = second, first
	}
	return fmt.Sprintf("'turns=%s + %s'", first, second)
}

// Words in the names of columns and members that say what they hold.
var (
	dialogueWords = []string{"conversation", "conv", "dialogue", "dialog", "session", "thread", "chat", "call", "ticket", "episode", "room", "group", "case"}
	orderWords    = []string{"turn", "order", "idx", "index", "seq", "sequence", "number", "no", "num", "pos", "position", "time", "timestamp", "date", "at", "utterance", "message", "line", "step"}
	speakerWords  = []string{"speaker", "who", "author", "user", "agent", "role", "from", "sender", "name", "person", "side", "party", "by"}
)

// listMap is the map of turns in a list, with who speaks where its elements say so.
func listMap(text string, all []*leaf) string {
	for list := text; ; {
		i := strings.LastIndex(list, "[]")
		if i < 0 {
			return "turns=" + text
		}
		inside := strings.TrimPrefix(text[i:], "[]")
		for _, l := range all {
			if name, ok := strings.CutPrefix(l.path, list[:i]+"[]."); ok && l.path != text && !strings.Contains(name, "[]") && hasWord(name, speakerWords) {
				turns, parts := strings.CutSuffix(inside, "[].text") // a list of parts is one turn
				if !parts && strings.Contains(inside, "[]") {
					break
				}
				return fmt.Sprintf("turns=%s[]%s, speaker=%s", list[:i], turns, l.path)
			}
		}
		list = list[:i]
	}
}

// eachOf makes a dialogue of each element of the outer list, where the one record of a file has lists in a list.
func eachOf(listed, text string, records int) string {
	outer, inner, _ := strings.Cut(text, "[]")
	if turns, _, _ := strings.Cut(listed, ", speaker="); records > 1 || inner == "" || strings.Count(turns, "[]") < 2 {
		return listed
	}
	return strings.ReplaceAll(listed, outer+"[]", outer+"[*]")
}

// rowMap is the map of a table, a turn a row, whose columns say which rows are one dialogue; empty: none does.
func rowMap(text *leaf, all []*leaf) string {
	var dialogue, order, speaker *leaf
	for _, l := range all {
		different := map[string]bool{}
		numbers := true
		for _, v := range l.values {
			different[v] = true
			_, isNumber := place(v)
			numbers = numbers && isNumber
		}
		repeats := 3*len(different) <= 2*len(l.values)
		switch {
		case l == text || strings.Contains(l.path, "[]") || len(l.values) < len(text.values)/2:
		case dialogue == nil && repeats && hasWord(l.path, dialogueWords):
			dialogue = l
		case order == nil && numbers && hasWord(l.path, orderWords):
			order = l
		case speaker == nil && repeats && hasWord(l.path, speakerWords):
			speaker = l
		}
	}
	if dialogue == nil {
		return ""
	}
	m := fmt.Sprintf("turns=%s, dialogue=%s", text.path, dialogue.path)
	if order != nil {
		m += ", order=" + order.path
	}
	if speaker != nil {
		m += ", speaker=" + speaker.path
	}
	return m
}

// hasWord tells whether one of the words is among those of a name.
func hasWord(name string, words []string) bool {
	var before rune
	spaced := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			r = ' '
		}
		return r
	}, name)
	var b strings.Builder
	for _, r := range spaced { // turnNo is turn and no
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	return slices.ContainsFunc(strings.Fields(b.String()), func(w string) bool { return slices.Contains(words, w) })
}

// placeIn is where a name stands in a file: among the columns, or in the text of its first record.
func placeIn(k record.Kind, path string, first record.Record, name string) int {
	if columns, err := k.Columns(path); err == nil && len(columns) > 0 {
		return slices.IndexFunc(columns, func(c string) bool { return record.Folded(c) == name })
	}
	name, _, _ = strings.Cut(name, ".")
	return strings.Index(first.Text, strconv.Quote(name))
}

// gather adds a value to the leaf of its path, through lists and structs.
func gather(leaves map[string]*leaf, path string, value any) {
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			gather(leaves, path+"[]", e)
		}
	case map[string]any:
		for name, e := range v {
			gather(leaves, path+"."+name, e)
		}
	default:
		text, ok := shape.ValueOf(v)
		if !ok {
			return
		}
		l := leaves[path]
		if l == nil {
			l = &leaf{path: path}
			leaves[path] = l
		}
		l.values = append(l.values, text)
		if n := len(strings.Fields(text)); n > 1 {
			if _, isText := shape.TextOf(v); isText && strings.HasPrefix(text, "<") {
				l.words++ // mark-up, beside which the plain text may stand
			} else if isText && !isTime(text) {
				l.words += n
			}
		}
	}
}

// isTime tells whether a text of several words is a time.
func isTime(text string) bool {
	_, ok := place(text)
	return ok
}

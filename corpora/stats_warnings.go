package corpora

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

// A Warning is something in a corpus that is likely to spoil a result.
type Warning struct {
	// Name is empty, leak, pairs, languages, control, undecodable, long, first_word, unspaced, single, unsaid or unread.
	Name    string `json:"name"`
	Count   int    `json:"count"` // of dialogues, pairs, turns or files
	Message string `json:"message"`
}

// Above these bounds there are warnings.
const (
	longTurn   = 512 // tokens; no preset keeps so many
	pairShare  = 100 // one pair in so many: some, such as good-byes, repeat in any corpus
	otherShare = 100 // one turn in so many
)

// faults counts what warnings are about, apart from duplicates.
type faults struct {
	names       *scripts
	scripts     map[string]int // turns
	control     int            // turns with characters that no text needs
	undecodable int            // turns with U+FFFD
	long        int
	first       firstWord
}

func (f *faults) add(text string, tokens int) {
	if main := f.names.mainOf(text); main != "" {
		f.scripts[main]++
	}
	f.first.add(text)
	if strings.ContainsFunc(text, isControl) {
		f.control++
	}
	if strings.ContainsRune(text, unicode.ReplacementChar) {
		f.undecodable++
	}
	if tokens > longTurn {
		f.long++
	}
}

// isControl tells control characters that are no white space, and those that
// change the direction of text.
func isControl(r rune) bool {
	return unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) && r > '\u200f'
}

func (f *faults) warnings(s Stats) []Warning {
	all := []Warning{}
	add := func(name string, count int, format string, a ...any) {
		all = append(all, Warning{name, count, fmt.Sprintf(format, a...)})
	}
	for _, split := range dialog.Splits {
		if s.Splits[split].Dialogues == 0 {
			add("empty", 1, "there is no %s dialogue, and training needs some of each split", split)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.Duplicates.Across)) {
		if n := s.Duplicates.Across[key]; n > 0 {
			of, other := splitsOf(key)
			add("leak", n, "%d of %d %s dialogues stand in %s too; --dedup leaves one of each out", n, s.Splits[of].Dialogues, of, other)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.Duplicates.Pairs)) {
		of, other := splitsOf(key)
		if n, pairs := s.Duplicates.Pairs[key], s.Splits[of].Pairs; n*pairShare > pairs {
			add("pairs", n, "%d of %d %s pairs of a turn and its response stand in %s too: scores of %s reward memory", n, pairs, of, other, of)
		}
	}
	if n, text := f.otherScripts(); n > 0 {
		add("languages", n, "%s; languages of one script are not told apart", text)
	}
	if f.control > 0 {
		add("control", f.control, "%d turns hold control characters, which are no text", f.control)
	}
	if f.undecodable > 0 {
		add("undecodable", f.undecodable, "%d turns hold U+FFFD, which stands for what could not be decoded; convert the source anew", f.undecodable)
	}
	if f.long > 0 {
		add("long", f.long, "%d turns have more than %d tokens, of which a model reads the first few", f.long, longTurn)
	}
	all = append(all, f.first.warnings()...)
	if n, message := unspacedIn(f.scripts); n > 0 {
		add("unspaced", n, "%s", message)
	}
	return all
}

// unreadWarning names a few of the files that are not read.
func unreadWarning(names []string) []Warning {
	if len(names) == 0 {
		return nil
	}
	const most = 3
	var shown []string
	for _, n := range names[:min(most, len(names))] {
		shown = append(shown, fault.Shown(n))
	}
	files, more := "files of the folder are", ""
	if len(names) == 1 {
		files = "file of the folder is"
	}
	if n := len(names) - most; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return []Warning{{"unread", len(names), fmt.Sprintf("%d %s not read: %s%s", len(names), files, strings.Join(shown, ", "), more)}}
}

// unspacedIn counts the turns in scripts without spaces between words, where they are a
// tenth or more, and warns of them. The turns are counted by their scripts.
func unspacedIn(turns map[string]int) (n int, message string) {
	var found []string
	total := 0
	for _, name := range slices.Sorted(maps.Keys(turns)) {
		if total += turns[name]; slices.Contains(unspacedScripts, name) {
			n += turns[name]
			found = append(found, name)
		}
	}
	if 10*n < total {
		return 0, ""
	}
	return n, fmt.Sprintf("%d turns are in %s, which has no spaces between words, so that a clause is one word; train with --set tokenizer.kind=bpe", n, strings.Join(found, " and "))
}

// splitsOf takes a key that in made apart.
func splitsOf(key string) (of, other dialog.Split) {
	a, b, _ := strings.Cut(key, "_in_")
	return dialog.Split(a), dialog.Split(b)
}

// otherScripts counts the turns in another script than most; none when they
// are few.
func (f *faults) otherScripts() (n int, text string) {
	names := slices.SortedFunc(maps.Keys(f.scripts), func(a, b string) int {
		return cmp.Or(cmp.Compare(f.scripts[b], f.scripts[a]), strings.Compare(a, b))
	})
	total := 0
	var parts []string
	for i, name := range names {
		total += f.scripts[name]
		if i > 0 {
			n += f.scripts[name]
			parts = append(parts, fmt.Sprintf("%d %s", f.scripts[name], name))
		}
	}
	if n*otherShare <= total {
		return 0, ""
	}
	const most = 4
	if more := len(parts) - most; more > 0 {
		parts = append(parts[:most], fmt.Sprintf("%d more scripts", more))
	}
	return n, fmt.Sprintf("%d of %d turns are in another script than %s: %s", n, total, names[0], strings.Join(parts, ", "))
}

package corpora

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// tabExtensions are those of files whose lines have TABs.
var tabExtensions = []string{"tsv", "txt", ""}

// tabFormat judges by its first lines which of the formats with TABs a file is
// in: parlai, fbdialog, tsv or labelled. That one function judges keeps them
// apart. Without a name, why says what leaves it in doubt, empty for a file
// without TABs.
//
// A line is labelled when one word stands before its only TAB, and a corpus is
// when it has a label twice: no word twice could also be contexts of one word.
// Several words before the last TAB are a context. A column of numbers is in no
// format that is known here.
func tabFormat(lines []string) (name, why string) {
	cure, _ := columnCure(tabbed(lines))
	switch c := countTabs(lines); {
	case 2*c.tabs <= c.lines && !isFBDialog(lines):
		return "", ""
	case isParlAI(lines):
		return "parlai", "holds the fields text: and labels:"
	case isFBDialog(lines):
		return "fbdialog", "numbers the lines of each dialogue from 1"
	case isHeader(lines[0]):
		return "tsv", "begins with the header context … response"
	case c.numbers || !c.repeated && 10*c.ids >= c.tabs*9:
		return "", "the lines have TABs, and a column is of numbers or IDs, so it is a table of another kind; " + cure
	case 2*c.contexts > c.tabs && 10*c.labels < c.tabs*9:
		return "tsv", "holds several words, then a TAB and more"
	case 10*c.labels >= c.tabs*9 && c.repeated:
		return "labelled", "holds a word, of which some repeat, and a TAB before each sentence"
	case 10*c.labels >= c.tabs*9:
		return "", "one word stands before each TAB and none repeats: labels (--format labelled) or contexts (--format tsv); choose one with --format"
	}
	return "", "the lines have TABs, some after one word and some after several: labels (--format labelled) or contexts (--format tsv); choose one with --format, or " + cure
}

// tabbed are the columns of lines.
func tabbed(lines []string) (rows [][]string) {
	for _, l := range lines {
		rows = append(rows, strings.Split(l, "\t"))
	}
	return rows
}

// columnCure says which columns of a table without a header hold texts of several words, and which one a label. ok is false
// where none holds texts.
func columnCure(rows [][]string) (cure string, ok bool) {
	texts, different, columns := map[int]int{}, map[int]map[string]bool{}, 0
	for _, row := range rows {
		for i, column := range row {
			if columns = max(columns, i+1); different[i] == nil {
				different[i] = map[string]bool{}
			}
			different[i][column] = true
			if wordsIn(column) > 1 && !isID(column) && !isTime(column) {
				texts[i]++
			}
		}
	}
	var turns []string
	label := ""
	for i := range columns {
		switch {
		case 2*texts[i] > len(rows):
			turns = append(turns, strconv.Itoa(i))
		case label == "" && 2*len(different[i]) <= len(rows):
			label = fmt.Sprintf(", label=%d", i)
		}
	}
	if len(turns) == 0 {
		return "no column holds texts of several words; give a file of dialogue", false
	}
	return fmt.Sprintf("say which columns hold turns, counted from 0, as in --map 'turns=%s%s'", strings.Join(turns, " + "), label), true
}

// tabCounts is what the first lines of a file look like.
type tabCounts struct {
	lines    int
	tabs     int  // lines with a TAB
	labels   int  // with one word before their only TAB
	contexts int  // with several words in the first column that has any
	repeated bool // a label stands twice
	ids      int  // with a number or an ID in the first column
	numbers  bool // most lines have a number or an ID in the same column
}

func countTabs(lines []string) tabCounts {
	c := tabCounts{lines: len(lines)}
	seen := map[string]bool{}
	numbers := map[int]int{}
	for _, l := range lines {
		columns := strings.Split(l, "\t")
		if len(columns) == 1 || strings.HasPrefix(l, "{") {
			continue
		}
		c.tabs++
		if isLabelled(l) {
			c.labels++
			c.repeated = c.repeated || seen[columns[0]]
			seen[columns[0]] = true
		} else if wordsIn(strings.TrimLeft(l, "\t ")) > 1 && !isWord(columns) {
			c.contexts++
		}
		if isID(columns[0]) {
			c.ids++
		}
		for i, column := range columns {
			if isID(column) && (i > 0 || len(columns) > 2) { // a number may be a label
				numbers[i]++
				c.numbers = c.numbers || 2*numbers[i] > len(lines)
			}
		}
	}
	return c
}

// number is a column of a table that is not dialogue.
var number = regexp.MustCompile(`^\s*[-+]?[0-9][0-9.,:%]*\s*$`)

// id is a word with a number in it that stands for something else, such as u000017.
var id = regexp.MustCompile(`^\s*[A-Za-z]{0,8}[-_:#.]?\d{2}[\w.:-]*\s*$`)

func isID(column string) bool { return number.MatchString(column) || id.MatchString(column) }

// isWord tells whether the first column that has text is a single word.
func isWord(columns []string) bool {
	for _, c := range columns[:len(columns)-1] {
		if n := wordsIn(c); n > 0 {
			return n == 1
		}
	}
	return false // a response without context
}

// tabMatch is the match of the format with TABs that has this name.
func tabMatch(format string) func(site.Site) string {
	return func(s site.Site) string {
		file := s.Sample(tabExtensions...)
		if file == "" {
			return ""
		}
		name, why := tabFormat(textfile.Head(file))
		labels := func(line string) bool { return isParlAI([]string{line}) }
		if name != format || name == "parlai" && isRecords(file, labels) {
			return ""
		}
		return fault.BaseName(file) + " " + why
	}
}

// doubt says why files that look like a format are in none for certain.
func doubt(s site.Site) string {
	file := s.Sample(tabExtensions...)
	if file == "" {
		return ""
	}
	first := textfile.Head(file)
	if _, why := tabFormat(first); why != "" {
		return "in " + fault.BaseName(file) + " " + why
	}
	if isPlainFile(file) && isNamed(first) {
		return "in " + fault.BaseName(file) + " each line begins with a speaker, and no blank line separates dialogues: " +
			"one dialogue (--format text) or sentences (--format sentences); choose one with --format"
	}
	return ""
}

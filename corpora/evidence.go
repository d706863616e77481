package corpora

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/dialog"
)

// A sign is something in a text that nobody says, and tells another format.
type sign struct {
	what string
	in   *regexp.Regexp
	cure string // where files with it are read
}

// signs are those of turns; the first that a turn has counts.
var signs = []sign{
	{"are the times of subtitles", regexp.MustCompile(`^\s*\d+:\d+:\d+([,.]\d+)? -->`), "format srt reads subtitles"},
	{"begin with a date, as those of an exported chat do", regexp.MustCompile(`^\s*[\x{200e}\x{200f}\x{feff}]*\[?\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[ ,T]`), "format whatsapp reads DATE, TIME - NAME: text, and irc DATE TIME <NICK> text; otherwise write a line {\"turns\": [{\"speaker\": \"…\", \"text\": \"…\"}, …]} for each conversation"},
	{"begin with a time, as those of a log do", regexp.MustCompile(`^\s*[\[(]?\d{1,2}:\d\d(:\d\d)?([ap]m)?[\])]?[ ,-]`), "format irc reads TIME <NICK> text; otherwise write a line {\"turns\": [{\"speaker\": \"…\", \"text\": \"…\"}, …]} for each conversation"},
	{"end with a time, as those with the names in the transcript of a meeting do", regexp.MustCompile(`^\s*\S+( \S+){0,3}\s+[\[(]?\d{1,2}:\d\d(:\d\d)?[\])]?\s*$`), "write a line {\"turns\": [{\"speaker\": \"…\", \"text\": \"…\"}, …]} for each conversation"},
	{"hold a mark between turns", regexp.MustCompile(`(?i)(<|\[)/?(sep|eos|eot|turn|utt)(>|\])`), "write a TAB for the mark, as format tsv has it"},
	{"hold what a model thinks", regexp.MustCompile(`</?think>`), "take it away"},
	{"begin with an address, as the lines of a server's log do", regexp.MustCompile(`^\s*\d+\.\d+\.\d+\.\d+ `), "give a file of dialogue"},
	{"are tags", regexp.MustCompile(`^\s*(<\|[a-z_]+\|>|\[/?INST\]|</?[a-z]+>\s*$)`), "write a line {\"messages\": [{\"role\": \"user\", \"content\": \"…\"}, …]} for each conversation"},
	{"are numbers, times or IDs", regexp.MustCompile(`^\s*[-+#(\[]?\d[\d.,:/ %)\]-]*$|^\s*[0-9a-f]{8,}\s*$`), "a table is read with --map"},
	{"begin with the name of who speaks", regexp.MustCompile(`^\s*(?i:speaker|person|user|human|assistant|bot|customer|agent|system)[ _#]?\d*#?\s*: `), "a text with NAME: before each of its lines is read by --map 'turns=NAME_OF_THE_COLUMN, as=lines'"},
	{"begin with a name between < and >", regexp.MustCompile(`^\s*<[^<>/|]{1,30}> ?\S`), "format irc reads TIME <NICK> text; otherwise write NAME: before each line, with a blank line between dialogues"},
	{"begin with a number, as the items of a list do", regexp.MustCompile(`^\s*\(?\d{1,4}[.)] \S`), "take the numbers away"},
	{"have a bar in them, as the columns of a table do", regexp.MustCompile(`^[^|]*[^|\s][^|]*\|[^|]*[^|\s][^|]*$`), "a table with bars is read by --map 'turns=0 + 1', which counts its columns from 0; where they hold commas or TABs in each row as well, write TABs for the bars"},
	{"begin with a number", regexp.MustCompile(`^\s*\d+\.\d+ \S`), "format dialogpt reads weights before turns"},
}

// signShare is the share of turns with a sign above which they are not what somebody says.
const signShare = 0.3

// doubts refuses a format that gives turns which nobody says, whatever holds them. Formats of one corpus know their files.
func (m match) doubts(s site.Site) error {
	if !m.general {
		return nil
	}
	parts, err := m.parts(s)
	if err != nil {
		return nil // which opening says
	}
	if seen, cure, _ := signsIn(firstTurns(parts)); seen != "" {
		return fmt.Errorf("corpora: %s looks like format %s (%s), but %s; %s, or name it with --format %s if they are right", fault.Shown(s.Path), m.Name, m.reason, seen, cure, m.Name)
	}
	return nil
}

// signsIn says what most turns are that nobody says, where they are read, and how many there are; empty: they are none.
func signsIn(turns []string) (seen, cure string, count int) {
	counts := map[int]int{}
	example := map[int]string{}
	for _, text := range turns {
		if i := slices.IndexFunc(signs, func(s sign) bool { return s.in.MatchString(text) }); i >= 0 {
			counts[i]++
			example[i] = text
		}
	}
	for i, sign := range signs {
		if n := counts[i]; n > 2 && float64(n) > signShare*float64(len(turns)) || n > 2 && 4*n >= len(turns) && i == 0 {
			return fmt.Sprintf("%d of the first %d turns %s, such as %s", n, len(turns), sign.what, fault.Excerpt(example[i])), sign.cure, n
		}
	}
	return "", "", 0
}

// Unsaid warns of turns at the beginning of the corpus that nobody says, which detection refuses where it chooses the
// format, and of one word before most of them. Formats of one corpus know their files.
func (c *Corpus) Unsaid() (warnings []Warning) {
	if !c.format.general && c.options.Map == "" {
		return nil
	}
	turns := firstTurns(c.parts)
	if seen, cure, n := signsIn(turns); seen != "" {
		warnings = append(warnings, Warning{"unsaid", n, seen + "; " + cure})
	}
	var first firstWord
	for _, text := range turns {
		first.add(text)
	}
	return append(warnings, first.warnings()...)
}

// firstTurns are the turns at the beginning of a corpus.
func firstTurns(parts []part) (turns []string) {
	const most = 200
	for _, p := range parts {
		for _, source := range p.sources {
			for d, err := range source {
				if err != nil {
					continue
				}
				for _, t := range d.Turns {
					turns = append(turns, t.Text)
				}
				if len(turns) >= most {
					return turns
				}
			}
		}
		if slices.Contains(p.splits, dialog.Train) {
			break
		}
	}
	return turns
}

// firstWord counts how often the same word begins a turn.
type firstWord struct {
	counts map[string]int
	turns  int
}

func (f *firstWord) add(text string) {
	if f.counts == nil {
		f.counts = map[string]int{}
	}
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	const most = 1 << 16
	if f.turns++; f.counts[word] > 0 || len(f.counts) < most {
		f.counts[word]++
	}
}

// repeated is the word that begins most turns, of at least a few.
func (f *firstWord) repeated() (word string, count int) {
	for w, n := range f.counts {
		if n > count {
			word, count = w, n
		}
	}
	const few = 20
	if f.turns < few || 5*count <= 4*f.turns {
		return "", 0
	}
	return word, count
}

func (f *firstWord) warnings() []Warning {
	word, n := f.repeated()
	if n == 0 {
		return nil
	}
	return []Warning{{"first_word", n, fmt.Sprintf("%d turns begin with the same word, %s, which may be no word of theirs", n, fault.Excerpt(word))}}
}

package shape

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cvae-go/cvae/corpora/internal/markup"
	"github.com/cvae-go/cvae/dialog"
)

// A style is a way for one text to hold turns.
type style func(text string) []dialog.Turn

var styles = map[string]style{"transcript": Transcript, "eot": endsOfTurns, "eou": endsOfUtterances, "annotated": annotated, "spoken": spoken, "lines": lines, "latin1": latin1, "markup": markedUp}

// speaks begins what someone says in a transcript, such as those of HH-RLHF:
// "\n\nHuman: hello\n\nAssistant: hi".
var speaks = regexp.MustCompile(`(?:^|\n\n)(Human|Assistant|User|Bot|AI|System|Q|A): ?`)

// marked begins what a role says in the text of a prompt, as ChatML, Llama 2 and 3, Zephyr,
// Alpaca and Guanaco write it: <|im_start|>user, [INST], <|user|>, ### Human:.
var marked = regexp.MustCompile(`<\|im_start\|> ?([a-z]+)[^\n]*(?:\n|$)|<\|start_header_id\|>([a-z]+)<\|end_header_id\|>|<\|(user|assistant|system|human|bot)\|>:?|(\[/?INST\]|<</?SYS>>)|(?:^|\n) ?### ?(Human|Assistant|User|Instruction|Input|Response|System):`)

// unsaid are the marks around what is said.
var unsaid = regexp.MustCompile(`<\|(?:im_end|eot_id|end|endoftext|begin_of_text|end_of_text)\|>|</?s>`)

// markedRoles are those that stand for others.
var markedRoles = map[string]string{"[INST]": "user", "[/INST]": "assistant", "<<SYS>>": "system", "<</SYS>>": "user", "System": "system"}

// IsMarked tells whether a text has marks of roles.
func IsMarked(text string) bool { return marked.MatchString(text) }

// Transcript cuts what several say.
func Transcript(text string) []dialog.Turn {
	if strings.Contains(text, endOfUtterance) {
		return endsOfUtterances(text)
	}
	var turns []dialog.Turn
	marks := marked.FindAllStringSubmatchIndex(text, -1)
	if len(marks) > 0 {
		text = unsaid.ReplaceAllStringFunc(text, func(mark string) string { return strings.Repeat(" ", len(mark)) })
	} else {
		marks = speaks.FindAllStringSubmatchIndex(text, -1)
	}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		var who string
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				who = text[m[g]:m[g+1]]
			}
		}
		said := strings.TrimSpace(text[m[1]:end])
		isMark := len(who) > 0 && strings.ContainsAny(who[:1], "[<")
		if role, ok := markedRoles[who]; ok {
			who = role
		}
		if said != "" || i+1 < len(marks) && !isMark {
			turns = append(turns, dialog.Turn{Speaker: who, Text: said})
		}
	}
	return turns
}

// endsOfTurns cuts what the Ubuntu Dialogue Corpus joins: __eot__ ends a turn,
// which has several utterances, and __eou__ each of those.
func endsOfTurns(text string) []dialog.Turn {
	var turns []dialog.Turn
	for said := range strings.SplitSeq(text, "__eot__") {
		var lines []string
		for line := range strings.SplitSeq(said, endOfUtterance) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 {
			turns = append(turns, dialog.Turn{Text: strings.Join(lines, "\n")})
		}
	}
	return turns
}

// endsOfUtterances cuts a text in which __eou__ ends each turn, as in DailyDialog.
func endsOfUtterances(text string) (turns []dialog.Turn) {
	for said := range strings.SplitSeq(text, endOfUtterance) {
		turns = append(turns, spoken(said)...)
	}
	return turns
}

// endOfUtterance ends what somebody says, in DailyDialog and the Ubuntu Dialogue Corpus.
const endOfUtterance = "__eou__"

// annotated takes the annotations out of an utterance, of which none may be left.
func annotated(text string) []dialog.Turn {
	return spoken(markup.Transcript(text))
}

// spoken is a text that is a turn unless it is blank.
func spoken(text string) []dialog.Turn {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	return []dialog.Turn{{Text: text}}
}

// markedUp is a text of HTML.
func markedUp(text string) []dialog.Turn { return spoken(markup.Text(text)) }

// quotedText is a text in quotes, as in a list that Python or NumPy printed.
var quotedText = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`)

// lines are turns, each of which may begin with NAME: as all do; or a list of texts that Python printed is the turns, or
// __eou__ ends each.
func lines(text string) (turns []dialog.Turn) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, endOfUtterance) {
		return endsOfUtterances(text)
	}
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		for _, quoted := range quotedText.FindAllString(text, -1) {
			turns = append(turns, spoken(unquoted(quoted))...)
		}
		return turns
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			turns = append(turns, dialog.Turn{Text: line})
		}
	}
	speakers(turns)
	return turns
}

// speakers takes the names from the beginnings of texts, where all of them begin with NAME:.
func speakers(turns []dialog.Turn) {
	names := make([]string, len(turns))
	for i, t := range turns {
		var ok bool
		if names[i], ok = Named(t.Text); !ok {
			return
		}
	}
	for i, name := range names {
		turns[i].Speaker, turns[i].Text = name, strings.TrimSpace(turns[i].Text[len(name)+1:])
	}
}

// quoteMarks writes the quotes in a text of Python as Go does.
var quoteMarks = strings.NewReplacer(`\\`, `\\`, `\'`, "'", `\"`, `\"`, `"`, `\"`)

// unquoted is a text of Python without its quotes.
func unquoted(quoted string) string {
	inner := quoted[1 : len(quoted)-1]
	if text, err := strconv.Unquote(`"` + quoteMarks.Replace(inner) + `"`); err == nil {
		return text
	}
	return inner
}

// named begins a line that someone says: up to three words of together 30 letters before a colon.
var named = regexp.MustCompile(`^([^:]{1,30}):(\s|$)`)

// Named is the speaker with whom a line begins.
func Named(text string) (name string, ok bool) {
	m := named.FindStringSubmatch(text)
	if m == nil || len(strings.Fields(m[1])) > 3 || m[1] != strings.TrimSpace(m[1]) {
		return "", false
	}
	return m[1], true
}

// latin1 is a text whose bytes in UTF-8 were taken for characters, as Facebook exports it.
func latin1(text string) []dialog.Turn { return spoken(Latin1(text)) }

// Latin1 undoes UTF-8 that was taken for Latin-1; other texts stay.
func Latin1(text string) string {
	raw := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			return text
		}
		raw = append(raw, byte(r))
	}
	if !utf8.Valid(raw) {
		return text
	}
	return string(raw)
}

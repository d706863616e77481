package corpora

import (
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format whatsapp reads chats that WhatsApp exports, from Android and from iOS:
//
//	31/12/2023, 15:05 - Ann: Are you in?
//	[12/31/23, 3:05:11 PM] Ann: Are you in?
//
// Dates and clocks are those of the phone's language. A line without a date goes on
// with the message before it.

// logPlace is the place of the files with one of the extensions that are in a format.
func logPlace(is func(file string) bool, exts ...string) func(site.Site) site.Place {
	return func(s site.Site) site.Place {
		return func(name string) (dialog.Split, bool) {
			split, _ := splitIn(name)
			for _, ext := range exts {
				if strings.EqualFold(site.Extension(path.Base(name)), ext) {
					return split, !s.Dir || is(s.At(name))
				}
			}
			return split, false
		}
	}
}

// marks are the marks of direction that WhatsApp puts into lines.
const marks = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"

// whatsAppHead is what stands before a message; its last group is the rest of the line.
var whatsAppHead = regexp.MustCompile(`^[` + marks + `]*\[?` + talk.When + `(?:\]|` + talk.Space + `[-–]|:)` + talk.Space + `(.*)$`)

// isWhatsApp tells whether the first line, and a fifth of those after it, begin messages, two of which somebody says.
func isWhatsApp(file string) bool {
	if kakaoText.is(file) {
		return false
	}
	heads, said, lines := 0, 0, textfile.Head(file)
	for i, l := range lines {
		m := whatsAppHead.FindStringSubmatch(l)
		if m == nil {
			if i == 0 {
				return false
			}
			continue
		}
		heads++
		if _, ok := whatsAppMessage(m[len(m)-1]); ok && !ircNick.MatchString(m[len(m)-1]) {
			said++
		}
	}
	return said >= min(2, heads) && said > 0 && 5*heads >= len(lines)
}

var whatsAppText = chatText{parse: parseWhatsApp, tidy: func(m *talk.Message) { m.Text = tidied(m) }}

func parseWhatsApp(line string) (l chatLine, ok bool) {
	match := whatsAppHead.FindStringSubmatch(line)
	if match == nil {
		return l, false
	}
	l.stamp, l.stamped = talk.StampOf(match), true
	said, ok := whatsAppMessage(match[len(match)-1])
	if l.Message = said; !ok {
		l.Kind = talk.System
	}
	return l, true
}

// longestName is how many letters a speaker's name has at most.
const longestName = 60

// whatsAppMessage is what stands after a date: NAME: text. ok is false for what the program says.
func whatsAppMessage(rest string) (m talk.Message, ok bool) {
	name, text, found := strings.Cut(rest, ":")
	if !found {
		return m, false
	}
	if text != "" && !strings.HasPrefix(text, " ") && !strings.HasPrefix(text, "\u00a0") {
		return m, false // a time, an address
	}
	name = strings.TrimFunc(name, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(marks+"~", r) })
	const mostWords = 8
	if name == "" || len([]rune(name)) > longestName || strings.ContainsAny(name, "\"“”«»") || len(strings.Fields(name)) > mostWords {
		return m, false
	}
	return talk.Message{Speaker: name, Text: strings.TrimPrefix(strings.TrimPrefix(text, " "), "\u00a0")}, true
}

// Package markup takes out of a text what no speaker said: the annotations of
// transcripts and the tags of HTML.
package markup

import (
	"html"
	"regexp"
	"strings"
	"sync"
)

// Switchboard's annotations (Meteer et al. 1995, "Dysfluency Annotation Stylebook
// for the Switchboard Corpus"): {F uh, } is a filler, [ I, + I ] a repair, / the end of an utterance,
// <laughter> a sound, ((word)) a guess, # and * are overlap and typing errors.
var (
	opened    = lazily(`\{[A-Z] `)
	sound     = lazily(`<<?[^<>]*>?>`)
	asides    = lazily(`\*\[\[[^\]]*\]\]|\^\[\[[^\]]*\]\]`)
	repair    = lazily(`(^|\s)[+\[\]](\s|$)|\[|\]`)
	ended     = lazily(`\s*-?/\s*$`)
	guess     = strings.NewReplacer("((", "", "))", "", "{", "", "}", "", "#", "")
	tag       = lazily(`</?(?i:a|b|i|u|p|br|div|span|em|strong|font|pre|code|ul|ol|li|blockquote|h[1-6]|table|tr|td|th|img|button|svg|hr|s|sub|sup|small|tbody|thead)(\s[^<>]*)?/?>`)
	anyTag    = lazily(`</?[A-Za-z_][^<>]*>`)
	breaks    = lazily(`</?(?i:br|p|div|li)(\s[^<>]*)?/?>`)
	quoted    = lazily(`(?s)<quote\b.*?</quote>|<blockquote\b.*?</blockquote>|<legacyquote>.*?</legacyquote>`)
	closes    = lazily(`\s+([,.?!;:])`)
	annotated = lazily(`\{[A-Z] |\[[^\[\]]*\+|\s/\s*$`)
)

// lazily is a pattern that is compiled when it is first used: a program that talks reads
// no markup.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// Transcript returns the words of an utterance of Switchboard, with the spaces
// of written text.
func Transcript(text string) string {
	text = asides().ReplaceAllString(text, "")
	text = ended().ReplaceAllString(strings.TrimSpace(text), "")
	text = sound().ReplaceAllString(text, "")
	text = guess.Replace(opened().ReplaceAllString(text, ""))
	for before := ""; before != text; {
		before, text = text, repair().ReplaceAllString(text, " ")
	}
	text = strings.ReplaceAll(" "+text+" ", " + ", " ")
	return closes().ReplaceAllString(strings.Join(strings.Fields(text), " "), "$1")
}

// Strip returns a text without tags of HTML, whose entities become characters, and
// without the annotations of a transcript where it has some.
func Strip(text string) string {
	if tag().MatchString(text) {
		text = strings.Join(strings.Fields(html.UnescapeString(tag().ReplaceAllString(text, " "))), " ")
	}
	if annotated().MatchString(text) {
		return Transcript(text)
	}
	return strings.TrimSpace(text)
}

// Text returns what a message of HTML says, without what it quotes.
func Text(text string) string {
	text = breaks().ReplaceAllString(quoted().ReplaceAllString(text, ""), "\n")
	text = html.UnescapeString(anyTag().ReplaceAllString(text, ""))
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

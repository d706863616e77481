package corpora

import (
	"cmp"
	"errors"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/markup"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format srt reads subtitles: a number, the times, and lines of text.
//
//	12
//	00:01:02,000 --> 00:01:03,500
//	- <i>Is it late?</i>
//	- Very.
//
// A line is a turn; what does not end a sentence goes on in the next subtitle. A
// pause of five seconds ends a dialogue. In WebVTT, which begins with a line WEBVTT and may leave hours out, <v Ann>
// says who speaks; NAME: before each subtitle does so too. Otherwise speakers are not known.

func srtPlace(s site.Site) site.Place {
	return func(name string) (dialog.Split, bool) {
		ext := strings.ToLower(path.Ext(textfile.Bare(name)))
		split, _ := splitIn(name)
		return split, ext == ".srt" || ext == ".vtt" || ext == ".txt" && isSRT(s.At(name))
	}
}

var srtTimes = regexp.MustCompile(`^\s*(?:(\d+):)?(\d\d):(\d\d)[,.](\d{1,3})\s+-->\s+(?:(\d+):)?(\d\d):(\d\d)[,.](\d{1,3})`)

// isSRT tells whether a fifth of the first lines are times.
func isSRT(file string) bool {
	n, lines := 0, textfile.Head(file)
	for _, l := range lines {
		if srtTimes.MatchString(l) {
			n++
		}
	}
	return n > 0 && 5*n >= len(lines)
}

// A subtitle has times and lines.
type subtitle struct {
	begin, end time.Duration
	lines      []string
	number     int // of its line
}

// longPause ends a dialogue.
const longPause = 5 * time.Second

func readSRT(file string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		block := source.Block[subtitle]{Path: file, Noun: "dialogue", Parse: scene}
		var one subtitle
		var before time.Duration
		flush := func() bool {
			if one.number == 0 || len(one.lines) == 0 {
				one = subtitle{}
				return true
			}
			if before > 0 && one.begin > before+longPause && !block.Yield(yield) {
				return false
			}
			size := len(strings.Join(one.lines, "\n"))
			block.Add(one, one.number, size, nil)
			before, one = one.end, subtitle{}
			return true
		}
		last := "" // a line that may be the number of a subtitle
		for l, err := range textfile.Lines(file) {
			var bad *fault.Malformed
			if err != nil && !errors.As(err, &bad) {
				yield(dialog.Dialogue{}, err)
				return
			}
			m := srtTimes.FindStringSubmatch(l.Text)
			switch text := strings.TrimSpace(l.Text); {
			case bad != nil:
				block.Add(subtitle{}, l.Number, 0, bad)
			case m != nil:
				if number.MatchString(last) && len(one.lines) > 0 { // no blank line before it
					one.lines = one.lines[:len(one.lines)-1]
				}
				if !flush() {
					return
				}
				one = subtitle{begin: srtTime(m[1:5]), end: srtTime(m[5:9]), number: l.Number}
			case one.number > 0 && text != "":
				one.lines = append(one.lines, text)
			}
			last = l.Text
			if strings.TrimSpace(last) == "" && !flush() {
				return
			}
		}
		if flush() {
			block.Yield(yield)
		}
	}
}

func srtTime(parts []string) time.Duration {
	d, err := time.ParseDuration(cmp.Or(parts[0], "0") + "h" + parts[1] + "m" + parts[2] + "s" + parts[3] + "ms")
	if err != nil {
		return 0 // an hour beyond all films
	}
	return d
}

var (
	srtStyle = regexp.MustCompile(`\{\\[^}]*\}|</?(?:c|v|lang|ruby|rt)(?:[. ][^<>]*)?>|<\d\d:[\d:.]+>`)
	vttVoice = regexp.MustCompile(`^<v(?:\.[^ <>]*)? ([^<>]+)>`)
)

// scene makes turns of subtitles. A line with a dash before it is another speaker's.
func scene(all []subtitle) (dialog.Dialogue, error) {
	var d dialog.Dialogue
	goesOn, named := false, allNamed(all)
	for _, s := range all {
		dashes := strings.HasPrefix(strings.TrimSpace(s.lines[0]), "-")
		for i, line := range s.lines {
			who := ""
			if m := vttVoice.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
				who = strings.TrimSpace(m[1])
			}
			line = strings.TrimSpace(markup.Strip(srtStyle.ReplaceAllString(line, "")))
			if named && i == 0 {
				who, _ = shape.Named(line)
				line = line[len(who)+1:]
			}
			said, dash := strings.CutPrefix(line, "-")
			if said = strings.TrimSpace(said); said == "" {
				continue
			}
			n := len(d.Turns)
			same := n > 0 && who != "" && d.Turns[n-1].Speaker == who
			if n > 0 && !dash && (same || who == "" && (goesOn || i > 0 && !dashes)) {
				d.Turns[n-1].Text += " " + said
			} else {
				d.Turns = append(d.Turns, dialog.Turn{Speaker: who, Text: said})
			}
			goesOn = !strings.ContainsAny(said[len(said)-1:], `.?!"'…`) && !strings.HasSuffix(said, "…")
		}
	}
	if len(d.Turns) == 0 {
		return d, errors.New("the subtitles that begin here have no words")
	}
	return d, source.Spoken(d.Turns)
}

// allNamed tells whether each of several subtitles begins with one of a few speakers.
func allNamed(all []subtitle) bool {
	names := map[string]bool{}
	for _, s := range all {
		name, ok := shape.Named(strings.TrimSpace(s.lines[0]))
		if names[name] = true; !ok || len(names) > mostNames {
			return false
		}
	}
	return len(all) > 1
}

package corpora

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cvae-go/cvae/corpora/internal/talk"
)

// An ircLine is a line of a log: a message, or what the program says.
type ircLine struct {
	talk.Message
	stamped              bool
	marks                bool // it says when the log or a day begins
	date                 string
	hour, minute, second int
}

var (
	ircStamp = regexp.MustCompile(`^\[?(?:(\d{4}-\d\d-\d\d)[T ]|([A-Z][a-z]{2} {1,2}\d{1,2}(?: \d{4})?) )?(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?: ?([AaPp])[Mm])?\]?(?:\t|\s)`)
	ircNick  = regexp.MustCompile(`^<[~&@%+!. ]?([^<>\s]{1,64})>(?:\s|$)`)
	ircDoes  = regexp.MustCompile(`^[*•]\s+(\S{1,64})\s+(\S.*)$`)
	// ircComes are the actions of the program in the same words.
	ircComes = regexp.MustCompile(`^(\([^)]*\) |\[[^\]]*\] )?((has |have )?(joined|left|quit|parted|been kicked)\b|is now known as|sets mode|(has )?(set|changed) the topic|changes topic|was kicked|has kicked|gives |removes |has changed)`)
	// ircDay is a line such as "--- Day changed Fri Jan 07 2022" or "**** BEGIN LOGGING AT Thu Jan  6 12:30:00 2022".
	ircDay = regexp.MustCompile(`^(?:---|\*{4}|Session (?:Start|Time|Ident)).*?(?:([A-Z][a-z]{2})[a-z]* +(\d{1,2}),? (?:[\d:]+ )?(\d{4})|(\d{4}-\d\d-\d\d)|$)`)
)

// ircArrows stand where a nick would, in the lines of the program that WeeChat writes.
var ircArrows = []string{"-->", "<--", "--", "=!=", "<->", "", "==="}

func parseIRC(text string) (one ircLine) {
	rest := text
	if m := ircStamp.FindStringSubmatch(text); m != nil {
		rest = text[len(m[0]):]
		one.stamped = true
		one.date = m[1]
		if m[2] != "" {
			one.date = m[2]
		}
		one.hour, one.minute, one.second = number10(m[3]), number10(m[4]), number10(m[5])
		if half := strings.ToLower(m[6]); half == "p" && one.hour < 12 {
			one.hour += 12
		} else if half == "a" && one.hour == 12 {
			one.hour = 0
		}
	} else if m := ircDay.FindStringSubmatch(text); m != nil {
		one.marks = true
		if one.date = m[4]; m[1] != "" {
			one.date = m[1] + " " + m[2] + " " + m[3]
		}
	}
	one.Message = ircMessage(rest)
	return one
}

func number10(digits string) int {
	n, _ := strconv.Atoi(digits) // what an expression found, or nothing
	return n
}

// ircMessage is what stands after the time.
func ircMessage(rest string) talk.Message {
	if m := ircNick.FindStringSubmatch(strings.TrimLeft(rest, " ")); m != nil {
		return talk.Message{Speaker: m[1], Text: strings.TrimLeft(rest, " ")[len(m[0]):]}
	}
	if nick, text, ok := strings.Cut(rest, "\t"); ok && !strings.Contains(strings.TrimSpace(nick), " ") {
		nick = strings.TrimSpace(nick)
		if nick == "*" {
			return ircAction("* " + text)
		}
		for _, arrow := range ircArrows {
			if nick == arrow {
				return talk.Message{Kind: talk.System}
			}
		}
		return talk.Message{Speaker: strings.TrimLeft(nick, "~&@%+"), Text: text}
	}
	return ircAction(strings.TrimLeft(rest, " "))
}

func ircAction(text string) talk.Message {
	m := ircDoes.FindStringSubmatch(text)
	if m == nil || ircComes.MatchString(m[2]) {
		return talk.Message{Kind: talk.System}
	}
	return talk.Message{Speaker: m[1], Text: "*" + m[2] + "*"}
}

// An ircClock gives lines their times, whose days a log tells seldom.
type ircClock struct {
	day  time.Time // the last that was told, and those since then
	last time.Time
}

// back is how far clocks are set back without another day.
const back = 5 * time.Minute

func (c *ircClock) read(one ircLine) time.Time {
	told := c.told(one.date)
	if !one.stamped {
		return time.Time{}
	}
	if c.day.IsZero() {
		c.day = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	of := func() time.Time {
		return c.day.Add(time.Duration(one.hour)*time.Hour + time.Duration(one.minute)*time.Minute + time.Duration(one.second)*time.Second)
	}
	if !told && of().Before(c.last.Add(-back)) {
		c.day = c.day.AddDate(0, 0, 1)
	}
	c.last = of()
	return c.last
}

// told takes the day that a line names.
func (c *ircClock) told(date string) bool {
	if date == "" {
		return false
	}
	date = strings.Join(strings.Fields(date), " ")
	for _, layout := range []string{"2006-01-02", "Jan 2 2006", "Jan 2"} {
		day, err := time.Parse(layout, date)
		if err != nil {
			continue
		}
		if day.Year() == 0 { // a leap year, until another is told
			day = day.AddDate(2000, 0, 0)
		}
		c.day = day
		return true
	}
	return false
}

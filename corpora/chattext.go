package corpora

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// A chatText is how a program writes a chat as text: lines that begin a message, or name the day of those after them,
// and lines that go on with the message before.
type chatText struct {
	// parse reads a line; ok is false for one that goes on.
	parse func(line string) (l chatLine, ok bool)
	// tidy takes what the program put into a message out of it, and says which kind it is. nil: nothing.
	tidy func(*talk.Message)
	// titled: lines before the first message are the title of the chat; otherwise they are faults.
	titled bool
	// dated: a file names a day.
	dated bool
}

// A chatLine is the first line of a message, or a day.
type chatLine struct {
	talk.Message
	stamp   talk.Stamp // where it has a date
	stamped bool
	day     time.Time     // not zero: the line names it, and is no message
	clock   time.Duration // of a message without a date, since midnight
}

func (c chatText) read(file string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		all := talk.New(file, yield)
		monthFirst := c.monthFirst(file)
		var message talk.Message // of several lines
		flush := func() bool {
			m := message
			message = talk.Message{}
			if m.Number > 0 && c.tidy != nil {
				c.tidy(&m)
			}
			return m.Number == 0 || all.Add(m, nil)
		}
		day := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // until one is named
		for l, err := range textfile.Lines(file) {
			var bad *fault.Malformed
			if err != nil && !errors.As(err, &bad) {
				yield(dialog.Dialogue{}, err)
				return
			}
			one, begins := c.parse(l.Text)
			if (begins || bad != nil) && !flush() {
				return
			}
			switch {
			case bad != nil:
				all.Bad(l.Number, bad)
			case begins && !one.day.IsZero():
				day = one.day
			case begins:
				message = one.Message
				message.Number, message.At = l.Number, day.Add(one.clock)
				if one.stamped {
					message.At = one.stamp.Time(monthFirst)
				}
			case message.Number > 0:
				message.Text += "\n" + l.Text
			case strings.TrimSpace(l.Text) != "" && !c.titled:
				all.Bad(l.Number, fault.At("", l.Number, "the line is before the first message and has no date"))
			}
		}
		if flush() {
			all.Close()
		}
	}
}

// monthFirst reads as much of a file as it takes to know how its dates are written.
func (c chatText) monthFirst(file string) bool {
	var order talk.Order
	for l, err := range textfile.Lines(file) {
		if err != nil {
			continue
		}
		if one, ok := c.parse(l.Text); ok && one.stamped && order.Observe(one.stamp) {
			break
		}
	}
	return order.MonthFirst()
}

// dayLine is a line that names a day, perhaps between dashes and with the day of the week.
var dayLine = regexp.MustCompile(`^[-\s]*(?:\p{L}+\.?,? )?(?:(\d{4})[./年년-]\s?(\d{1,2})[./月월-]\s?(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4})|(\p{L}{3,9})\.? (\d{1,2}),? (\d{4}))[.日일]?\s?(?:\(?\p{L}+\.?\)?)?[-\s]*$`)

// dayIn is the day that a line names.
func dayIn(line string) (day time.Time, ok bool) {
	m := dayLine.FindStringSubmatch(line)
	switch {
	case m == nil:
		return day, false
	case m[1] != "":
		return date(number10(m[1]), number10(m[2]), number10(m[3])), true
	case m[4] != "" && number10(m[4]) > 12:
		return date(number10(m[6]), number10(m[5]), number10(m[4])), true
	case m[4] != "":
		return date(number10(m[6]), number10(m[4]), number10(m[5])), true
	}
	month, ok := talk.Month(m[7])
	return date(number10(m[9]), month, number10(m[8])), ok
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// clockOf is a time of day; half says which of the day's, before or after the hours.
func clockOf(hour, minute, second string, half ...string) time.Duration {
	h := number10(hour)
	for _, text := range half {
		switch of := talk.Half(text); {
		case of == 'p' && h < 12:
			h += 12
		case of == 'a' && h == 12:
			h = 0
		}
	}
	return time.Duration(h)*time.Hour + time.Duration(number10(minute))*time.Minute + time.Duration(number10(second))*time.Second
}

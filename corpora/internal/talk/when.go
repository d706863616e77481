package talk

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Space is a white space, or a mark of direction that exports put beside one, in a regular expression.
const Space = `[\s\x{a0}\x{202f}\x{200e}\x{200f}]`

// When is a date and a time of day as people write them, in a regular expression: three numbers, the month
// perhaps by its name, and hours and minutes with what says which half of the day before or after them.
const When = `(\p{Nd}{1,4})(?:[./-]|` + Space + `?[年년])` + Space + `?(\p{Nd}{1,2}|\p{L}{3,9}\.?)(?:[./-]|` + Space + `?[月월])` + Space + `?(\p{Nd}{1,4})[.日일]?` +
	`[,،]?` + Space + `?([^\p{Nd}\[\]:<>|]{0,12}?)` + Space + `?` +
	`(\p{Nd}{1,2})[:.時点시](\p{Nd}{2})(?:[:.](\p{Nd}{2}))?` + Space + `?([^\p{Nd}\[\]:<>|-]{0,10}?)`

// groups is how many groups When has.
const groups = 8

// A Stamp is a date and a time whose day and month are not told apart yet.
type Stamp struct {
	date                 [3]int
	slashes              bool
	named                bool // the month is, and stands second
	hour, minute, second int
	half                 byte // a, p; 0: the clock has 24 hours
}

// StampOf reads the groups of When in a match, of which they are the first.
func StampOf(match []string) Stamp {
	g := match[1 : 1+groups]
	s := Stamp{slashes: strings.Contains(match[0], "/"), hour: digits(g[4]), minute: digits(g[5]), second: digits(g[6])}
	s.date = [3]int{digits(g[0]), digits(g[1]), digits(g[2])}
	if month, ok := Month(g[1]); ok {
		s.named, s.date[1] = true, month
	}
	if s.half = Half(g[7]); s.half == 0 {
		s.half = Half(g[3])
	}
	return s
}

// digits is the number that digits of any script are.
func digits(text string) (n int) {
	for _, r := range text {
		if d := digitOf(r); d >= 0 {
			n = 10*n + d
		}
	}
	return n
}

// digitOf is the value of a decimal digit: those of a script follow each other from 0; -1: it is none.
func digitOf(r rune) int {
	if !unicode.Is(unicode.Nd, r) {
		return -1
	}
	n := 0
	for unicode.Is(unicode.Nd, r-1) {
		r--
		n++
	}
	return n % 10
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// Month is the number of a month by its English name, which may be short.
func Month(name string) (int, bool) {
	name = strings.ToLower(name)
	for i, m := range months {
		if strings.HasPrefix(name, m) {
			return i + 1, true
		}
	}
	return 0, false
}

// Words for the two halves of the day in the languages of phones, without points and spaces.
var (
	before = []string{"am", "a", "ص", "صباحا", "上午", "凌晨", "早上", "清晨", "오전", "午前", "πμ", "öö", "de", "sa", "pg", "ap", "fm", "पूर्वाह्न", "am.", "vorm"}
	after  = []string{"pm", "p", "م", "مساء", "下午", "晚上", "中午", "오후", "午後", "μμ", "ös", "du", "ch", "ptg", "ip", "em", "अपराह्न", "nachm"}
)

// Half is a for the first half of the day, p for the second, as languages of phones write them; 0: neither.
func Half(text string) byte {
	text = strings.ToLower(strings.Map(func(r rune) rune {
		if r == '.' || r == ',' || unicode.IsSpace(r) || r == '\u200e' || r == '\u200f' {
			return -1
		}
		return r
	}, text))
	for _, w := range before {
		if text == w {
			return 'a'
		}
	}
	for _, w := range after {
		if text == w {
			return 'p'
		}
	}
	return 0
}

// Time is the time of a stamp, in no zone.
func (s Stamp) Time(monthFirst bool) time.Time {
	day, month, year := s.date[0], s.date[1], s.date[2]
	switch {
	case s.yearFirst():
		year, month, day = s.date[0], s.date[1], s.date[2]
	case monthFirst && !s.named:
		day, month = month, day
	}
	if year < 100 {
		year += 2000
	}
	hour := s.hour
	if s.half == 'p' && hour < 12 {
		hour += 12
	} else if s.half == 'a' && hour == 12 {
		hour = 0
	}
	return time.Date(year, time.Month(month), day, hour, s.minute, s.second, 0, time.UTC)
}

func (s Stamp) yearFirst() bool { return s.date[0] > 31 }

// An Order finds out whether the month stands before the day in the dates of a file.
type Order struct {
	monthFirst, known bool
	seen              int
	slashes, halves   bool
	before            [2]time.Time
	backwards         [2]int // how often time runs backwards, day first and month first
}

// Observe learns from a stamp and reports whether the order is certain.
func (o *Order) Observe(s Stamp) (certain bool) {
	switch {
	case o.known:
	case s.yearFirst() || s.named || s.date[0] > 12:
		o.known = true
	case s.date[1] > 12:
		o.known, o.monthFirst = true, true
	}
	if o.known {
		return true
	}
	o.seen++
	o.slashes, o.halves = o.slashes || s.slashes, o.halves || s.half != 0
	for i, at := range []time.Time{s.Time(false), s.Time(true)} {
		if at.Before(o.before[i]) {
			o.backwards[i]++
		}
		o.before[i] = at
	}
	return false
}

// MonthFirst is what is known, or else likely: the order in which time runs backwards less often, or that of those
// who write slashes and halves of the day.
func (o *Order) MonthFirst() bool {
	switch day, month := o.backwards[0], o.backwards[1]; {
	case o.known:
		return o.monthFirst
	case day != month:
		return month < day
	}
	return o.slashes && o.halves
}

var written = regexp.MustCompile(`^` + When + `$`)

// layouts are those of times that machines write.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04", "2006-01-02", time.RFC1123Z, time.RubyDate}

// Parse reads a time that a machine wrote, or else the stamp of one that is
// written as people do. Digits are seconds since 1970, or milliseconds.
func Parse(text string) (at time.Time, stamp Stamp, isStamp, ok bool) {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseFloat(text, 64); err == nil && n > 0 && n < 1e17 {
		for n > 1e11 {
			n /= 1000
		}
		return time.Unix(int64(n), 0).UTC(), Stamp{}, false, true
	}
	for _, l := range layouts {
		if at, err := time.Parse(l, text); err == nil {
			return at.UTC(), Stamp{}, false, true
		}
	}
	if m := written.FindStringSubmatch(text); m != nil {
		return time.Time{}, StampOf(m), true, true
	}
	return time.Time{}, Stamp{}, false, false
}

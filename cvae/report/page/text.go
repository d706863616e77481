package page

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// none stands where a number does not apply or was not measured.
const none = "–"

// show is a number with some decimals.
func show(n report.Number, decimals int) string {
	switch {
	case !n.Known():
		return none
	case n > 1e7 || n < -1e7:
		return minus(strconv.FormatFloat(float64(n), 'e', 2, 64))
	}
	text := strconv.FormatFloat(float64(n), 'f', decimals, 64)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return minus(text)
}

func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

// whole is an integer that may not apply.
func whole(n *int) string {
	if n == nil {
		return none
	}
	return grouped(*n)
}

// grouped separates the thousands of n.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return minus(digits)
}

// count is a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%s %ss", grouped(n), thing)
}

// safe is plot.Safe of every line; a tab becomes spaces.
func safe(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = plot.Safe(strings.ReplaceAll(strings.TrimSuffix(l, "\r"), "\t", "    "))
	}
	return strings.Join(lines, "\n")
}

// slug is a name that may be part of a file's.
func slug(name string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, name)
	return strings.Trim(kept[:min(len(kept), 40)], "-")
}

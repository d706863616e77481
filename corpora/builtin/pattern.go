package builtin

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/cvae-go/cvae/dialog/rng"
)

// checkPattern reports whether brackets and braces of a pattern match. A
// pattern is text with alternatives [a|b] and slots {name}; alternatives may
// hold slots but no alternatives.
func checkPattern(pattern string) error {
	if strings.TrimSpace(pattern) == "" {
		return fmt.Errorf("a phrase has no text")
	}
	open := rune(0)
	for _, r := range pattern {
		switch {
		case r == '[' && open == 0, r == '{' && open == 0:
			open = r
		case r == '{' && open == '[':
			open = 'b'
		case r == ']' && open == '[', r == '}' && open == '{':
			open = 0
		case r == '}' && open == 'b':
			open = '['
		case r == '|' && open == '[':
		case strings.ContainsRune("[]{}|", r):
			return fmt.Errorf("%q is out of place in pattern %q", r, pattern)
		}
	}
	if open != 0 {
		return fmt.Errorf("pattern %q does not close a bracket", pattern)
	}
	return nil
}

func slotNames(pattern string) (names []string) {
	fillSlots(pattern, func(name string) string {
		names = append(names, name)
		return ""
	})
	return names
}

// expand draws one text of a checked pattern. fill returns the value of a
// slot.
func expand(pattern string, draw *rng.Stream, fill func(string) string) string {
	var text strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "[")
		text.WriteString(before)
		if !found {
			break
		}
		choices, rest, _ := strings.Cut(rest, "]")
		list := strings.Split(choices, "|")
		text.WriteString(list[draw.IntN(len(list))])
		pattern = rest
	}
	filled := fillSlots(text.String(), fill)
	return capitalise(strings.Join(strings.Fields(filled), " "))
}

func fillSlots(pattern string, fill func(string) string) string {
	var text strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "{")
		text.WriteString(before)
		if !found {
			return text.String()
		}
		name, rest, _ := strings.Cut(rest, "}")
		text.WriteString(fill(name))
		pattern = rest
	}
}

// capitalise starts every sentence with a capital letter.
func capitalise(text string) string {
	start := true
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) && start:
			start = false
			return unicode.ToUpper(r)
		case strings.ContainsRune(".?!", r):
			start = true
		case unicode.IsDigit(r):
			start = false
		}
		return r
	}, text)
}

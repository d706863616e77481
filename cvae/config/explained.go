package config

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What the YAML library says of a file of settings.
var (
	twice   = regexp.MustCompile(`line (\d+): mapping key "(.*)" already defined at line (\d+)`)
	another = regexp.MustCompile("(?s)^line (\\d+): cannot unmarshal (\\S+)(?: `(.*)`)? into (.+)$")
	strange = regexp.MustCompile(`^line (\d+): field (.*) not found in type `)
	syntax  = regexp.MustCompile(`^(\w+): (?:line (\d+): )?(.*)$`)
)

// wanted are the types of settings in words.
var wanted = map[string]string{
	"uint64": "a whole number, not negative,", "int": "a whole number", "float64": "a number", "bool": "true or false", "string": "a text",
	"time.Duration": "a duration, such as 90s or 1h30m,", "[]string": "a list of names, such as [topic, act],", "[]int": "a list of whole numbers, such as [1, 2, 4],",
}

// parsing begins what viper says of a file that it cannot read.
const parsing = "While parsing config: "

// Explained is an error of a library that reads files of settings, in one sentence without
// the types of Go.
func Explained(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("it is empty")
	}
	if m := twice.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("the key %s of line %s stands in line %s already; keep one of them", m[2], m[1], m[3])
	}
	if types := (*yaml.TypeError)(nil); errors.As(err, &types) && len(types.Errors) > 0 {
		return mistyped(types.Errors[0])
	}
	text, parsed := strings.CutPrefix(err.Error(), parsing)
	if m := syntax.FindStringSubmatch(text); m != nil && (parsed || m[1] == "yaml") {
		place := "it"
		if m[2] != "" {
			place = "line " + m[2]
		}
		return fmt.Errorf("%s is not %s: %s", place, strings.ToUpper(m[1]), m[3])
	}
	if parsed {
		return errors.New("it is damaged: " + text)
	}
	return err
}

// mistyped says what stands where another type of value belongs.
func mistyped(fault string) error {
	if m := strange.FindStringSubmatch(fault); m != nil {
		return fmt.Errorf("line %s has the key %s, which no configuration has", m[1], m[2])
	}
	m := another.FindStringSubmatch(fault)
	if m == nil {
		return errors.New(fault)
	}
	what, want := map[string]string{"!!seq": "a list", "!!map": "a group of settings", "!!null": "nothing"}[m[2]], wanted[m[4]]
	switch {
	case what != "":
	case m[3] != "":
		what = m[3]
	case m[2] == "!!str":
		what = "an empty text"
	default:
		what = "the tag " + m[2]
	}
	if want == "" {
		want = "a group of settings, as in latent: {dim: 16},"
	}
	return fmt.Errorf("line %s has %s where %s belongs", m[1], what, want)
}

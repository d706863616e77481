package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/pytorch"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog/tokenfile"
)

// The exit statuses.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2 // the command line or the configuration is wrong
	exitInterrupted = 130
)

var errInterrupted = errors.New("interrupted")

// A usageError is a fault of the command line or the configuration.
type usageError struct{ error }

// Unwrap returns the fault.
func (e usageError) Unwrap() error { return e.error }

// usagef makes a usageError.
func usagef(format string, a ...any) error { return usageError{fmt.Errorf(format, a...)} }

// exitCode is the exit status after err.
func exitCode(err error) int {
	var usage usageError
	var configuration config.Error
	var unsupported pytorch.UnsupportedError
	var option corpora.OptionError
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage), errors.As(err, &configuration), errors.As(err, &unsupported), errors.As(err, &option),
		errors.Is(err, run.ErrRequest), errors.Is(err, run.ErrNoRun), errors.Is(err, rundir.ErrNotEmpty):
		return exitUsage
	}
	return exitFailure
}

// complain prints err as one line, unless it is unsaid, and returns the exit status.
func complain(errs io.Writer, command *cobra.Command, err error) int {
	code := exitCode(err)
	var quiet unsaid
	if errors.As(err, &quiet) {
		return code
	}
	if code == exitInterrupted && !errors.Is(err, errInterrupted) {
		err = errInterrupted // and not where it was noticed
	}
	fmt.Fprintln(errs, "cvae: "+printable(strings.Join(strings.Fields(err.Error()), " ")+cure(err)))
	if code == exitUsage {
		fmt.Fprintln(errs, hint(command))
	}
	return code
}

// cure is what helps where the system has refused and its words do not say; empty: they
// do.
func cure(err error) string {
	switch {
	case errors.Is(err, tokenfile.ErrFull): // says so itself
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "; free some space there and try again: what was saved before is whole"
	case errors.Is(err, syscall.EROFS):
		return "; name a folder that can be written"
	}
	return ""
}

// hint says where help is.
func hint(command *cobra.Command) string {
	_, path, _ := strings.Cut(command.CommandPath(), " ")
	return strings.TrimSpace("see cvae help " + path)
}

// flagError makes a usageError of what pflag says, with the nearest flag.
func flagError(command *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return usageError{fmt.Errorf("%s is %q; %s", flagName(invalid.GetFlag()), invalid.GetValue(), mustBe(invalid))}
	}
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) {
		return usageError{err}
	}
	if missing.GetSpecifiedShortnames() != "" {
		return usageError{fmt.Errorf("%w; put -- before a text that begins with a dash, as in -- %s", err, "\"-"+missing.GetSpecifiedShortnames()+"\"")}
	}
	if name := missing.GetSpecifiedName(); len(name) == 1 && command.Flags().ShorthandLookup(name) != nil {
		return usageError{fmt.Errorf("%w%s", err, didYouMean("-", name))}
	}
	var names []string
	command.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return usageError{fmt.Errorf("%w%s", err, didYouMean("--", nearest(missing.GetSpecifiedName(), names)))}
}

// flagName is a flag as it is typed.
func flagName(f *pflag.Flag) string {
	if f.Shorthand != "" {
		return "-" + f.Shorthand + ", --" + f.Name
	}
	return "--" + f.Name
}

// mustBe says what a flag takes: the types of pflag in words, or what a type of ours says
// itself.
func mustBe(invalid *pflag.InvalidValueError) string {
	cause := invalid.Unwrap()
	var number *strconv.NumError
	if !errors.As(cause, &number) && !strings.HasPrefix(cause.Error(), "time: ") {
		return cause.Error()
	}
	if errors.Is(cause, strconv.ErrRange) {
		return "it is too large, or too small"
	}
	switch kind := invalid.GetFlag().Value.Type(); kind {
	case "int", "int64":
		return "it must be a whole number"
	case "uint64", "uint":
		return "it must be a whole number, not negative"
	case "float64":
		return "it must be a number"
	case "bool":
		return "it must be true or false"
	case "duration":
		return "it must be a duration such as 90s or 1h30m"
	default:
		return "it must be of the type " + kind
	}
}

// arguments says how a command is called when check refuses the arguments.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if check(command, args) == nil {
			return nil
		}
		return usagef("wrong number of arguments, %d: it is %s (quote a text of several words)", len(args), command.UseLine())
	}
}

// nearest returns the candidate that name is most likely a slip of; empty when
// none is near. A name without its group, learning_rate for
// optimiser.learning_rate, counts as near.
func nearest(name string, candidates []string) string {
	best, least := "", len([]rune(name))/2+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		d := distance(name, c)
		if _, last, grouped := strings.Cut(c, "."); grouped {
			d = min(d, 1+distance(name, last))
		}
		if d < least {
			best, least = c, d
		}
	}
	return best
}

// didYouMean is the end of a message; empty without a suggestion.
func didYouMean(prefix, suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return "; did you mean " + prefix + suggestion + "?"
}

// distance is the number of runes to insert, delete or replace to make b of a
// (Levenshtein 1966).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range s {
		diagonal := row[0]
		row[0] = i + 1
		for j, u := range t {
			replaced := diagonal + cmp.Compare(r, u)*cmp.Compare(r, u)
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(t)]
}

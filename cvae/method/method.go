// Package method is the table of cures for posterior collapse and their
// baselines: one file and one row each.
//
// To add a method, write its file with a Method value and add it to table.
// Flags, help, checkpoints, the table of README.md here and the contract tests
// range over the table.
package method

//go:generate go test -run TestReadme -update .

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train"
)

// A Method is one row of the table.
type Method struct {
	Name, Title string
	// Known are other names that people type, in lower case and without hyphens.
	Known []string
	// Cite names the paper or papers.
	Cite       string
	Parameters []Parameter
	// Config are settings of the run that the method has in the place of the
	// preset's, by key, where nobody sets them.
	Config map[string]string
	// Former are settings of earlier versions, which saved runs have: by name and
	// word, the settings that say the same now.
	Former map[string]map[string]Values
	// Compares says that the parts compare the examples of a batch, as
	// cvae.MinBatcher says too.
	Compares bool
	// SeparateInference gives the inference part weights that no other part
	// uses, whatever encoder.share and decoder.share_embedding say.
	SeparateInference bool
	// Build makes fresh parts for one run.
	Build func(Values, cvae.Mode) (Parts, error)
	// Joined refuses joined parts of which one does nothing; nil: all act.
	Joined func(Values, Parts) error
}

// A Parameter is a setting of a method; its key is <method>.<name>.
type Parameter struct {
	Name string
	// Default in each mode; a choice when Choices is not nil, else a number.
	Dialogue, Text any
	// Earlier is the value in runs that were saved before there was the setting;
	// nil: the default.
	Earlier  any
	Choices  []string
	Min, Max float64 // of a number
	// Only is the mode in which the setting acts, empty: both, and With are the
	// other settings that it acts with.
	Only cvae.Mode
	With Values
	// Smooth are settings for the checks by finite differences, by choice: under
	// them no factor is stopped and nothing is at its limit.
	Smooth map[string]Values
	Help   string
	Source string // where the default comes from
}

// Default is the default in a mode.
func (p Parameter) Default(m cvae.Mode) any {
	if m == cvae.Text {
		return p.Text
	}
	return p.Dialogue
}

// Parts is everything a method decides.
type Parts struct {
	cvae.Parts
	Schedule train.Schedule // nil: Anneal
	// Anneal is the schedule that the method has where no joined row sets one;
	// nil: beta 1.
	Anneal   train.Schedule
	Strategy train.Strategy // nil: joint updates
	Phases   []train.Phase  // nil: one
	Closing  *train.Phase   // nil: training ends with the last phase
	// SeparateInference is that of the rows.
	SeparateInference bool
}

// Closes is the name of the closing phase; empty: there is none.
func (p Parts) Closes() string {
	if p.Closing == nil {
		return ""
	}
	return p.Closing.Name
}

// table lists the methods in the order of the README.
func table() []Method {
	return []Method{lm, seq2seq, vae, linear, cyclical, beta, freebits, targetrate, delta, deltaAR, vmf, fisher, twr, skip, sa, agg, ae, mae, bn, du, scale, bow, worddropout, fraternal, dvae, aggkl, mmd}
}

// All returns the methods in their customary order.
func All() []Method { return table() }

// plainName is a name from a paper as [Method.Known] has it, and without a VAE at its end.
func plainName(name string) string {
	plain := strings.NewReplacer("-", "", "_", "", " ", "", "δ", "delta", "β", "beta", "κ", "kappa").Replace(strings.ToLower(name))
	for _, ending := range []string{"cvae", "vae"} {
		if short := strings.TrimSuffix(plain, ending); short != "" && short != plain {
			return short
		}
	}
	return plain
}

// misspelt reports whether a name of at least five letters is one edit, or one swap of
// neighbours, away from another.
func misspelt(name, of string) bool {
	a, b := []rune(name), []rune(of)
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 5 || len(b)-len(a) > 1 {
		return false
	}
	at := 0
	for at < len(a) && a[at] == b[at] {
		at++
	}
	if len(a) < len(b) {
		return slices.Equal(a[at:], b[at+1:])
	}
	if at == len(a) || slices.Equal(a[at+1:], b[at+1:]) {
		return true
	}
	return at+1 < len(a) && a[at] == b[at+1] && a[at+1] == b[at] && slices.Equal(a[at+2:], b[at+2:])
}

// Find returns the method of that name. The error for a name from a paper, such
// as BN-VAE, or a misspelt one, suggests the row.
func Find(name string) (Method, error) {
	plain := plainName(name)
	var names []string
	exact, near, suggestion := "", "", ""
	for _, m := range table() {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
		for _, known := range append([]string{strings.ReplaceAll(m.Name, "-", "")}, m.Known...) {
			switch known = plainName(known); {
			case known == plain:
				exact = m.Name
			case misspelt(plain, known):
				near = m.Name
			}
		}
	}
	if name := cmp.Or(exact, near); name != "" {
		suggestion = "did you mean " + name + "? "
	}
	return Method{}, fmt.Errorf("there is no method %q; %sthe methods are %s", name, suggestion, strings.Join(names, " "))
}

// Values are the settings of one method, complete and checked.
type Values map[string]any

// Number returns a numeric setting.
func (v Values) Number(name string) float64 { return v[name].(float64) }

// Choice returns a setting that is one of a few words.
func (v Values) Choice(name string) string { return v[name].(string) }

// Int returns a numeric setting rounded to a whole number.
func (v Values) Int(name string) int { return int(math.Round(v.Number(name))) }

// On returns a setting that is on or off.
func (v Values) On(name string) bool { return v.Choice(name) == "on" }

// onOff are the choices of a switch.
var onOff = []string{"on", "off"}

// atLeast is the fewest examples that a part which compares them needs.
type atLeast int

// MinBatch implements cvae.MinBatcher.
func (n atLeast) MinBatch() int { return int(n) }

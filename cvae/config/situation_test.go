package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/method"
)

// collapsed are measurements of the four collapses; the last two need a context.
var collapsed = []latent.Evidence{
	{KL: new(.1), Active: new(0), ResidualActive: new(0), Information: new(.0)},
	{KL: new(3.), Active: new(0), ResidualActive: new(0), Information: new(.0)},
	{KL: new(3.), Active: new(5), ResidualActive: new(5), Information: new(.1), Conditional: true},
	{KL: new(3.), Active: new(5), ResidualActive: new(5), Information: new(2.), Conditional: true, PriorMeanVariance: []float64{0}, PriorVariance: []float64{1}},
}

// TestRemedies tells every row, with every choice of its settings and in both
// modes, what helps against each collapse: the methods that a remedy names exist
// and are not those of the run, and the settings are the run's, act, and are not
// yet as the remedy wants them.
func TestRemedies(t *testing.T) {
	told := map[string]bool{}
	for _, mode := range []cvae.Mode{cvae.Dialogue, cvae.Text} {
		for _, row := range method.All() {
			settings := []method.Settings{nil}
			for _, p := range row.Parameters {
				for _, choice := range p.Choices {
					settings = append(settings, method.Settings{row.Name + "." + p.Name: choice})
				}
			}
			for _, given := range settings {
				c := Config{Method: row.Name, Settings: given, Model: cvae.Config{Mode: mode}}
				if err := c.Complete(); err != nil {
					t.Fatal(err)
				}
				for i, e := range collapsed[:map[cvae.Mode]int{cvae.Dialogue: 4, cvae.Text: 2}[mode]] {
					found := latent.Judge(e).Findings(e, c.Situation())
					if len(found) == 0 {
						t.Fatalf("there is no collapse in evidence %d", i)
					}
					for _, f := range found {
						told[f.Remedy] = true
						if err := sensible(f.Remedy, c); err != nil {
							t.Errorf("%s, %v, mode %s, %s collapse: %q: %v", row.Name, given, mode, f.Name, f.Remedy, err)
						}
					}
				}
			}
		}
	}
	if len(told) < 12 {
		t.Errorf("only %d remedies: %v", len(told), told)
	}
}

var (
	methods = regexp.MustCompile(`--method ([a-z0-9+-]+)`)
	keys    = regexp.MustCompile(`(Raise|Lower|Set|set) ([a-z-]+)\.([a-z_]+)(?:=([a-z]+)| (?:above|below) ([0-9.]+[0-9]|[0-9]+))`)
	key     = regexp.MustCompile(`[a-z]\.[a-z_]+`)
)

// sensible refuses a remedy that a run of c cannot follow.
func sensible(remedy string, c Config) error {
	for _, m := range methods.FindAllStringSubmatch(remedy, -1) {
		if _, err := method.Find(m[1]); err != nil {
			return err
		}
		if m[1] == c.Method {
			return fmt.Errorf("the run has method %s", m[1])
		}
	}
	advice := keys.FindAllStringSubmatch(remedy, -1)
	if len(advice) != len(key.FindAllString(remedy, -1)) {
		return fmt.Errorf("a setting is named without what to do with it")
	}
	for _, a := range advice {
		row, err := method.Find(a[2])
		if err != nil {
			return err
		}
		at := slices.IndexFunc(row.Parameters, func(p method.Parameter) bool { return p.Name == a[3] })
		if at < 0 || a[2] != c.Method {
			return fmt.Errorf("the run has no setting %s.%s", a[2], a[3])
		}
		p, now := row.Parameters[at], c.Settings[a[2]+"."+a[3]]
		for name, value := range p.With {
			if c.Settings[a[2]+"."+name] != value {
				return fmt.Errorf("%s does nothing unless %s is %v", a[3], name, value)
			}
		}
		switch {
		case p.Only != "" && p.Only != c.Model.Mode:
			return fmt.Errorf("%s does nothing in mode %s", a[3], c.Model.Mode)
		case strings.EqualFold(a[1], "set") && (!slices.Contains(p.Choices, a[4]) || a[4] == now):
			return fmt.Errorf("%s is %v", a[3], now)
		case a[5] != "" && a[5] != fmt.Sprint(now):
			return fmt.Errorf("%s is %v", a[3], now)
		case a[1] == "Raise" && now.(float64) >= p.Max, a[1] == "Lower" && now.(float64) <= p.Min:
			return fmt.Errorf("%s is at its limit %v", a[3], now)
		}
	}
	return nil
}

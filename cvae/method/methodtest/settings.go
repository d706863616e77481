package methodtest

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/method"
)

// tableRow checks what flags, help and the README read of a row.
func tableRow(t *testing.T, m method.Method) {
	if m.Name == "" || m.Name != strings.ToLower(m.Name) || strings.ContainsAny(m.Name, "+. ") {
		t.Errorf("%q is no name to type", m.Name)
	}
	if m.Title == "" || m.Cite == "" {
		t.Errorf("%s lacks a title or a citation", m.Name)
	}
	if found, err := method.Find(m.Name); err != nil || found.Title != m.Title {
		t.Errorf("the row %s is not found by its name: %v", m.Name, err)
	}
	seen := map[string]bool{}
	for _, p := range m.Parameters {
		if p.Help == "" || p.Source == "" || seen[p.Name] {
			t.Errorf("%s.%s lacks help or a source, or is there twice", m.Name, p.Name)
		}
		seen[p.Name] = true
	}
}

// settingsChecked tries values that are in and out of range.
func settingsChecked(t *testing.T, m method.Method) {
	for mode, c := range Shapes() {
		if _, _, err := method.Compose(m.Name, nil, mode); err != nil {
			sentence(t, err, mode)
			continue
		}
		refused(t, m.Name, m.Name+".no_such_setting", 1.0, mode)
		for _, p := range m.Parameters {
			key := m.Name + "." + p.Name
			for _, bad := range outside(p) {
				refused(t, m.Name, key, bad, mode)
			}
			for _, good := range inside(p) {
				finite(t, fmt.Sprintf("%s = %v", key, good), c, m.Name, map[string]any{key: good}, cvaetest.Batch(c))
			}
		}
	}
}

// outside are values that a parameter must refuse.
func outside(p method.Parameter) []any {
	if p.Choices != nil {
		return []any{"neither", 3, nil, []string{"on"}}
	}
	return []any{"much", "", "0.5x", "1 2", math.NaN(), "NaN", math.Inf(1), p.Max * 1.01, p.Min - 0.01, nil, true}
}

// inside are the edges of what a parameter takes.
func inside(p method.Parameter) []any {
	if p.Choices != nil {
		var all []any
		for _, c := range p.Choices {
			all = append(all, c)
		}
		return all
	}
	return []any{p.Min, p.Max}
}

func refused(t *testing.T, name, key string, value any, mode cvae.Mode) {
	t.Helper()
	_, _, err := method.Compose(name, map[string]any{key: value}, mode)
	if err == nil {
		t.Errorf("%s takes %#v", key, value)
		return
	}
	if !strings.Contains(err.Error(), key) {
		t.Errorf("the error for %s does not name it: %v", key, err)
	}
	sentence(t, err, mode)
}

// sentence checks that an error is one line that a user can read.
func sentence(t *testing.T, err error, mode cvae.Mode) {
	t.Helper()
	if text := err.Error(); strings.ContainsAny(text, "\n\t") || len(text) < 15 || strings.Contains(text, "%!") {
		t.Errorf("%s: %q is no sentence", mode, text)
	}
}

package method_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/method"
)

var update = flag.Bool("update", false, "write the tables of README.md")

// Between these lines README.md is written by go generate.
const (
	begin = "<!-- from the rows, by go generate -->\n"
	end   = "<!-- end -->\n"
)

// TestReadme: the tables are those of the rows.
func TestReadme(t *testing.T) {
	old, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(old), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatal("README.md has no place for the tables")
	}
	current := []byte(before + begin + tables() + end + after)
	switch {
	case bytes.Equal(old, current):
	case *update:
		err = os.WriteFile("README.md", current, 0o644)
	default:
		t.Error("the tables of README.md are stale: run go generate in this folder")
	}
	if err != nil {
		t.Error(err)
	}
}

// TestReadmeCode: what README.md prints of a method is in its file.
func TestReadmeCode(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("targetrate.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```go\n")[1:]
	if len(blocks) < 2 {
		t.Fatal("README.md prints no code")
	}
	for _, block := range blocks {
		code, _, _ := strings.Cut(block, "```")
		for line := range strings.Lines(code) {
			line = strings.TrimPrefix(line, "   ") // of the list that it stands in
			if !strings.Contains(line, "…") && strings.TrimSpace(line) != "" && !strings.Contains(string(file), line) {
				t.Errorf("targetrate.go does not have %q", line)
			}
		}
	}
}

// tables is a line for every method, then its settings.
func tables() string {
	var b strings.Builder
	b.WriteString("\n| method | what it is | source |\n|---|---|---|\n")
	for _, m := range method.All() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", m.Name, m.Title, m.Cite)
	}
	b.WriteString("\n| setting | dialogue | text | values | what it does | source of the default |\n|---|---|---|---|---|---|\n")
	for _, m := range method.All() {
		for _, p := range m.Parameters {
			fmt.Fprintf(&b, "| `%s.%s` | %v | %v | %s | %s | %s |\n", m.Name, p.Name, p.Dialogue, textDefault(p), values(p), strings.ReplaceAll(acts(p), "|", "\\|"), p.Source)
		}
	}
	return b.String() + "\n"
}

// textDefault is the default in text mode, where the setting acts there.
func textDefault(p method.Parameter) any {
	if p.Only != "" && p.Only != "text" {
		return "–"
	}
	return p.Text
}

func values(p method.Parameter) string {
	if p.Choices != nil {
		return strings.Join(p.Choices, ", ")
	}
	return fmt.Sprintf("%g to %g", p.Min, p.Max)
}

// acts is what a setting does, and with which others.
func acts(p method.Parameter) string {
	help := p.Help
	for _, name := range slices.Sorted(maps.Keys(p.With)) {
		help += fmt.Sprintf("; with `%s=%v`", name, p.With[name])
	}
	return help
}

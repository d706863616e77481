package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manual writes all pages and returns its folder.
func manual(t *testing.T, date string) string {
	t.Helper()
	dir := t.TempDir()
	root := newRoot()
	root.InitDefaultCompletionCmd("man")
	if err := runMan(t.Context(), &manOptions{Dir: dir, Root: root, Date: date}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Every command that help lists has a page with all its flags, in ASCII.
func TestManualIsWhole(t *testing.T) {
	dir := manual(t, "2026-11-29")
	written, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	root := newRoot()
	root.InitDefaultCompletionCmd("man")
	if err := eachCommand(root, func(c *cobra.Command) error {
		pages++
		page, err := os.ReadFile(filepath.Join(dir, pageName(c)+".1"))
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(page, func(b byte) bool { return b >= 0x80 }); i >= 0 {
			t.Errorf("%s: a byte that is not ASCII at %d", pageName(c), i)
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(string(page), escape("--"+f.Name)) {
				t.Errorf("%s: the page has no --%s", pageName(c), f.Name)
			}
		})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if pages != len(written) || pages < 30 {
		t.Errorf("%d commands and %d pages", pages, len(written))
	}
}

// mandoc finds nothing to say on any page, not even on style.
func TestManualForMandoc(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("mandoc is not installed")
	}
	pages, err := filepath.Glob(filepath.Join(manual(t, "2026-11-29"), "*.1"))
	if err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("mandoc", append([]string{"-Tlint"}, pages...)...).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("mandoc -Tlint: %v\n%s", err, said)
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{`a-b \n`: `a\-b \en`, "λ·x": `\[u03BB]\[u00B7]x`, "plain": "plain"} {
		if got := escape(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	p := &roff{}
	p.line(".TH is text here")
	if got := p.String(); got != `\&.TH is text here`+"\n" {
		t.Errorf("a line that begins with a point became %q", got)
	}
}

// The date of the manual is the one that is asked for, so that packages built twice are equal.
func TestManualDate(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1796000000") // date -u -d @1796000000: 2026-11-30
	if day, err := manualDate(); err != nil || day != "2026-11-30" {
		t.Errorf("%q, %v", day, err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if _, err := manualDate(); exitCode(err) != exitUsage {
		t.Errorf("a date that is none: %v", err)
	}
}

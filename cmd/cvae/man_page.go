package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manPage is the page of a command in the man(7) language: what --help prints, and for
// the whole program its exit status and environment.
func manPage(c *cobra.Command, date string) string {
	p := &roff{}
	p.macro("TH", escape(strings.ToUpper(pageName(c))), "1", `"`+date+`"`, "cvae", `"User Commands"`)
	p.macro("SH", "NAME")
	p.filled([]string{pageName(c) + " - " + c.Short})
	p.macro("SH", "SYNOPSIS")
	p.bold(c.UseLine())
	p.macro("SH", "DESCRIPTION")
	p.prose(description(c))
	p.commands(listed(c))
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	p.options(c.LocalFlags())
	if c.Example != "" {
		p.macro("SH", "EXAMPLES")
		p.block(strings.Split(c.Example, "\n"))
	}
	if !c.HasParent() {
		p.macro("SH", "ENVIRONMENT")
		p.prose(manEnvironment)
	}
	p.macro("SH", "EXIT STATUS")
	p.prose(manStatus)
	p.related(c)
	return p.String()
}

const (
	manStatus = `0 done, 1 failure, 2 wrong command line or configuration, 130 interrupted after saving.`

	manEnvironment = `CVAE_ and the name of a setting with underscores, such as CVAE_OPTIMISER_LEARNING_RATE=0.01, is weaker than a flag and stronger than a file of settings. XDG_STATE_HOME is where conversations are kept, XDG_CACHE_HOME where corpora are kept encoded.`
)

// description is the long text of a command without its exit status, which has a
// section of its own.
func description(c *cobra.Command) string {
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	text, _, _ = strings.Cut(text, "\nExit status:")
	return text
}

// A roff is a page that is being written.
type roff struct{ strings.Builder }

// macro writes a request.
func (p *roff) macro(words ...string) { p.WriteString("." + strings.Join(words, " ") + "\n") }

// line writes a line of text that is escaped. A sign that would begin a request is
// made text.
func (p *roff) line(text string) {
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		p.WriteString(`\&`)
	}
	p.WriteString(text + "\n")
}

func (p *roff) bold(text string) { p.line(`\fB` + escape(text) + `\fR`) }

// prose writes paragraphs that blank lines divide, and indented lines as they are.
func (p *roff) prose(text string) {
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			p.macro("PP")
		}
		var filled, kept []string
		for _, line := range strings.Split(strings.Trim(paragraph, "\n"), "\n") {
			if strings.HasPrefix(line, "  ") {
				p.filled(filled)
				filled, kept = nil, append(kept, line)
				continue
			}
			p.block(kept)
			filled, kept = append(filled, line), nil
		}
		p.filled(filled)
		p.block(kept)
	}
}

// manWidth is the longest line of the source, in bytes, where words allow it.
const manWidth = 76

// filled writes lines that man fills again: a sentence begins a line.
func (p *roff) filled(lines []string) {
	var line string
	flush := func() {
		if line != "" {
			p.line(line)
		}
		line = ""
	}
	for _, word := range strings.Fields(strings.Join(lines, " ")) {
		ends := utf8.RuneCountInString(word) > 1 && strings.ContainsAny(word[len(word)-1:], ".?!")
		word = escape(word)
		if len(line)+1+len(word) > manWidth {
			flush()
		}
		if line != "" {
			line += " "
		}
		if line += word; ends {
			flush()
		}
	}
	flush()
}

// block writes lines as they are, indented.
func (p *roff) block(lines []string) {
	if len(lines) == 0 {
		return
	}
	p.macro("RS", "2")
	p.macro("nf")
	for _, line := range lines {
		p.line(escape(strings.TrimPrefix(line, "  ")))
	}
	p.macro("fi")
	p.macro("RE")
}

// commands lists the commands of a group.
func (p *roff) commands(list []*cobra.Command) {
	if len(list) == 0 {
		return
	}
	p.macro("SH", "COMMANDS")
	for _, c := range list {
		p.macro("TP")
		p.line(`\fB` + escape(pageName(c)) + `\fR(1)`)
		p.filled([]string{c.Short + "."})
	}
}

// options lists flags as --help does.
func (p *roff) options(flags *pflag.FlagSet) {
	p.macro("SH", "OPTIONS")
	flags.VisitAll(func(f *pflag.Flag) {
		alone := pflag.NewFlagSet("", pflag.ContinueOnError)
		alone.AddFlag(f)
		name, usage, _ := strings.Cut(strings.TrimSpace(alone.FlagUsages()), "   ")
		p.macro("TP")
		p.bold(name)
		p.filled([]string{usage})
	})
}

// related names the pages of the group, and of the program.
func (p *roff) related(c *cobra.Command) {
	var pages []string
	for up := c.Parent(); up != nil; up = up.Parent() {
		pages = append(pages, pageName(up))
	}
	for _, sub := range listed(c) {
		pages = append(pages, pageName(sub))
	}
	p.macro("SH", "SEE ALSO")
	for i, page := range pages {
		end := ","
		if i == len(pages)-1 {
			end = ""
		}
		p.line(fmt.Sprintf(`\fB%s\fR(1)%s`, escape(page), end))
	}
}

// escape makes signs that mean something in the man(7) language text, and names those
// that are not ASCII.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r >= utf8.RuneSelf:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

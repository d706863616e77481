package sheet

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// WriteLaTeX writes a tabular for each table that has numbers, with the rules of package
// booktabs: mean ± standard deviation over the seeds of a setting.
func (s Sheet) WriteLaTeX(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("% \\usepackage{booktabs}\n% Numbers are means ± standard deviations over the seeds of a setting.\n% Names in scripts other than Latin and Greek need XeLaTeX or LuaLaTeX.\n")
	for _, t := range s.Tables {
		columns := s.used(t)
		if len(columns) == 0 {
			continue
		}
		s.tabular(&b, t, columns)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing the tables: %w", err)
	}
	return nil
}

// tabular writes one table.
func (s Sheet) tabular(b *bytes.Buffer, t Table, columns []Column) {
	heads, align := []string{""}, "l"
	if t.decoded {
		heads, align = append(heads, "decoding"), align+"l"
	}
	heads, align = append(heads, "seeds"), align+"r"
	for _, c := range columns {
		heads, align = append(heads, Escape(c.Head)), align+"r"
	}
	fmt.Fprintf(b, "\n%% %s\n\\begin{tabular}{%s}\n\\toprule\n%s \\\\\n\\midrule\n", comment(t.Title), align, strings.Join(heads, " & "))
	for _, l := range s.Lines {
		if !t.shows(l) {
			continue
		}
		cells := []string{Escape(l.Name)}
		if t.decoded {
			cells = append(cells, Escape(l.Decoding))
		}
		cells = append(cells, strconv.Itoa(len(l.Runs)))
		for _, c := range columns {
			cells = append(cells, number(l.Values[c.Key], c.Decimals))
		}
		fmt.Fprintf(b, "%s \\\\\n", strings.Join(cells, " & "))
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n")
}

// number is mean ± standard deviation in mathematics; a dash where it is not known.
func number(values []float64, decimals int) string {
	mean, std := Moments(values)
	switch {
	case math.IsNaN(mean) || math.IsInf(mean, 0):
		return "--"
	case math.IsNaN(std):
		return "$" + strconv.FormatFloat(mean, 'f', decimals, 64) + "$"
	}
	return "$" + strconv.FormatFloat(mean, 'f', decimals, 64) + ` \pm ` + strconv.FormatFloat(std, 'f', decimals, 64) + "$"
}

// escapes are the characters that LaTeX reads as commands, and what prints them; and those
// outside of Latin script that names of settings have, such as β=0.1, which pdfLaTeX has
// in mathematics alone. A quotation mark by its number is one in every encoding of fonts.
var escapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`,
	"~", `\textasciitilde{}`, "^", `\textasciicircum{}`, "<", `\textless{}`, ">", `\textgreater{}`, "|", `\textbar{}`, `"`, `\symbol{34}`,
	"\n", " ", "\r", " ", "\t", " ",
	"α", `$\alpha$`, "β", `$\beta$`, "γ", `$\gamma$`, "δ", `$\delta$`, "ε", `$\varepsilon$`, "η", `$\eta$`, "θ", `$\theta$`, "κ", `$\kappa$`, "λ", `$\lambda$`,
	"μ", `$\mu$`, "ν", `$\nu$`, "π", `$\pi$`, "ρ", `$\rho$`, "σ", `$\sigma$`, "τ", `$\tau$`, "φ", `$\varphi$`, "ω", `$\omega$`, "Γ", `$\Gamma$`, "Δ", `$\Delta$`, "Σ", `$\Sigma$`,
	"−", "$-$", "≤", `$\le$`, "≥", `$\ge$`, "→", `$\to$`, "‖", `$\|$`,
)

// Escape is text that LaTeX prints as it stands.
func Escape(text string) string { return escapes.Replace(text) }

// comment is text that stays on the line of a comment.
func comment(text string) string { return strings.Join(strings.Fields(text), " ") }

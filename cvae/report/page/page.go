package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"

	"github.com/cvae-go/cvae/cvae/report/plot"
)

//go:embed page.gohtml page.css
var files embed.FS

// HTML writes p as one page. It has no script and asks for nothing from any
// network.
func (p Page) HTML(w io.Writer) error {
	functions := template.FuncMap{
		"symbol": func(colour int) template.HTML { return template.HTML(plot.Symbol(colour)) },
		"inline": func(c plot.Chart) template.HTML { return template.HTML(c.Inline()) },
	}
	t, err := template.New("page.gohtml").Funcs(functions).ParseFS(files, "page.gohtml")
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	style, err := files.ReadFile("page.css")
	if err != nil {
		return fmt.Errorf("reading the page's style: %w", err)
	}
	var b bytes.Buffer
	page := struct {
		Page
		Style template.CSS
	}{p, template.CSS(string(style) + plot.Style())}
	if err := t.Execute(&b, page); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	_, err = io.WriteString(w, safe(b.String()))
	return err
}

// Plots draws the plots of p, by file name.
func (p Page) Plots() (map[string][]byte, error) {
	plots := make(map[string][]byte)
	for _, s := range p.Sections {
		for _, f := range s.Figures {
			if _, ok := plots[f.File]; ok {
				return nil, fmt.Errorf("two plots are called %s", f.File)
			}
			plots[f.File] = f.Chart.SVG()
		}
	}
	return plots, nil
}

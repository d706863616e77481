package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/page"
	"github.com/cvae-go/cvae/cvae/train/checkpoint/atomicfile"
)

// write writes the files of the report.
func (o *reportOptions) write(r report.Report) error {
	files := []struct {
		name    string
		content func(io.Writer) error
	}{
		{"report.json", func(w io.Writer) error { return indented(w, r) }},
		{"report.md", func(w io.Writer) error { return page.Markdown(w, r) }},
		{"report.html", func(w io.Writer) error { return page.HTML(w, r) }},
	}
	for _, f := range files {
		if err := o.file(f.name, f.content); err != nil {
			return err
		}
	}
	plots, err := page.Plots(r)
	if err != nil {
		return err
	}
	for name, svg := range plots {
		err := o.file(filepath.Join(page.PlotFolder, name), func(w io.Writer) error {
			_, err := w.Write(svg)
			return err
		})
		if err != nil {
			return err
		}
	}
	return o.writePoints(r)
}

// writePoints writes the latent spaces for the embedding projector.
func (o *reportOptions) writePoints(r report.Report) error {
	number := ""
	latents := 0
	for _, m := range r.Models {
		if len(m.Points) == 0 {
			continue
		}
		if latents++; latents > 1 {
			number = fmt.Sprintf("-%d", latents)
		}
		err := o.file("vectors"+number+".tsv", func(w io.Writer) error { return report.WriteVectors(w, m.Points) })
		if err != nil {
			return err
		}
		err = o.file("metadata"+number+".tsv", func(w io.Writer) error { return report.WriteMetadata(w, m.Plane.Label, m.Points) })
		if err != nil {
			return err
		}
	}
	return nil
}

// file replaces one file of the report.
func (o *reportOptions) file(name string, content func(io.Writer) error) error {
	path := filepath.Join(o.Collect.Out, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return atomicfile.Write(path, content)
}

func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/page"
)

// reportFiles are the files of a report by name.
func reportFiles(r report.Report) (map[string][]byte, error) {
	contents := map[string]func(io.Writer) error{
		"report.json": func(w io.Writer) error { return indented(w, r) },
		"report.md":   func(w io.Writer) error { return page.Markdown(w, r) },
		"report.html": func(w io.Writer) error { return page.HTML(w, r) },
	}
	addPoints(contents, r)
	files := make(map[string][]byte)
	for name, write := range contents {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return nil, err
		}
		files[name] = b.Bytes()
	}
	plots, err := page.Plots(r)
	if err != nil {
		return nil, err
	}
	for name, svg := range plots {
		files[path.Join(page.PlotFolder, name)] = svg
	}
	return files, nil
}

// addPoints adds the latent spaces for the embedding projector.
func addPoints(contents map[string]func(io.Writer) error, r report.Report) {
	number := ""
	var tensors []report.Tensor
	for _, m := range r.Models {
		if len(m.Points) == 0 {
			continue
		}
		if len(tensors) > 0 {
			number = fmt.Sprintf("-%d", len(tensors)+1)
		}
		t := report.Tensor{Name: m.Run, Vectors: "vectors" + number + ".tsv", Metadata: "metadata" + number + ".tsv"}
		contents[t.Vectors] = func(w io.Writer) error { return report.WriteVectors(w, m.Points) }
		contents[t.Metadata] = func(w io.Writer) error { return report.WriteMetadata(w, m.Plane.Label, m.Points) }
		tensors = append(tensors, t)
	}
	if len(tensors) > 0 {
		contents["projector_config.pbtxt"] = func(w io.Writer) error { return report.WriteProjector(w, tensors) }
	}
}

func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

package main

import (
	"io"

	"github.com/spf13/pflag"

	"github.com/cvae-go/cvae/cvae/report/sheet"
)

// sheets are the tables for other programs that a command writes beside its page.
type sheets struct{ CSV, LaTeX bool }

// add adds the flags; name is that of the files.
func (s *sheets) add(f *pflag.FlagSet, name string) {
	f.BoolVar(&s.CSV, "csv", false, "also write "+name+".csv: every number, mean and standard deviation over seeds")
	f.BoolVar(&s.LaTeX, "latex", false, "also write "+name+".tex: tables of mean ± standard deviation over seeds")
}

// files adds those that were asked for.
func (s sheets) files(contents map[string]func(io.Writer) error, name string, numbers sheet.Sheet) {
	if s.CSV {
		contents[name+".csv"] = numbers.WriteCSV
	}
	if s.LaTeX {
		contents[name+".tex"] = numbers.WriteLaTeX
	}
}

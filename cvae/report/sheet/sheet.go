// Package sheet writes the numbers of reports and of comparisons as tables for other
// programs: CSV with everything, and LaTeX with what papers print. A line is a setting, and
// a number of it the mean over its seeds with their standard deviation.
package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Sheet is numbers of settings.
type Sheet struct {
	Keys   []string // of all numbers, in their order
	Lines  []Line
	Tables []Table // those that LaTeX shows
}

// A Line is one setting and, in a report, one decoding.
type Line struct {
	Name, Method, Decoding string
	Runs                   []string // one a seed
	// Values are the known ones of the runs by key.
	Values map[string][]float64
}

// A Table is some of the numbers, for print.
type Table struct {
	Title   string
	Columns []Column
	lines   func(Line) bool // that it shows; nil: all
	decoded bool            // has a column for the decoding
}

// A Column is a number with so many decimals.
type Column struct {
	Head, Key string
	Decimals  int
}

// Moments are the mean of values and their standard deviation by n−1, NaN where there
// are too few.
func Moments(values []float64) (mean, std float64) {
	mean, std = math.NaN(), math.NaN()
	if len(values) == 0 {
		return mean, std
	}
	mean = 0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	if len(values) == 1 {
		return mean, std
	}
	std = 0
	for _, v := range values {
		std += (v - mean) * (v - mean) / float64(len(values)-1)
	}
	return mean, math.Sqrt(std)
}

// WriteCSV writes a line for each Line under a header (RFC 4180): name, method, decoding,
// runs, seeds, and of every number KEY, the mean, and KEY.std, the standard deviation. What is
// not known is empty, and so is the deviation of one seed.
func (s Sheet) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := []string{"name", "method", "decoding", "runs", "seeds"}
	for _, key := range s.Keys {
		head = append(head, key, key+".std")
	}
	lines := [][]string{head}
	for _, line := range s.Lines {
		cells := []string{line.Name, line.Method, line.Decoding, strings.Join(line.Runs, " "), strconv.Itoa(len(line.Runs))}
		for _, key := range s.Keys {
			mean, std := Moments(line.Values[key])
			cells = append(cells, plain(mean), plain(std))
		}
		lines = append(lines, cells)
	}
	if err := out.WriteAll(lines); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// plain is all digits of a number; empty where it is not known.
func plain(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// used are the columns of a table that some line has a number in.
func (s Sheet) used(t Table) (columns []Column) {
	for _, c := range t.Columns {
		if slices.ContainsFunc(s.Lines, func(l Line) bool { return t.shows(l) && len(l.Values[c.Key]) > 0 }) {
			columns = append(columns, c)
		}
	}
	return columns
}

// shows reports whether the table has the line.
func (t Table) shows(l Line) bool { return t.lines == nil || t.lines(l) }

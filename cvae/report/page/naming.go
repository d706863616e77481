package page

import (
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/report"
)

// named calls the runs by the last parts of their folders where these differ.
func named(r report.Report) report.Report {
	short := make(map[string]string)
	for _, m := range r.Models {
		short[m.Run] = base(m.Run)
	}
	if !differ(short) {
		return r
	}
	r.Models, r.Runs = slices.Clone(r.Models), slices.Clone(r.Runs)
	for i := range r.Models {
		r.Models[i].Run = short[r.Models[i].Run]
	}
	for i := range r.Runs {
		if name, ok := short[r.Runs[i].Run]; ok {
			r.Runs[i].Run = name
		}
	}
	return r
}

// base is the last part of a folder of any system.
func base(folder string) string {
	folder = strings.TrimRight(folder, `/\`)
	return folder[strings.LastIndexAny(folder, `/\`)+1:]
}

// differ reports whether all names are words of their own.
func differ(short map[string]string) bool {
	seen := make(map[string]bool)
	for _, name := range short {
		if name == "" || name == "." || name == ".." || seen[name] {
			return false
		}
		seen[name] = true
	}
	return true
}

package main

import (
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// declaration is the function's Go header.
func (fn *function) declaration() string {
	var list []string
	for i, p := range fn.parameters {
		text := p.name
		if i+1 == len(fn.parameters) || fn.parameters[i+1].kind != p.kind {
			text += " " + p.kind
		}
		list = append(list, text)
	}
	return strings.TrimSpace(fmt.Sprintf("func %s(%s) %s", fn.name, strings.Join(list, ", "), fn.result))
}

// writeGo writes the Go files that declare the assembly of either architecture, and
// the one that stands in for it elsewhere.
func writeGo(dir string, amd64, arm64 []*function) error {
	both := slices.DeleteFunc(slices.Clone(arm64), func(fn *function) bool { return !slices.ContainsFunc(amd64, fn.same) })
	for name, source := range map[string]string{
		"stubs_amd64.go": stubs("amd64", amd64),
		"stubs_arm64.go": stubs("arm64", arm64),
		"stubs_other.go": bodies(both),
	} {
		text, err := format.Source([]byte(source))
		if err != nil {
			return fmt.Errorf("format %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// functions are those of some files.
func functions(files []*file) (all []*function) {
	for _, f := range files {
		all = append(all, f.functions...)
	}
	return all
}

// same reports whether a function of the other architecture has the same name.
func (fn *function) same(other *function) bool { return fn.name == other.name }

// stubs is the Go file that declares the assembly of an architecture.
func stubs(arch string, all []*function) string {
	var w strings.Builder
	w.WriteString(generated + "//go:build " + arch + " && !purego\n\npackage kernel\n")
	for _, fn := range all {
		w.WriteString("\n")
		for _, line := range strings.Split(fn.doc, "\n") {
			w.WriteString(strings.TrimRight("// "+line, " ") + "\n")
		}
		w.WriteString("//\n//go:noescape\n" + fn.declaration() + "\n")
	}
	return w.String()
}

// bodies is the Go file that stands in for the assembly where there is none: no
// path of assembly is available there, so the compiler drops every call.
func bodies(all []*function) string {
	var w strings.Builder
	w.WriteString(generated + "//go:build !amd64 && !arm64 || purego\n\npackage kernel\n\nconst noAssembly = \"kernel: no assembly in this build\"\n\n")
	for _, fn := range all {
		if fn.name == "pause" {
			w.WriteString("\n// pause does nothing: without assembly there is no spin-wait hint.\nfunc pause() {}\n")
			continue
		}
		w.WriteString(fn.declaration() + " { panic(noAssembly) }\n")
	}
	return w.String()
}

package main

import (
	"fmt"
	"go/format"
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

// stubs is the Go file that declares the assembly.
func stubs(all []*function) ([]byte, error) {
	var w strings.Builder
	w.WriteString(generated + "//go:build amd64 && !purego\n\npackage kernel\n")
	for _, fn := range all {
		w.WriteString("\n")
		for _, line := range strings.Split(fn.doc, "\n") {
			w.WriteString(strings.TrimRight("// "+line, " ") + "\n")
		}
		w.WriteString("//\n//go:noescape\n" + fn.declaration() + "\n")
	}
	return format.Source([]byte(w.String()))
}

// bodies is the Go file that stands in for the assembly where there is none:
// [hasAVX2] is a false constant there, so the compiler drops every call.
func bodies(all []*function) ([]byte, error) {
	var w strings.Builder
	w.WriteString(generated + "//go:build !amd64 || purego\n\npackage kernel\n\nconst noAssembly = \"kernel: no assembly in this build\"\n\n")
	for _, fn := range all {
		if fn.name == "pause" {
			w.WriteString("\n// pause does nothing: without assembly there is no spin-wait hint.\nfunc pause() {}\n")
			continue
		}
		w.WriteString(fn.declaration() + " { panic(noAssembly) }\n")
	}
	return format.Source([]byte(w.String()))
}

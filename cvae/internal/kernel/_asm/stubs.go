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
		"stubs_amd64.go": stubs("amd64", amd64) + dispatch(amd64, true),
		"stubs_arm64.go": stubs("arm64", arm64) + dispatch(arm64, false),
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

// dispatch is the Go functions that run the kernels that are written once in the
// instruction set of a path, which may be AVX-512 where that is compiled.
func dispatch(all []*function, wide bool) string {
	var w strings.Builder
	for _, fn := range all {
		if !fn.pointwise() {
			continue
		}
		var list []string
		for _, p := range fn.parameters {
			list = append(list, p.name)
		}
		arguments, give := "("+strings.Join(list, ", ")+")", ""
		if fn.result != "" {
			give = "return "
		}
		to := fn.ofPath()
		fmt.Fprintf(&w, "\n// %s runs %s or its like of a path.\n%s {\n", to.name, fn.name, to.declaration())
		if wide {
			fmt.Fprintf(&w, "if path == AVX512 {\n%s%s%s\n", give, fn.stem()+"AVX512", arguments)
			if fn.result == "" {
				w.WriteString("return\n")
			}
			w.WriteString("}\n")
		}
		fmt.Fprintf(&w, "%s%s%s\n}\n", give, fn.name, arguments)
	}
	return w.String()
}

// pointwise reports whether a function is one of those that are written once, and not
// for AVX-512.
func (fn *function) pointwise() bool { return fn.name != fn.stem() && fn.name != "transposeVector" }

// stem is the name without the ending Vector.
func (fn *function) stem() string { return strings.TrimSuffix(fn.name, "Vector") }

// ofPath is the function that dispatch makes of a pointwise one.
func (fn *function) ofPath() *function {
	return &function{name: fn.stem() + "Asm", parameters: append([]parameter{{"path", "Path"}}, fn.parameters...), result: fn.result}
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
		if fn.pointwise() {
			fn = fn.ofPath()
		}
		w.WriteString(fn.declaration() + " { panic(noAssembly) }\n")
	}
	return w.String()
}

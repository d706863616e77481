package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/cvae-go/cvae/"
	root   = "../.."
)

// left names the layers that stand directly to the left of each layer. A layer
// may import those, what they may import, and itself. It is a folder with all
// folders below it that are not a layer of their own.
var left = map[string][]string{
	"dialog/rng":     {},
	"tokenize":       {},
	"dialog/regular": {},
	"dialog/safe":    {},
	"dialog":         {"tokenize", "dialog/rng", "dialog/regular", "dialog/safe"},
	"dialog/metric":  {"dialog"},
	"corpora":        {"dialog"},
	"tui":            {"dialog/metric"},

	"cvae/internal/atomicfile":  {},
	"cvae/internal/safetensors": {},
	"cvae/internal/setting":     {},
	"cvae/internal/kernel":      {"dialog/rng"},
	"cvae/internal/op":          {"cvae/internal/kernel", "dialog"},
	"cvae/internal/nn":          {"cvae/internal/op"},
	"cvae/ranks":                {},
	"cvae":                      {"cvae/internal/nn", "cvae/internal/safetensors", "cvae/internal/setting", "cvae/ranks"},
	"cvae/decode":               {"cvae"},
	"cvae/eval":                 {"cvae/decode", "dialog/metric"},
	"cvae/train/checkpoint":     {"dialog/rng", "dialog/regular", "cvae/internal/atomicfile", "cvae/internal/safetensors"},
	"cvae/train":                {"cvae/eval", "cvae/train/checkpoint"},
	"cvae/method":               {"cvae/train"},
	"cvae/config":               {"cvae/method"},
	"cvae/bench":                {"cvae/config"},
	"cvae/run":                  {"cvae/config", "corpora"},
	"cvae/run/training":         {"cvae/run"},
	"cvae/run/check":            {"cvae/run/training"},
	"cvae/serve":                {"cvae/run"},
	"cvae/report":               {"cvae/run/training"},
	"cvae/report/plot":          {},
	"cvae/report/page":          {"cvae/report", "cvae/report/plot", "cvae/experiment"},
	"cvae/report/sheet":         {"cvae/report", "cvae/experiment"},
	"cvae/experiment":           {"cvae/internal/atomicfile", "cvae/internal/safetensors", "cvae/report"},
	"cmd":                       {"cvae/run/check", "cvae/report/page", "cvae/report/sheet", "cvae/bench", "cvae/serve", "tui"},
}

// homes says in which top-level folder a library may be imported.
var homes = map[string]string{
	"gorgonia.org":                       "cvae",
	"github.com/charmbracelet/bubbletea": "tui",
	"charm.land":                         "tui",
	"github.com/NimbleMarkets/ntcharts":  "tui",
	"github.com/spf13/cobra":             "cmd",
	"github.com/spf13/viper":             "cmd",
	"github.com/sugarme/tokenizer":       "tokenize",
}

// layerOf returns the layer of a folder: the longest that holds it, or "".
func layerOf(folder string) string {
	for ; folder != "."; folder = path.Dir(folder) {
		if _, ok := left[folder]; ok {
			return folder
		}
	}
	return ""
}

// mayImport reports whether one layer may import another.
func mayImport(from, to string) bool {
	return from == to || slices.ContainsFunc(left[from], func(l string) bool { return mayImport(l, to) })
}

// homeOf returns the folder where a library belongs; ok is false for one that
// may be used anywhere.
func homeOf(library string) (home string, ok bool) {
	for ; library != "."; library = path.Dir(library) {
		if home, ok = homes[library]; ok {
			return home, true
		}
	}
	return "", false
}

// files parses the imports and the package comment of every Go file of the
// module, whatever its build tags, by the file's path from the root.
func files(t *testing.T) map[string]*ast.File {
	t.Helper()
	parsed := make(map[string]*ast.File)
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != root && isForeign(name) {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, name)
		parsed[filepath.ToSlash(inside)] = file
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(parsed) == 0 {
		t.Fatalf("there is no Go file under %s", root)
	}
	return parsed
}

// isForeign reports whether the go command leaves a folder out of the module.
func isForeign(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	base := filepath.Base(folder)
	return err == nil || base == "testdata" || base[0] == '.' || base[0] == '_'
}

func TestImportsPointOneWay(t *testing.T) {
	for name, file := range files(t) {
		folder := path.Dir(name)
		from := layerOf(folder)
		if from == "" {
			t.Errorf("%s is in no layer: add its folder to this test and to the design", name)
			continue
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if home, ok := homeOf(imported); ok && home != strings.Split(folder, "/")[0] {
				t.Errorf("%s imports %s, which belongs in %s/ alone", name, imported, home)
			}
			// An external test may look at what stands to the right of its package.
			if inside, ours := strings.CutPrefix(imported, module); ours && !strings.HasSuffix(file.Name.Name, "_test") && !mayImport(from, layerOf(inside)) {
				t.Errorf("%s imports %s, which is not to the left of %s", name, inside, from)
			}
		}
	}
}

// The rules themselves, in both directions, as the design draws the arrows.
func TestRules(t *testing.T) {
	chain := []string{
		"cvae/internal/kernel", "cvae/internal/op", "cvae/internal/nn", "cvae", "cvae/decode",
		"cvae/eval", "cvae/train", "cvae/method", "cvae/config", "cvae/run", "cvae/run/training", "cmd",
	}
	for i, from := range chain {
		for j, to := range chain {
			if got := mayImport(from, to); got != (j <= i) {
				t.Errorf("mayImport(%s, %s) = %v", from, to, got)
			}
		}
	}
	for _, to := range slices.Sorted(maps.Keys(left)) {
		isCVAE := strings.HasPrefix(to, "cvae")
		if isCVAE && mayImport("tui", to) {
			t.Errorf("tui may import %s", to)
		}
		if to != "tokenize" && mayImport("tokenize", to) {
			t.Errorf("tokenize may import %s", to)
		}
		if !mayImport("cmd", to) {
			t.Errorf("cmd may not import %s", to)
		}
	}
	for folder, want := range map[string]string{
		"cvae/eval/latent": "cvae/eval", "cvae/internal/op": "cvae/internal/op", "cmd/cvae": "cmd", "other/dialog": "",
	} {
		if got := layerOf(folder); got != want {
			t.Errorf("layerOf(%s) = %q, want %q", folder, got, want)
		}
	}
	if home, ok := homeOf("charm.land/bubbletea/v2"); !ok || home != "tui" {
		t.Errorf("bubbletea is at home in %q", home)
	}
	if home, ok := homeOf("golang.org/x/text"); ok {
		t.Errorf("golang.org/x/text is at home in %q alone", home)
	}
}

func TestPackageComments(t *testing.T) {
	documented := make(map[string]bool)
	for name, file := range files(t) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		begins := "Package " + file.Name.Name + " "
		if file.Name.Name == "main" {
			begins = "Command "
		}
		folder := path.Dir(name)
		documented[folder] = documented[folder] || strings.HasPrefix(file.Doc.Text(), begins)
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

func TestNoReplace(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?m)^[ \t]*replace\b.*`).Find(text); found != nil {
		t.Errorf("go.mod has a replacement, which breaks go install: %s", found)
	}
}

// The folder run is what cvae train writes when it is started here.
func TestTopLevelFolders(t *testing.T) {
	known := []string{"cmd", "corpora", "cvae", "dialog", "run", "tokenize", "tui"}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); entry.IsDir() && name[0] != '.' && !slices.Contains(known, name) {
			t.Errorf("folder %s/ is new at the top level: put it into one of %q", name, known)
		}
	}
}

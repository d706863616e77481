package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/serve/openai"
)

//go:generate go test -run TestDocumentTables -write .

var write = flag.Bool("write", false, "write the tables of the documents instead of comparing them")

// documents are the files whose tables and commands are checked, by their
// paths from the root.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, name := range []string{"README.md", "corpora/README.md", "cvae/method/README.md", "cvae/report/README.md", "cvae/experiment/README.md", "cvae/bench/README.md", "cvae/ranks/README.md", "cvae/README.md", "cmd/cvae/README.md", "cvae/serve/README.md", "tui/README.md"} {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return texts
}

// tables are those that repeat what stands in the program.
func tables() map[string]func() string {
	return map[string]func() string{
		"presets": func() string {
			rows := [][]string{{"preset", "model"}}
			for _, p := range config.Presets() {
				rows = append(rows, []string{"`" + p.Name + "`", p.Title})
			}
			return markdown(rows)
		},
		"formats": func() string {
			rows := [][]string{{"format", "holds", "files", "licence"}}
			for _, f := range corpora.Formats() {
				rows = append(rows, []string{"`" + f.Name + "`", f.Title, f.Layout, f.Licence})
			}
			return markdown(rows)
		},
		"shapes": func() string {
			rows := [][]string{{"shape", "map", "from", "licence"}}
			for _, s := range corpora.Shapes() {
				text, _, _ := strings.Cut(s.Map, ", need=")
				rows = append(rows, []string{s.Name, "`" + strings.ReplaceAll(text, "|", `\\|`) + "`", s.Source, s.Licence})
			}
			return markdown(rows)
		},
		"keys": func() string {
			rows := [][]string{{"key", "number", "formula", "unit", "better", "source"}}
			for _, m := range report.Table() {
				rows = append(rows, []string{"`" + m.Key + "`", m.Name, m.Formula, m.Unit, m.Direction, m.Source})
			}
			return markdown(rows)
		},
		"network": forecasts,
		"scaling": scaling,
		"serve": func() string {
			rows := [][]string{{"of", "key", "unit", "meaning"}}
			for _, k := range openai.Keys() {
				rows = append(rows, []string{k.Of, "`" + k.Name + "`", k.Unit, k.Text})
			}
			return markdown(rows)
		},
		"outputs": outputTable,
		"experiments": func() string {
			var b strings.Builder
			for _, e := range recorded() {
				fmt.Fprintf(&b, "### %s\n\n%s\n\n", e.Spec.Name, strings.TrimSpace(e.Spec.Title+". "+e.Results.Budget()))
				if err := experiment.WriteTable(&b, e); err != nil {
					panic(err)
				}
				b.WriteString("\n")
			}
			return b.String()
		},
		"claims": func() string {
			var b strings.Builder
			judged, err := experiment.Judge(recorded())
			if err == nil {
				err = experiment.WriteClaims(&b, judged)
			}
			if err != nil {
				panic(err)
			}
			return b.String()
		},
	}
}

// recorded are all experiments with the results that come with the program.
func recorded() (all []experiment.Experiment) {
	for _, name := range experiment.Names() {
		spec, err := experiment.Find(name)
		if err != nil {
			panic(err)
		}
		e, err := experiment.Recorded(spec)
		if err != nil {
			panic(err)
		}
		all = append(all, e)
	}
	return all
}

// markdown is a table whose first row is its header.
func markdown(rows [][]string) string {
	escape := strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`, "_", `\_`)
	var b strings.Builder
	for i, row := range rows {
		for _, cell := range row {
			if !strings.HasPrefix(cell, "`") {
				cell = escape.Replace(cell)
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(row)) + "|\n")
		}
	}
	return b.String()
}

var marked = regexp.MustCompile(`(?s)(<!-- table (\w+) -->\n)(.*?)(<!-- end -->)`)

// The tables between <!-- table NAME --> and <!-- end --> are those of the
// program; go generate writes them.
func TestDocumentTables(t *testing.T) {
	left := tables()
	for name, text := range documents(t) {
		fresh := marked.ReplaceAllStringFunc(text, func(found string) string {
			m := marked.FindStringSubmatch(found)
			table, ok := tables()[m[2]]
			if !ok {
				return found // a table of another package's test
			}
			delete(left, m[2])
			return m[1] + table() + m[4]
		})
		if fresh == text {
			continue
		}
		if !*write {
			t.Errorf("a table of %s is not that of the program: run go generate ./cmd/cvae", name)
		} else if err := os.WriteFile(filepath.Join("../..", name), []byte(fresh), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if len(left) > 0 {
		t.Errorf("no document has the tables %q", slices.Sorted(maps.Keys(left)))
	}
}

// TestReadmeSnippets: each line of Go in cvae/README.md stands, in its order, in an example that Go's tests run.
func TestReadmeSnippets(t *testing.T) {
	readme, err := os.ReadFile("../../cvae/README.md")
	if err != nil {
		t.Fatal(err)
	}
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(readme, -1)
	examples := []string{"../../cvae/run/example_test.go", "../../cvae/run/training/example_test.go"}
	if len(snippets) < len(examples) {
		t.Fatalf("%d snippets, want one of each of %v", len(snippets), examples)
	}
	for i, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rest := strings.Replace(string(text), "func Example()", "func main()", 1)
		for line := range strings.Lines(string(snippets[i][1])) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), " //")
			_, after, found := strings.Cut(rest, line)
			if !found {
				t.Errorf("%s has no %q there", path, line)
				continue
			}
			rest = after
		}
	}
}

// README.md is read on one screen after another; the rest is beside its code.
func TestReadmeIsShort(t *testing.T) {
	if n := len(documents(t)["README.md"]); n > 9<<10 {
		t.Errorf("README.md has %d bytes, more than 9 KB", n)
	}
}

var (
	shell = regexp.MustCompile("(?s)```sh\n(.*?)```")
	span  = regexp.MustCompile("`((?:cvae|tensorboard|go) [^`]+)`")
)

// commandsOf are the lines of the ```sh blocks of a document and its code spans
// that begin with a command.
func commandsOf(text string) (list []string) {
	for _, block := range shell.FindAllStringSubmatch(text, -1) {
		list = append(list, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	for _, found := range span.FindAllStringSubmatch(shell.ReplaceAllString(text, ""), -1) {
		list = append(list, found[1])
	}
	return list
}

// notRun are the commands of documents that the test cannot run, and why.
var notRun = map[string]string{
	"go test ./...":         "it runs this test",
	"go install ./cmd/cvae": "it writes outside the test's folder",
	"cvae compare --experiment synthetic --out grid": "it trains for an hour; compare.txtar runs a small grid",
	"cvae experiment synthetic --out latent":         "it trains for twenty minutes; experiment.txtar runs a part",
	"go generate ./cmd/cvae":                         "it runs this test",
	"cvae explore":                                   "it serves until it is stopped; package explore drives its page",
	"cvae explore run":                               "it serves until it is stopped; package explore drives its page",
	"cvae serve":                                     "it serves until it is stopped; TestServe runs it",
	"cvae serve --ssh :2222":                         "it serves until it is stopped; TestServeSSH runs it",
	"cvae serve run --ssh :2222 --authorized-keys ~/.ssh/authorized_keys": "it serves until it is stopped; TestServeSSHKeys runs it",
	"cvae serve run": "it serves until it is stopped; TestServe runs it",
	"cvae serve run other --listen 127.0.0.1:9000": "it serves until it is stopped; TestServe runs it",
	"go generate ./cvae/method":                    "it needs the sources, which the folder has not",
	"go test ./cvae/bench -run xxx -bench Step":    "a benchmark of the test tool",
	"tensorboard --logdir both":                    "another program",
	"tensorboard --logdir curves":                  "another program",
}

// Every command that a document prints is run as printed, in a folder with
// small stand-ins for the files it names; CVAE_MAX_STEPS ends trainings early.
// The trainings of a document come first, since other commands name their runs.
func TestDocumentCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("it trains")
	}
	for name, text := range documents(t) {
		if name == "cvae/ranks/README.md" { // mpirun starts what stands there: .ci/mpi
			continue
		}
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := writeStandIns(dir); err != nil {
				t.Fatal(err)
			}
			commands := commandsOf(text)
			if len(commands) == 0 {
				t.Fatal("there is no command")
			}
			slices.SortStableFunc(commands, func(a, b string) int { return order(a) - order(b) })
			for _, command := range slices.Compact(commands) {
				if notRun[command] == "" {
					runPrinted(t, dir, command)
				}
			}
		})
	}
}

// order is 0 for trainings, 1 for what may need their runs, and 2 for trainings that
// begin with what such a command makes.
func order(command string) int {
	if strings.Contains(command, "--init back") {
		return 2
	}
	if strings.Contains(command, "cvae train ") || strings.HasSuffix(command, "cvae train") {
		return 0
	}
	return 1
}

func runPrinted(t *testing.T, dir, command string) {
	t.Helper()
	line := strings.Replace(command, "go run ./cmd/cvae", "cvae", 1)
	c := exec.CommandContext(t.Context(), "sh", "-c", line)
	c.Dir = dir
	c.Env = append(os.Environ(), "CVAE_MAX_STEPS=2", "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"), "XDG_STATE_HOME="+filepath.Join(dir, ".state"))
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", command, err, out)
	}
}

// writeStandIns writes what the documents' commands read.
func writeStandIns(dir string) error {
	guide, err := os.ReadFile("../../cvae/experiment/README.md")
	if err != nil {
		return err
	}
	_, example, _ := strings.Cut(string(guide), "```yaml\n")
	example, _, _ = strings.Cut(strings.NewReplacer("max_epochs: 8", "max_steps: 2", "[1, 2, 3, 4, 5]", "[1]").Replace(example), "```") // CVAE_MAX_STEPS does not reach it
	files := map[string]string{
		"pair.yaml":      example,
		"contexts.jsonl": `{"context":["How was your day?"]}` + "\n",
		"pairs.jsonl":    `{"context":["do you like tea ?"],"response":"yes , very much ."}` + "\n",
		"talk.jsonl":     strings.Repeat(`{"dialog":[{"name":"x","text":"yes"},{"name":"y","text":"no"}]}`+"\n", 90),
		"chat.tsv":       strings.Repeat("is it late ?\tvery late .\n", 90),
		"glove.txt":      "yes 1 0\nno 0 1\ntea 1 1\n",
	}
	for i := range 90 {
		for _, name := range []string{"_chat.txt", "chats/a.txt"} {
			files[name] += fmt.Sprintf("%d/%d/2023, 15:05 - Ann: is it late ?\n%[1]d/%[2]d/2023, 15:06 - Ben: very late .\n", 1+i%28, 1+i/28)
		}
	}
	asks, answers := []string{"do you like tea ?", "what is your name ?", "is it raining ?"}, []string{"yes , very much .", "no , not really .", "maybe later ."}
	labels := []string{"good", "bad"}
	for split, n := range map[string]int{"train": 150, "valid": 20, "test": 20} {
		for i := range n {
			dialogue := fmt.Sprintf("{\"turns\":[%q,%q,\"%s %s %d .\"],\"labels\":{\"topic\":%q}}\n", asks[i%3], answers[i*7%3], labels[i%2], split, i, labels[i%2])
			sentence := fmt.Sprintf("the %s tea of day %d .\n", labels[i%2], i)
			files["dialogues.jsonl"] += dialogue
			files["dailydialog/"+split+".jsonl"] += dialogue
			files["ptb/"+split+".txt"] += sentence
			files["yelp/"+split+".tsv"] += labels[i%2] + "\t" + sentence
			files["reviews.tsv"] += labels[i%2] + "\t" + sentence
			files["personachat/"+split+"_both_original.txt"] += fmt.Sprintf("1 your persona: i have a dog .\n2 partner's persona: i am %d .\n3 %s\t%s\n", i, asks[i%3], answers[i%3])
		}
	}
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			return err
		}
	}
	return nil
}

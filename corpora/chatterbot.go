package corpora

import (
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format chatterbot reads the YAML files of the ChatterBot Language Training
// Corpus, of which each has lists of turns:
//
//	categories:
//	- greetings
//	conversations:
//	- - Hello
//	  - Hi
//
// Labels["topic"] are the categories. A file is read as a whole.

func isChatterBot(file string) bool { return isYAML(file) && hasConversations(file) }

// chatterBotPlace passes over YAML that configures something.
func chatterBotPlace(s site.Site) site.Place {
	return func(name string) (dialog.Split, bool) { return "", isYAML(name) && hasConversations(s.At(name)) }
}

func isYAML(name string) bool {
	return slices.Contains([]string{".yml", ".yaml"}, path.Ext(textfile.Bare(name)))
}

// hasConversations tells whether conversations begin among the first lines.
func hasConversations(path string) bool {
	return slices.ContainsFunc(textfile.Head(path), func(text string) bool { return strings.HasPrefix(text, "conversations:") })
}

// mostYAML is the longest YAML file that is read, in bytes.
const mostYAML = 16 << 20

func readChatterBot(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		file, err := parseYAML(path)
		if err != nil {
			yield(dialog.Dialogue{ID: source.ID(path, 1)}, err)
			return
		}
		for _, n := range file.Conversations {
			d, err := parseConversation(n)
			if err != nil {
				err = fault.At(path, n.Line, err.Error())
			}
			d.ID, d.Labels = source.ID(path, n.Line), labelsOf("topic", strings.Join(file.Categories, ", "))
			if !yield(d, err) {
				return
			}
		}
	}
}

// chatterBotFile is one file. Nodes know their lines, and keep a text such as
// "no" from being taken for another type.
type chatterBotFile struct {
	Categories    []string    `yaml:"categories"`
	Conversations []yaml.Node `yaml:"conversations"`
}

// parseYAML parses a file. Where it is no YAML nothing of it is read, which is
// one malformed line.
func parseYAML(path string) (chatterBotFile, error) {
	var file chatterBotFile
	f, err := textfile.Open(path)
	if err != nil {
		return file, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostYAML+1))
	if err != nil {
		return file, fault.CannotRead(path, err)
	}
	if len(text) > mostYAML {
		return file, fault.At(path, 1, "the file is longer than 16 MiB")
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		line, problem := yamlProblem(err)
		return file, fault.At(path, line, problem)
	}
	return file, nil
}

var yamlLine = regexp.MustCompile(`line ([0-9]+): (.*)`)

// yamlProblem takes the line out of the message of an error.
func yamlProblem(err error) (line int, problem string) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line = 1
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 {
			line, text = n, m[2]
		}
	}
	return line, "near this line the file is not YAML of conversations: " + fault.Shown(text)
}

func parseConversation(n yaml.Node) (dialog.Dialogue, error) {
	var d dialog.Dialogue
	if n.Kind != yaml.SequenceNode {
		return d, errors.New("the conversation is not a list of texts")
	}
	for i, t := range n.Content {
		if t.Kind != yaml.ScalarNode {
			return d, fmt.Errorf("turn %d is not a text; put it in quotes", i+1)
		}
		d.Turns = append(d.Turns, dialog.Turn{Text: t.Value})
	}
	return d, source.Spoken(d.Turns)
}

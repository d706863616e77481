package corpora

import (
	"encoding/json"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/parquet"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// huggingFaceFormat reads the files of a data set of the Hugging Face Hub,
// Parquet or else JSON Lines, a dialogue a row. Its turns are in one of the
// columns of turnColumns: a list of strings, a list of structs, or a struct of
// lists, with the text in "content", "value", "utterance" or "text" and the
// speaker in "role", "from" or "speaker". A system message becomes
// Labels["system"] of the dialogue. A column "act" or "emotion" with as many
// values as turns becomes labels of the turns, "speakers" their speakers; a
// column "topic", "emotion", "persona" or "lang" with one value becomes a label
// of the dialogue. Numbers of classes are replaced by the names in the file.
//
// The split is a word of the file's name, as in train-00000-of-00002.parquet,
// or else of its folders'. Rows are read a few at a time.
func huggingFaceFormat() Format {
	return Format{
		Name:   "huggingface",
		Title:  "Hugging Face data sets: Parquet or JSON Lines with a column dialog, utterances, messages or conversations",
		Layout: "a folder, or data/ in it, with files such as train-00000-of-00002.parquet, validation.parquet, test/0000.parquet; .jsonl where there is no .parquet; or one file",
		place:  hubPlace,
		read:   readHuggingFace,
		why:    matchHuggingFace,
	}
}

// hubPlace is the place of the Parquet files of a site; of the JSON Lines where
// there are none, since they may hold the same.
func hubPlace(s site.Site) site.Place {
	files := placeOf("parquet")
	if len(s.Shards(files)) == 0 {
		return placeOf("jsonl")
	}
	return files
}

func placeOf(ext string) site.Place {
	return func(name string) (dialog.Split, bool) {
		if path.Ext(textfile.Bare(name)) != "."+ext {
			return "", false
		}
		parts := strings.Split(textfile.Bare(name), "/")
		for i := len(parts) - 1; i >= 0; i-- {
			if split, ok := splitWord(parts[i]); ok {
				return split, true
			}
		}
		return "", true
	}
}

// splitWord returns the first split among the words of a name.
func splitWord(name string) (dialog.Split, bool) {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("-_.", r) }) {
		if split, ok := site.SplitNamed(word); ok {
			return split, true
		}
	}
	return "", false
}

func matchHuggingFace(s site.Site) string {
	file := s.SampleShard(hubPlace(s))
	switch {
	case file == "":
		return ""
	case parquet.Is(file):
		if column := parquetTurns(file); column != "" {
			return fault.BaseName(file) + " is Parquet with the column " + column
		}
		return ""
	case jsonlFormat().match(s) != "" || shareGPTFormat().match(s) != "" || taskmasterFormat().match(s) != "": // some of their objects are rows too
		return ""
	case source.Any(file, textfile.UTF8, parseHubLine):
		return fault.BaseName(file) + " holds JSON objects with a column of turns"
	}
	return ""
}

func readHuggingFace(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		read := source.Lines(path, parseHubLine)
		if strings.HasSuffix(path, ".parquet") || parquet.Is(path) {
			read = readParquet(path)
		}
		read(yield)
	}
}

func parseHubLine(text string) (dialog.Dialogue, error) {
	var row map[string]any
	if err := json.Unmarshal([]byte(text), &row); err != nil {
		return dialog.Dialogue{}, jsontext.Problem(err)
	}
	return hubDialogue(row)
}

// parquetTurns names the column of turns of a file; empty: it has none.
func parquetTurns(path string) string {
	f, err := parquet.Open(path, hubColumns())
	if err != nil {
		return ""
	}
	defer f.Close()
	for _, name := range turnColumns {
		if f.HasList(name) {
			return name
		}
	}
	return ""
}

// readParquet reads a dialogue a row. A malformed row is named by its number.
func readParquet(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		f, err := parquet.Open(path, hubColumns())
		if err != nil {
			yield(dialog.Dialogue{}, fault.CannotRead(path, err))
			return
		}
		defer f.Close()
		for number := 1; ; number++ {
			row, err := f.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(dialog.Dialogue{}, fault.CannotRead(path, err))
				return
			}
			d, err := hubDialogue(f.Named(row))
			if err != nil {
				err = fault.At(path, number, err.Error())
			}
			d.ID = source.ID(path, number)
			if !yield(d, err) {
				return
			}
		}
	}
}

func hubColumns() []string {
	columns := append(slices.Clone(turnColumns), "speakers")
	for _, kind := range slices.Sorted(maps.Keys(turnLabels)) {
		columns = append(columns, turnLabels[kind]...)
	}
	return append(columns, wholeLabels...)
}

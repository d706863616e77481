package corpora

import (
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// A Target is a format that dialogues can be written in.
type Target struct {
	Name      string // that of the format
	Extension string // of its files, without the dot

	begin, between, end string // around and between dialogues
	// encode writes a dialogue, and a line end unless between has it.
	encode func(dialog.Dialogue) (string, error)
	// decode reads what encode wrote.
	decode func(text string) (dialog.Dialogue, error)
}

// Targets returns the table of formats that can be written; the first is the
// default.
func Targets() []Target {
	return []Target{
		{Name: "jsonl", Extension: "jsonl", encode: encodeJSONL, decode: parseRecord("jsonl")},
		{Name: "tsv", Extension: "tsv", begin: "context\tresponse\n", encode: encodeTSV, decode: parseTSV},
		{Name: "text", Extension: "txt", between: "\n", encode: encodeText, decode: decoded(parseText)},
		{Name: "parlai", Extension: "txt", encode: encodeParlAI, decode: decoded(parseParlAI)},
		{Name: "sharegpt", Extension: "json", begin: "[\n", between: ",\n", end: "\n]\n", encode: encodeShareGPT, decode: parseRecord("sharegpt")},
	}
}

// decoded is the decode of a format with a dialogue on several lines.
func decoded(parse func([]textfile.Line) (dialog.Dialogue, error)) func(string) (dialog.Dialogue, error) {
	return func(text string) (dialog.Dialogue, error) {
		var lines []textfile.Line
		for l := range strings.Lines(text) {
			lines = append(lines, textfile.Line{Number: len(lines) + 1, Text: strings.TrimSuffix(l, "\n")})
		}
		return parse(lines)
	}
}

func encodeJSONL(d dialog.Dialogue) (string, error) {
	var b strings.Builder
	err := WriteJSONL(&b, d)
	return b.String(), err
}

// A text of tsv and text is on one line; tsv has no TAB in it either.
var (
	withoutBreaks = strings.NewReplacer("\r\n", " ", "\n", " ")
	withoutTabs   = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ")
)

// encodeTSV writes all turns as columns; a turn alone is a response without
// context.
func encodeTSV(d dialog.Dialogue) (string, error) {
	columns := make([]string, len(d.Turns), len(d.Turns)+1)
	for i, t := range d.Turns {
		columns[i] = withoutTabs.Replace(t.Text)
	}
	if len(columns) == 1 {
		columns = []string{"", columns[0]}
	}
	return strings.Join(columns, "\t") + "\n", nil
}

// encodeText names the speakers of several turns always, so that no text can
// be taken for a speaker and a text.
func encodeText(d dialog.Dialogue) (string, error) {
	var b strings.Builder
	names := writtenNames(d.Turns)
	for i, t := range d.Turns {
		if len(d.Turns) > 1 {
			b.WriteString(names[i] + ": ")
		}
		b.WriteString(withoutBreaks.Replace(t.Text) + "\n")
	}
	return b.String(), nil
}

// writtenNames are the speakers as format text can name them: their own names;
// or letters; or two that alternate when there are too many.
func writtenNames(turns []dialog.Turn) []string {
	letters := map[string]string{}
	own := true
	for _, t := range turns {
		name, ok := shape.Named(t.Speaker + ":")
		own = own && ok && name == t.Speaker
		if _, known := letters[t.Speaker]; !known {
			letters[t.Speaker] = string(rune('A' + len(letters)%26))
		}
	}
	names := make([]string, len(turns))
	for i, t := range turns {
		switch {
		case len(letters) > mostNames:
			names[i] = source.Speaker(i)
		case own:
			names[i] = t.Speaker
		default:
			names[i] = letters[t.Speaker]
		}
	}
	return names
}

// encodeParlAI writes what the first speaker says as text and what another
// says as the response to it; a turn alone is a response.
func encodeParlAI(d dialog.Dialogue) (string, error) {
	var rows []string
	text, waits := "", false
	for _, t := range d.Turns {
		turn := parlAIEscapes.Replace(t.Text)
		if len(d.Turns) > 1 && t.Speaker == d.Turns[0].Speaker {
			if waits {
				rows = append(rows, "text:"+text)
			}
			text, waits = turn, true
			continue
		}
		rows = append(rows, "text:"+text+"\tlabels:"+turn)
		text, waits = "", false
	}
	if waits {
		rows = append(rows, "text:"+text)
	}
	return strings.Join(rows, "\n") + "\tepisode_done:True\n", nil
}

// encodeShareGPT writes a conversation, Labels["system"] first.
func encodeShareGPT(d dialog.Dialogue) (string, error) {
	type said struct {
		From  string `json:"from"`
		Value string `json:"value"`
	}
	var o struct {
		Conversations []said `json:"conversations"`
	}
	add := func(from, value string) {
		o.Conversations = append(o.Conversations, said{from, value})
	}
	if message := d.Labels[shape.System]; message != "" {
		add(shape.System, message)
	}
	for _, t := range d.Turns {
		if t.Speaker == shape.System {
			t.Speaker = "System" // or it would be read as a message
		}
		add(t.Speaker, t.Text)
	}
	var b strings.Builder
	err := writeJSON(&b, d.ID, o)
	return strings.TrimSuffix(b.String(), "\n"), err
}

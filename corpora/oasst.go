package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/parquet"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// oasstFormat reads the releases of OpenAssistant Conversations (Köpf et al.
// 2023, "OpenAssistant Conversations - Democratizing Large Language Model
// Alignment"), either a tree of messages a line, or a message a line or a row of
// Parquet, the messages of a tree following each other:
//
//	{"message_tree_id": "…", "prompt": {"role": "prompter", "text": "…", "replies": [{…}, …]}}
//	{"message_tree_id": "…", "message_id": "…", "parent_id": "…", "role": "assistant", "text": "…", "rank": 0}
//
// A tree gives one dialogue, its best path: of several replies the one with the
// lowest rank, else the first. All paths would say the prompt, and most turns
// after it, many times over. Deleted messages are passed over with what follows
// them. Labels["lang"] of the dialogue is the language of the prompt.
func oasstFormat() Format {
	return Format{
		Name:    "oasst",
		Title:   "OpenAssistant Conversations: JSON Lines of trees, or of messages, or Parquet of messages",
		Layout:  "one file, NAME.trees.jsonl or NAME.messages.jsonl; or a folder with train.jsonl valid.jsonl test.jsonl; or a folder, or data/ in it, with files such as train-00000-of-00001.parquet",
		Licence: "Apache 2.0",
		why:     matchOASST,
		split: func(s site.Site) ([]part, error) {
			if isOASSTTable(s.SampleShard(placeOf("parquet"))) {
				return shardParts("oasst", s, placeOf("parquet"), readOASSTTable)
			}
			return lineParts("oasst", s, readOASST, "jsonl")
		},
	}
}

func matchOASST(s site.Site) string {
	if table := s.SampleShard(placeOf("parquet")); isOASSTTable(table) {
		return fault.BaseName(table) + ` is Parquet with the columns "message_tree_id" and "message_id"`
	}
	file := fileOr("jsonl")(s)
	if file == "" {
		return ""
	}
	for _, text := range textfile.Head(file) {
		if o, err := parseOASSTLine(text); err == nil && (o.Prompt != nil || o.ID != "" && o.Text != nil) {
			return fault.BaseName(file) + ` holds messages with "message_tree_id"`
		}
	}
	return ""
}

func readOASST(path string) source.Dialogues { return source.Blocks(path, oasstGrammar) }

var oasstGrammar = source.Grammar{
	First: beginsTree,
	Last:  func(text string) bool { return treeOf(text).Prompt != nil }, // the line is a tree
	Parse: parseOASST,
}

// oasstLine is one line: a tree or one of its messages.
type oasstLine struct {
	Tree   string        `json:"message_tree_id"`
	Prompt *oasstMessage `json:"prompt"`
	oasstMessage
}

type oasstMessage struct {
	ID      string          `json:"message_id"`
	Parent  string          `json:"parent_id"`
	Text    *string         `json:"text"`
	Role    string          `json:"role"`
	Lang    string          `json:"lang"`
	Rank    *int            `json:"rank"`
	Deleted bool            `json:"deleted"`
	Replies []*oasstMessage `json:"replies"`
}

func parseOASSTLine(text string) (o oasstLine, err error) {
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return o, jsontext.Problem(err)
	}
	if o.Tree == "" {
		return o, errors.New(`the object has no "message_tree_id"`)
	}
	return o, nil
}

// treeName is what tells the messages of one tree from the next.
type treeName struct {
	Tree   string    `json:"message_tree_id"`
	Prompt *struct{} `json:"prompt"` // there is one: the line is a tree
}

func treeOf(text string) treeName {
	var name treeName
	_ = json.Unmarshal([]byte(text), &name) // parseOASST reports what is wrong
	return name
}

// beginsTree: a line whose tree is unknown belongs to that of the line before.
func beginsTree(before, text string) bool {
	name := treeOf(text)
	return name.Tree != "" && name.Tree != treeOf(before).Tree && treeOf(before).Tree != ""
}

func parseOASST(lines []textfile.Line) (dialog.Dialogue, error) {
	var messages []*oasstMessage
	for _, l := range lines {
		o, err := parseOASSTLine(l.Text)
		if err != nil {
			return dialog.Dialogue{}, fault.At("", l.Number, err.Error())
		}
		if messages = append(messages, &o.oasstMessage); o.Prompt != nil {
			messages = []*oasstMessage{o.Prompt}
		}
	}
	return treeDialogue(messages)
}

func treeDialogue(messages []*oasstMessage) (dialog.Dialogue, error) {
	prompt, err := grown(messages)
	if err != nil {
		return dialog.Dialogue{}, err
	}
	return prompt.dialogue()
}

// grown hangs each message on its parent and returns the prompt.
func grown(messages []*oasstMessage) (prompt *oasstMessage, err error) {
	byID := map[string]*oasstMessage{}
	for _, m := range messages {
		if byID[m.ID] != nil {
			return nil, fmt.Errorf("message %s is there twice", fault.Excerpt(m.ID))
		}
		byID[m.ID] = m
	}
	for _, m := range messages {
		parent := byID[m.Parent]
		switch {
		case m.Parent != "" && parent == nil:
			return nil, fmt.Errorf("message %s answers %s, which is not in its tree", fault.Excerpt(m.ID), fault.Excerpt(m.Parent))
		case m.Parent != "":
			parent.Replies = append(parent.Replies, m)
		case prompt != nil:
			return nil, fmt.Errorf("the tree has two messages without a parent, %s and %s", fault.Excerpt(prompt.ID), fault.Excerpt(m.ID))
		default:
			prompt = m
		}
	}
	if prompt == nil {
		return nil, errors.New("the tree has no message without a parent")
	}
	return prompt, nil
}

// dialogue is the best path from the prompt to its end.
func (m *oasstMessage) dialogue() (dialog.Dialogue, error) {
	d := dialog.Dialogue{Labels: labelsOf("lang", strings.TrimSpace(m.Lang))}
	for ; m != nil; m = m.best() {
		if m.Text == nil {
			return d, fmt.Errorf(`message %s has no "text"`, fault.Excerpt(m.ID))
		}
		d.Turns = append(d.Turns, dialog.Turn{Speaker: m.Role, Text: *m.Text})
	}
	return d, source.Spoken(d.Turns)
}

// best returns the reply with the lowest rank, or the first; nil without any.
func (m *oasstMessage) best() *oasstMessage {
	replies := slices.DeleteFunc(slices.Clone(m.Replies), func(r *oasstMessage) bool { return r == nil || r.Deleted })
	if len(replies) == 0 {
		return nil
	}
	return slices.MinFunc(replies, func(a, b *oasstMessage) int { return compareRanks(a.Rank, b.Rank) })
}

// compareRanks puts messages without a rank after those with one.
func compareRanks(a, b *int) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return *a - *b
}

// oasstColumns are the columns that are read of a table of messages, in Parquet
// as on the Hugging Face Hub. The first two tell such a table.
var oasstColumns = []string{"message_tree_id", "message_id", "parent_id", "text", "role", "lang", "rank", "deleted"}

func isOASSTTable(path string) bool {
	if path == "" || !parquet.Is(path) {
		return false
	}
	f, err := parquet.Open(path, oasstColumns)
	if err != nil {
		return false
	}
	defer f.Close()
	return f.Has(oasstColumns[0]) && f.Has(oasstColumns[1])
}

// readOASSTTable makes a dialogue of the rows of each tree, which follow each
// other. A malformed tree is named by the number of its first row.
func readOASSTTable(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		f, err := parquet.Open(path, oasstColumns)
		if err != nil {
			yield(dialog.Dialogue{}, fault.CannotRead(path, err))
			return
		}
		defer f.Close()
		tree := source.Block[*oasstMessage]{Path: path, Noun: "tree", Parse: treeDialogue}
		name := "" // of the tree
		for number := 1; ; number++ {
			row, err := f.Next()
			if err != nil && err != io.EOF {
				yield(dialog.Dialogue{}, fault.CannotRead(path, err))
				return
			}
			before := name
			name = stringIn(row, "message_tree_id")
			if (err == io.EOF || name != before) && !tree.Yield(yield) || err == io.EOF {
				return
			}
			m, size := oasstRow(row), 0
			if m.Text != nil {
				size = len(*m.Text)
			}
			var bad *fault.Malformed
			if name == "" {
				bad = fault.At(path, number, `the row has no "message_tree_id"`)
			}
			tree.Add(m, number, size, bad)
		}
	}
}

func oasstRow(row map[string]any) *oasstMessage {
	m := &oasstMessage{
		ID: stringIn(row, "message_id"), Parent: stringIn(row, "parent_id"), Role: stringIn(row, "role"), Lang: stringIn(row, "lang"),
	}
	if text, ok := shape.TextOf(row["text"]); ok {
		m.Text = &text
	}
	if value, ok := shape.ValueOf(row["rank"]); ok {
		if rank, err := strconv.ParseFloat(value, 64); err == nil {
			whole := int(rank)
			m.Rank = &whole
		}
	}
	m.Deleted, _ = row["deleted"].(bool)
	return m
}

// stringIn is the value of a column that is a text in UTF-8; empty: it is none.
func stringIn(row map[string]any, column string) string {
	if text, ok := shape.TextOf(row[column]); ok {
		return text
	}
	return ""
}

package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"

	"github.com/cvae-go/cvae/dialog"
)

// topicalChatFormat reads the conversations of Topical-Chat (Gopalakrishnan et
// al. 2019, "Topical-Chat: Towards Knowledge-Grounded Open-Domain
// Conversations"), a JSON object of
//
//	"t_1f…": {"article_url": "…", "content": [{"message": "…", "agent": "agent_1", "sentiment": "Happy"}, …]}
//
// The sentiment is Labels["emotion"] of the turn. The files of frequent and of
// rare entities make one valid and one test split.
func topicalChatFormat() Format {
	return Format{
		Name:    "topicalchat",
		Title:   "Topical-Chat, the conversations",
		Layout:  "a folder with train.json and valid_freq.json valid_rare.json test_freq.json test_rare.json, or conversations/ with them; or one of them",
		Licence: "CDLA-Sharing 1.0",
		Turns:   dialogues,
		match:   matchTopicalChat,
		parts: func(s site) ([]part, error) {
			return shardParts("topicalchat", s, topicalChatPlace, readTopicalChat)
		},
	}
}

var topicalChatName = regexp.MustCompile(`^(train|valid|test)(?:_freq|_rare)?\.json$`)

// topicalChatPlace tells the split of conversations/valid_freq.json and the
// like. Other folders of the corpus have files of the same names.
func topicalChatPlace(name string) (dialog.Split, bool) {
	folder, base := path.Split(name)
	m := topicalChatName.FindStringSubmatch(bare(base))
	if m == nil || folder != "" && path.Base(folder) != "conversations" {
		return "", false
	}
	return splitNamed(m[1])
}

func matchTopicalChat(s site) string {
	file := s.aShard(topicalChatPlace)
	good := func(text string) bool {
		_, err := parseTopicalChat(text)
		return err == nil
	}
	if file == "" || !slices.ContainsFunc(headPieces(file, members), good) {
		return ""
	}
	return baseName(file) + ` holds conversations with "content" and "message"`
}

func readTopicalChat(path string) source { return eachPiece(path, members, parseTopicalChat) }

// topicalChatObject is one conversation.
type topicalChatObject struct {
	Content []struct {
		Message   *string `json:"message"`
		Agent     string  `json:"agent"`
		Sentiment string  `json:"sentiment"`
	} `json:"content"`
}

func parseTopicalChat(text string) (dialog.Dialogue, error) {
	_, value, err := member(text)
	if err != nil {
		return dialog.Dialogue{}, err
	}
	var o topicalChatObject
	if err := json.Unmarshal(value, &o); err != nil {
		return dialog.Dialogue{}, jsonProblem(err)
	}
	if o.Content == nil {
		return dialog.Dialogue{}, errors.New(`the conversation has no "content"`)
	}
	var d dialog.Dialogue
	for i, t := range o.Content {
		if t.Message == nil {
			return d, fmt.Errorf(`turn %d has no "message"`, i+1)
		}
		d.Turns = append(d.Turns, dialog.Turn{Speaker: t.Agent, Text: *t.Message, Labels: oneLabel("emotion", t.Sentiment)})
	}
	return d, spoken(d.Turns)
}

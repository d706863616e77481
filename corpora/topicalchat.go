package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"

	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
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
		place:   fixed(topicalChatPlace),
		read:    readTopicalChat,
		is:      func(file string) bool { return source.Any(file, jsontext.Members, parseTopicalChat) },
		shows:   `holds conversations with "content" and "message"`,
	}
}

var topicalChatName = regexp.MustCompile(`^(train|valid|test)(?:_freq|_rare)?\.json$`)

// topicalChatPlace tells the split of conversations/valid_freq.json and the
// like. Other folders of the corpus have files of the same names.
func topicalChatPlace(name string) (dialog.Split, bool) {
	folder, base := path.Split(name)
	m := topicalChatName.FindStringSubmatch(textfile.Bare(base))
	if m == nil || folder != "" && path.Base(folder) != "conversations" {
		return "", false
	}
	return site.SplitNamed(m[1])
}

func readTopicalChat(path string) source.Dialogues {
	return source.Pieces(path, jsontext.Members, parseTopicalChat)
}

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
		return dialog.Dialogue{}, jsontext.Problem(err)
	}
	if o.Content == nil {
		return dialog.Dialogue{}, errors.New(`the conversation has no "content"`)
	}
	var d dialog.Dialogue
	for i, t := range o.Content {
		if t.Message == nil {
			return d, fmt.Errorf(`turn %d has no "message"`, i+1)
		}
		d.Turns = append(d.Turns, dialog.Turn{Speaker: t.Agent, Text: *t.Message, Labels: labelsOf("emotion", t.Sentiment)})
	}
	return d, source.Spoken(d.Turns)
}

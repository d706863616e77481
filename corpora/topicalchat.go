package corpora

import (
	"path"
	"regexp"

	"github.com/cvae-go/cvae/corpora/internal/site"
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
		read:    readShapes("topicalchat"),
		is:      isShape("topicalchat"),
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

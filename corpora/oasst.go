package corpora

import (
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
)

// oasstFormat reads the releases of OpenAssistant Conversations (Köpf et al.
// 2023, "OpenAssistant Conversations - Democratizing Large Language Model
// Alignment"), either a tree of messages a line, or a message a line or a row of
// Parquet, the messages of a tree following each other:
//
//	{"message_tree_id": "…", "prompt": {"role": "prompter", "text": "…", "replies": [{…}, …]}}
//	{"message_tree_id": "…", "message_id": "…", "parent_id": "…", "role": "assistant", "text": "…", "rank": 0}
//
// A tree gives one dialogue, its best path. Deleted messages are passed over with what follows
// them. Labels["lang"] of the dialogue is the language of the prompt.
func oasstFormat() Format {
	is := isShape("oasst")
	table := func(s site.Site) string { return s.SampleShard(placeOf("parquet")) }
	return Format{
		Name:    "oasst",
		Title:   "OpenAssistant Conversations: JSON Lines of trees, or of messages, or Parquet of messages",
		Layout:  "one file, NAME.trees.jsonl or NAME.messages.jsonl; or a folder with train.jsonl valid.jsonl test.jsonl; or a folder, or data/ in it, with files such as train-00000-of-00001.parquet",
		Licence: "Apache 2.0",
		why: func(s site.Site) string {
			for _, file := range []string{table(s), fileOr("jsonl")(s)} {
				if is(file) {
					return fault.BaseName(file) + ` holds messages with "message_tree_id"`
				}
			}
			return ""
		},
		split: func(s site.Site) ([]part, error) {
			if s.Dir && is(table(s)) {
				return shardParts("oasst", s, placeOf("parquet"), readShapes("oasst"))
			}
			return lineParts("oasst", s, readShapes("oasst"), "jsonl")
		},
	}
}

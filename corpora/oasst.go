package corpora

import (
	"github.com/cvae-go/cvae/corpora/internal/site"
)

// Format oasst reads the releases of OpenAssistant Conversations (Köpf et al.
// 2023, "OpenAssistant Conversations - Democratizing Large Language Model
// Alignment"), either a tree of messages a line, or a message a line or a row of
// Parquet, the messages of a tree following each other:
//
//	{"message_tree_id": "…", "prompt": {"role": "prompter", "text": "…", "replies": [{…}, …]}}
//	{"message_tree_id": "…", "message_id": "…", "parent_id": "…", "role": "assistant", "text": "…", "rank": 0}
//
// A tree gives one dialogue, its best path. Deleted messages are passed over with what follows
// them. Labels["lang"] of the dialogue is the language of the prompt.

func oasstTable(s site.Site) string { return s.SampleShard(placeOf("parquet")) }

// oasstFile is the table, or the file of lines, that shows the format; empty: there is none.
func oasstFile(s site.Site) string {
	is := isShape("oasst")
	for _, file := range []string{oasstTable(s), fileOr("jsonl")(s)} {
		if is(file) {
			return file
		}
	}
	return ""
}

func oasstParts(s site.Site) ([]part, error) {
	if s.Dir && isShape("oasst")(oasstTable(s)) {
		return shardParts("oasst", s, placeOf("parquet"), readShapes("oasst"))
	}
	return lineParts("oasst", s, readShapes("oasst"), "jsonl")
}

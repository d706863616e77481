package corpora

// Format topicalchat reads the conversations of Topical-Chat (Gopalakrishnan et
// al. 2019, "Topical-Chat: Towards Knowledge-Grounded Open-Domain
// Conversations"), a JSON object of
//
//	"t_1f…": {"article_url": "…", "content": [{"message": "…", "agent": "agent_1", "sentiment": "Happy"}, …]}
//
// The sentiment is Labels["emotion"] of the turn. The files of frequent and of
// rare entities make one valid and one test split.

// topicalChatPlace tells the split of conversations/valid_freq.json and the
// like. Other folders of the corpus have files of the same names.
var topicalChatPlace = matching(`^(?:(?:.*/)?conversations/)?(train|valid|test)(?:_freq|_rare)?\.json$`)

package corpora

import (
	"fmt"
	"slices"
	"sync"

	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
)

// A Shape is one shape of the records of JSON, Parquet, Arrow and tables with a
// header: a row of the table Shapes.
type Shape struct {
	Name    string // for people
	Map     string // where the turns are; see shape.Map, which --map has too
	Source  string // where such files come from
	Licence string // as the source states it; in a row, empty: yours

	Format string // the format that has it; in a row, empty: records
	Corpus bool   // Format is that of one corpus, which alone reads it

	log    bool          // of the elements of lists named messages alone
	table  bool          // of tables alone, where the names of columns say more than elsewhere
	kinds  []record.Kind // of Corpus: the ways in which its files hold records
	least  int           // turns that a record has at least, on average; 0: one
	parsed *shape.Map
	tabled *shape.Map // parsed for tables, whose names are folded
}

// in is the map for files of a kind.
func (s Shape) in(k record.Kind) *shape.Map {
	if k.Table && s.tabled != nil {
		return s.tabled
	}
	return s.parsed
}

// shapeOf is the shape that --map says.
func shapeOf(text string) (s Shape, err error) {
	s = Shape{Name: "of --map", Map: text, Format: records}
	if s.parsed, err = shape.ParseMap(text, false); err == nil {
		s.tabled, err = shape.ParseMap(text, true)
	}
	if err != nil {
		err = OptionError{"map", fmt.Errorf("corpora: --map: %w; write it as in --map 'turns=dialog[].text, speaker=dialog[].name, topic=topic'", err)}
	}
	return s, err
}

// Shapes returns the table of shapes. Of those that fit a file, the one with the most
// turns is read, and of equal ones the first.
func Shapes() []Shape { return slices.Clone(parsedShapes()) }

// parsedShapes is the table, whose maps are parsed once: a folder takes it for each of its files.
var parsedShapes = sync.OnceValue(func() []Shape {
	all := []Shape{
		{Name: "chitchat", Format: "chitchat", Map: "turns=messages[][].text, speaker=messages[][].sender, time=messages[][].timestamp, prompt=prompt, need=messages start", Source: "PyPI package chitchat-dataset", Licence: "MIT"},
		{Name: "chat messages", Format: "jsonl", Map: "turns=messages[], where=label:!false, need=messages, without=turns context response chosen", Source: "OpenAI, LLaMA-Factory, KdConv, CrossWOZ"},
		{Name: "turns", Format: "jsonl", Map: "turns=turns[], need=turns, without=messages context response", Source: "this program, Frames"},
		{Name: "numbered contexts", Map: "turns=-context/# + context + response, need=context/0 response", Source: "PolyAI conversational-datasets, such as Reddit", Licence: "Apache 2.0"},
		{Name: "instruction, context and response", Map: "turns=context & instruction + response, need=instruction response", Source: "databricks-dolly-15k", Licence: "CC BY-SA 3.0"},
		{Name: "context and response in columns", Map: "turns=context + response, need=context response, emotion=emotion, topic=topic", Source: "Kaggle and others", table: true, least: 2},
		{Name: "context and response", Format: "jsonl", Map: "turns=context|chat_history|dialogue_history|dialog_history|conversation_history + response, need=response, without=turns messages prompt question instruction query input message", Source: "this program"},
		{Name: "ShareGPT", Format: "sharegpt", Map: "turns=conversations[].value, speaker=conversations[].from, where=label:!false, need=conversations, without=chosen", Source: "ShareGPT dumps"},
		{Name: "text with roles", Map: "turns=text|prompt|conversation|content, as=transcript, need=text|prompt|conversation|content, without=chosen response completion answer messages", Source: "ChatML, Llama, Zephyr and Guanaco as text", least: 2},
		{Name: "preferred transcript", Map: "turns=chosen, as=transcript, need=chosen, without=prompt conversations", Source: "HH-RLHF", Licence: "MIT", least: 2},
		{Name: "preferred messages", Map: "turns=chosen, need=chosen", Source: "UltraFeedback and others for DPO", least: 2},
		{Name: "prompt and preferred answer", Map: "turns=conversations|messages|prompt|question|instruction|query|input + chosen[-1], need=chosen", Source: "LLaMA-Factory dpo_en_demo", least: 2},
		{Name: "Alpaca", Map: "turns=history + instruction & input + output, need=instruction output", Source: "Stanford Alpaca", Licence: "CC BY-NC 4.0", least: 2},
		{Name: "persona, history and candidates", Map: "turns=utterances[-1].history + utterances[-1].candidates[-1], persona=personality, need=utterances personality", Source: "transfer-learning-conv-ai", Licence: "MIT", least: 2},
		{Name: "history and candidates", Map: "turns=history + candidates[-1], persona=personality, need=history candidates", Source: "PersonaChat on the Hugging Face Hub", Licence: "MIT", least: 2},
		{Name: "Blended Skill Talk", Map: "turns=free_turker_utterance + guided_turker_utterance + dialog[].1, persona=personas[1], partner_persona=personas[0], need=dialog guided_turker_utterance", Source: "ParlAI blended_skill_talk", Licence: "CC BY 4.0", least: 3},
		{Name: "messages so far", Map: "turns=messages-so-far[] + options-for-correct-answers[0], need=messages-so-far", Source: "DSTC7 and DSTC8"},
		{Name: "list of turns", Format: "huggingface", Map: "turns=dialog|dialogue|dialogs|utterances|messages|conversations|conversation|turns|thread|posts[], speaker=speakers, " +
			"act=act|acts, emotion=emotion|emotions, topic=topic, persona=persona|personality, lang=lang, without=chosen", Source: "data sets of the Hugging Face Hub, ParlAI world logs, WildChat"},
		{Name: "texts under data", Map: "turns=data[], need=data id", Source: "UltraChat", Licence: "MIT", least: 2},
		{Name: "two models in comparison", Map: "turns=conversation_a[], where=winner:!model_b|tie (bothbad)|both_bad, need=conversation_a conversation_b", Source: "LMSYS Chatbot Arena", Licence: "CC BY 4.0", least: 2},
		{Name: "lines in a text", Map: "turns=dialogue|dialog|dialogs|conversation|chat|transcript, as=lines, need=dialogue|dialog|dialogs|conversation|chat|transcript, without=turns messages context response", Source: "SAMSum, DialogSum, DailyDialog and PersonaChat as tables", least: 2},
		{Name: "list as a record", Map: "turns=[], emotion=[].emotion, act=[].act", Source: "DSTC9 to DSTC11 logs.json, RECCON", least: 2},
		{Name: "Ubuntu Dialogue Corpus", Map: "turns=context + utterance, as=eot, where=label:1, need=context utterance label", Source: "ubuntu-ranking-dataset-creator", Licence: "Apache 2.0", table: true, least: 2},
		{Name: "Ubuntu Dialogue Corpus, held out", Map: "turns=context + ground_truth_utterance, as=eot, need=context ground_truth_utterance", Source: "ubuntu-ranking-dataset-creator", Licence: "Apache 2.0", table: true, least: 2},
		{Name: "pairs", Map: "turns=history|chat_history|dialogue_history|dialog_history|conversation_history + context & prompt|question|query|instruction|input|source|src|user|human|q|patient|post|message + completion|response|answer|answers|output|target|tgt|reply|assistant|bot|a|doctor|gpt, " +
			"need=prompt|question|query|instruction|input|source|src|user|human|q|patient|post|message completion|response|answer|answers|output|target|tgt|reply|assistant|bot|a|doctor|gpt, " +
			"without=chosen messages conversations turns conv_id dialogue_id conversation_id dialog_id, where=label:!false, topic=topic|category", Source: "OpenAI fine-tuning, Kaggle, OpenOrca", least: 2},
		{Name: "numbered turns", Map: "turns=turn#|turn_#|utterance#|utterance_#|sentence#|sentence_#|message_#, need=turn1|turn_1|utterance1|utterance_1|sentence1|sentence_1|message_1", Source: "SemEval 2019 task 3 and others", least: 2},
		{Name: "ChatGPT", Map: "turns=mapping[].message.content.parts, speaker=mapping[].message.author.role, parent=parent, last=current_node, where=message.recipient:all|, need=mapping current_node", Source: "exports of ChatGPT, conversations.json", least: 2},
		{Name: "intents", Map: "turns=patterns[*] + responses[*], intent=tag|intent|name, need=patterns responses", Source: "tutorials of chatbots, intents.json", least: 2},
		{Name: "replies to tweets", Map: "turns=text, speaker=author_id, id=tweet_id, reply=in_response_to_tweet_id, need=tweet_id", Source: "Customer Support on Twitter", Licence: "CC BY-NC-SA 4.0"},
		{Name: "comments of Reddit", Map: "turns=body, speaker=author, id=name|id, reply=parent_id, where=body:![deleted]|[removed], need=body parent_id author", Source: "dumps of Reddit, such as those of Pushshift"},
		{Name: "ConvoKit utterances", Map: "turns=text, speaker=speaker|user, id=id, reply=reply-to|reply_to, dialogue=conversation_id|root, need=id text conversation_id|root", Source: "ConvoKit", Licence: "of each corpus"},
		{Name: "SwDA", Map: "turns=text, as=annotated, speaker=caller, dialogue=conversation_no, order=transcript_index, act=act_tag, need=conversation_no act_tag caller", Source: "cgpotts/swda", Licence: "the transcripts are LDC material", table: true},
		{Name: "Telegram", Format: "telegram", log: true, Map: "turns=text, as=runs, speaker=from|from_id, time=date_unixtime|date, where=type:message, need=id type date text", Source: "Telegram Desktop, result.json"},
		{Name: "Messenger", Format: "messenger", log: true, Map: "turns=content, as=latin1, speaker=sender_name, time=timestamp_ms, need=sender_name timestamp_ms", Source: "Facebook Messenger and Instagram, message_1.json"},
		{Name: "Skype", Format: "skype", log: true, Map: "turns=content, as=markup, speaker=displayName|from, time=originalarrivaltime, where=messagetype:RichText|Text, need=originalarrivaltime messagetype from", Source: "exports of Skype and of Teams (free), messages.json"},
		{Name: "Teams", Format: "teams", Map: "turns=body.content, as=markup, speaker=from.user.displayName, time=createdDateTime, where=messageType:message, need=createdDateTime messageType body", Source: "Microsoft Graph, chat messages"},
		{Name: "Slack", Format: "slack", Map: "turns=text, speaker=user|username|bot_id, time=ts, where=subtype:!channel_join|channel_leave|channel_topic|channel_purpose|channel_name|channel_archive|group_join|group_leave|pinned_item|bot_add|bot_remove|reminder_add|tombstone, need=type ts text, without=id", Source: "exports of Slack, a file a day"},
		{Name: "Discord", Format: "discord", log: true, Map: "turns=content, speaker=author, time=timestamp, where=type:Default|Reply, need=id type timestamp content author", Source: "DiscordChatExporter, JSON"},
		{Name: "Discord as a table", Format: "discord", table: true, Map: "turns=content, speaker=author, time=date, need=authorid author date content", Source: "DiscordChatExporter, CSV"},
		{Name: "KakaoTalk as a table", Format: "kakaotalk", table: true, Map: "turns=message, speaker=user, time=date, need=date user message", Source: "KakaoTalk, CSV"},
		{Name: "an utterance a row", Map: "turns=" + utterances + ", speaker=speaker|speaker_name|speaker_idx|speaker_id|role|author|user|from|name|sender|sender_name, " +
			"dialogue=conv_id|dialogue_id|dialog_id|conversation_id|conversationid|dialogid|dialogueid|conversation|thread_id|session_id|call_id|chat_id|ticket_id|episode_id, order=utterance_idx|utterance_id|turn_id|turn_index|turn|idx|index|position|timestamp|time|created_at|start_time|start, " +
			"emotion=emotion, dialogue.emotion=context, sentiment=sentiment, dialogue.situation=prompt, act=act|act_tag|dialogue_act|dialog_act, dialogue.topic=topic, " +
			"need=" + utterances + " conv_id|dialogue_id|dialog_id|conversation_id|conversationid|dialogid|dialogueid|conversation|thread_id|session_id|call_id|chat_id|ticket_id|episode_id, without=candidates history context/0 conversation_no",
			Source: "EmpatheticDialogues, MELD, IEMOCAP and others as tables"},
		{Name: "OpenAssistant, trees", Format: "oasst", Corpus: true, Map: "turns=prompt, replies=replies, rank=rank, id=message_id, where=deleted:!true, lang=prompt.lang, need=message_tree_id prompt", Source: "OpenAssistant Conversations, NAME.trees.jsonl", Licence: "Apache 2.0"},
		{Name: "OpenAssistant, messages", Format: "oasst", Corpus: true, Map: "turns=text, speaker=role, dialogue=message_tree_id, reply=parent_id, rank=rank, id=message_id, where=deleted:!true, dialogue.lang=lang, need=message_tree_id message_id",
			Source: "OpenAssistant Conversations, NAME.messages.jsonl, or Parquet as on the Hugging Face Hub", Licence: "Apache 2.0"},
		{Name: "Schema-Guided Dialogue", Format: "sgd", Corpus: true, kinds: []record.Kind{record.Elements}, Map: "turns=turns[].utterance, speaker=turns[].speaker, act=turns[].frames[].actions[].act, service=services[], need=dialogue_id turns",
			Source: "Schema-Guided Dialogue, MultiWOZ 2.2", Licence: "CC BY-SA 4.0; MultiWOZ: MIT"},
		{Name: "MultiWOZ", Format: "multiwoz", Corpus: true, kinds: []record.Kind{record.Members}, Map: "turns=log[].text, act=log[].dialog_act{}, need=goal log", Source: "MultiWOZ 2.0, 2.1, 2.3 and 2.4", Licence: "MIT"},
		{Name: "Topical-Chat", Format: "topicalchat", Corpus: true, kinds: []record.Kind{record.Members}, Map: "turns=content[].message, speaker=content[].agent, emotion=content[].sentiment, need=content", Source: "Topical-Chat", Licence: "CDLA-Sharing 1.0"},
		{Name: "Taskmaster", Format: "taskmaster", Corpus: true, kinds: []record.Kind{record.Elements, record.Whole}, Map: "turns=utterances[].text, speaker=utterances[].speaker, topic=vertical|instruction_id, id=conversation_id, need=conversation_id utterances",
			Source: "Taskmaster 1 to 4", Licence: "CC BY 4.0"},
		{Name: "MELD", Format: "meld", Corpus: true, Map: "turns=Utterance, speaker=Speaker, dialogue=Dialogue_ID, emotion=Emotion, sentiment=Sentiment, need=Utterance Speaker Dialogue_ID",
			Source: "MELD", Licence: "GPL-3.0", kinds: []record.Kind{record.Table(',', true)}},
		{Name: "Self-dialogue Corpus", Format: "selfdialogue", Corpus: true, Map: "turns=Answer.sentence#, id=WorkerId, need=Answer.sentence1 WorkerId", Source: "Self-dialogue Corpus", Licence: "BSD 3-Clause", kinds: []record.Kind{record.Table(',', false)}},
		{Name: "Switchboard of Zhao et al.", Format: "switchboard", Corpus: true, Map: "turns=utts[].1, as=spoken, speaker=utts[].0, act=utts[].2.0, topic=topic, need=utts",
			Source: "NeuralDialog-CVAE", Licence: "the transcripts are LDC material", kinds: []record.Kind{record.Lines}},
	}
	for i, s := range all {
		if s.Licence == "" {
			all[i].Licence = yours
		}
		if s.Format == "" {
			all[i].Format = records
		}
		all[i].parsed = mustMap(s.Map, false)
		if s.Corpus {
			all[i].tabled = mustMap(s.Map, true)
		}
	}
	return all
})

// utterances are the columns that hold one turn a row.
const utterances = "utterance|text|message|content|sentence|line|body|transcript"

// records is the format of shapes that have none of their own.
const records = "records"

// mustMap parses a row of the table, which a test reads too.
func mustMap(text string, table bool) *shape.Map {
	m, err := shape.ParseMap(text, table)
	if err != nil {
		panic("corpora: the table of shapes: " + err.Error())
	}
	return m
}

package corpora

import (
	"cmp"
	"path"
	"slices"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// Layouts that several formats have.
const (
	textLayout = "one .txt file; or a folder with train.txt valid.txt test.txt, or NAME.train.txt and so on"
	tabLayout  = "one .tsv or .txt file; or a folder with train.tsv valid.tsv test.tsv, or NAME.train.tsv and so on"
	logLayout  = "; or a folder of them, which may be train/ valid/ test/"
)

// Formats returns the table of source formats in the order in which help
// lists them. What each is stands where its files are read.
func Formats() []Format {
	chatMLExtensions := []string{"txt", "chatml", "text"}
	all := []Format{
		{Name: "dailydialog", Title: "DailyDialog, the original files", Licence: "CC BY-NC-SA 4.0",
			Layout: "a folder with train/dialogues_train.txt, validation/… and test/…, or dialogues_text.txt, or one dialogues_*.txt; dialogues_act_* and dialogues_emotion_* beside them",
			why:    matchDailyDialog, split: dailyDialogParts, sides: dailySides},
		{Name: "sentences", Title: "Plain text, a sentence a line", Layout: textLayout, Turns: sentences, general: true,
			exts: textExtensions, read: lines(parseSentence), is: isSentences, shows: "holds plain lines without a blank line between them"},
		{Name: "labelled", Title: "A label, a TAB and a sentence a line", Layout: tabLayout, Turns: sentences, general: true,
			exts: tabExtensions, read: lines(parseLabelled), why: tabMatch("labelled")},
		{Name: "suffix", Title: "Plain text, a sentence a line, a file for each label", Turns: sentences,
			Layout: "a folder with files NAME.SPLIT.LABEL; without a train split, test is train and dev gives equal valid and test",
			why:    matchSuffix, split: suffixParts},
		{Name: "tsv", Title: "A context, a TAB and its response a line; more columns before are earlier turns", Layout: tabLayout, general: true,
			exts: tabExtensions, read: readTSV, why: tabMatch("tsv")},
		{Name: "text", Title: "Plain text, a turn a line, a blank line between dialogues; NAME: before every turn is its speaker", general: true,
			Layout: textLayout + "; with --format also a folder of other .txt files, of one dialogue or more each",
			exts:   textExtensions, is: func(file string) bool { return isPlainFile(file) && hasBlank(file) },
			shows: "holds plain lines with blank lines between them", split: textParts},
		{Name: "parlai", Title: "ParlAI text: fields text:, labels: and episode_done: a line", Layout: textLayout,
			exts: tabExtensions, read: blocks(parlAIGrammar), why: tabMatch("parlai")},
		{Name: "fbdialog", Title: "Numbered lines of ParlAI, bAbI and ConvAI2: NUMBER text, a TAB and the response", Layout: textLayout,
			exts: tabExtensions, read: blocks(fbDialogGrammar), why: matchFBDialog},
		{Name: "switchboard", Title: "Switchboard with dialogue acts: SPEAKER|text|act a line, a file a conversation; or JSON Lines with \"utts\"",
			Layout:  "a folder of NUMBER.txt or sw_NUMBER.txt, or train/ val/ test/ of them; or train.jsonl valid.jsonl test.jsonl",
			Licence: "the transcripts are LDC material; see the source of your copy",
			why:     matchSwitchboard, split: switchboardParts},
		{Name: "cornell", Title: "Cornell Movie-Dialogs, fields separated by +++$+++", Licence: "none stated; cite the paper",
			Layout: "a folder with movie_lines.txt and movie_conversations.txt; or a folder with a .txt file for each conversation, or train/ valid/ test/ of them",
			sample: cornellSample, is: func(file string) bool { return most(textfile.HeadOf(file, textfile.Western), isCornell) },
			shows: "has fields separated by " + cornellMark, split: cornellParts, sides: site.SidesNamed(cornellLines)},
		{Name: "empathetic", Title: "EmpatheticDialogues, the original files or one for each emotion", Licence: "CC BY-NC",
			Layout: "a folder with train.csv valid.csv test.csv; or a folder with EMOTION.csv for each emotion; or one of them",
			sample: empatheticFile, shows: "begins with the columns of EmpatheticDialogues", split: empatheticParts},
		{Name: "personachat", Title: "PersonaChat and ConvAI2: numbered lines, with lines of personas", Licence: "see the source of your copy",
			Layout: "a folder with train_self_original.txt valid_… test_…, or none, both, other, revised, no_cands; or with train.txt valid.txt test.txt; or one of them",
			why:    matchPersonaChat, split: personaChatParts},
		{Name: "topicalchat", Title: "Topical-Chat, the conversations", Licence: "CDLA-Sharing 1.0",
			Layout: "a folder with train.json and valid_freq.json valid_rare.json test_freq.json test_rare.json, or conversations/ with them; or one of them",
			place:  fixed(topicalChatPlace), read: readShapes("topicalchat"), is: isShape("topicalchat"), shows: `holds conversations with "content" and "message"`},
		{Name: "selfdialogue", Title: "Self-dialogue Corpus, the original CSV files", Licence: "BSD 3-Clause",
			Layout: "a folder with corpus/TOPIC/*.csv and blocked_workers.txt; or corpus, or a folder or a file inside it",
			place:  fixed(selfDialoguePlace), is: isShape("selfdialogue"), shows: "names the column Answer.sentence1", split: selfDialogueParts},
		{Name: "dealornodeal", Title: "Deal or No Deal: <dialogue> YOU: text <eos> THEM: text </dialogue> a line", Licence: "CC BY-NC",
			Layout: "one .txt file; or a folder with train.txt val.txt test.txt",
			exts:   []string{"txt"}, read: lines(parseDeal), is: mostly(isDeal), shows: "holds lines with " + dealBegins},
		{Name: "chatterbot", Title: "ChatterBot corpus: YAML with lists of conversations", Licence: "BSD 3-Clause",
			Layout: "a folder of .yml files, also in folders, of one language; or one file",
			place:  chatterBotPlace, read: readChatterBot, is: isChatterBot, shows: "is YAML with conversations"},
		{Name: "sgd", Title: "Schema-Guided Dialogue, and MultiWOZ 2.2, the original files", Licence: "CC BY-SA 4.0; MultiWOZ: MIT",
			Layout: "a folder with train/ dev/ test/ of dialogues_*.json, and dialog_acts.json where it has one; or a folder of dialogues_*.json, or one of them",
			place:  fixed(sgdPlace), is: isShape("sgd"), shows: `holds dialogues with "dialogue_id" and "utterance"`, split: sgdParts, sides: sgdSides},
		{Name: "multiwoz", Title: "MultiWOZ 2.0, 2.1, 2.3 and 2.4, the original files", Licence: "MIT",
			Layout: "a folder with data.json and the lists valListFile and testListFile (.txt or .json), perhaps with system_acts.json or dialogue_acts.json; or data.json",
			sample: multiWOZFile, is: isShape("multiwoz"), shows: `holds dialogues with "goal" and "log"`, split: multiWOZParts, sides: site.SidesNamed(multiWOZActFiles...)},
		{Name: "taskmaster", Title: "Taskmaster 1 to 4, the original files", Licence: "CC BY 4.0",
			Layout: "a folder with .json files, or data/ of them, and train-dev-test/ with dev.csv and test.csv where there are splits; or one .json file, which may be one dialogue",
			sample: taskmasterSample, is: isShape("taskmaster"), shows: `holds dialogues with "conversation_id" and "utterances"`, split: taskmasterParts},
		{Name: "meld", Title: "MELD: CSV with Dialogue_ID, Speaker, Utterance, Emotion and Sentiment", Licence: "GPL-3.0",
			Layout: "a folder with train_sent_emo.csv dev_sent_emo.csv test_sent_emo.csv, or one of them",
			place:  fixed(meldPlace), read: readShapes("meld"), is: isShape("meld"), shows: "has the columns Dialogue_ID, Speaker, Utterance"},
		{Name: "oasst", Title: "OpenAssistant Conversations: JSON Lines of trees, or of messages, or Parquet of messages", Licence: "Apache 2.0",
			Layout: "one file, NAME.trees.jsonl or NAME.messages.jsonl; or a folder with train.jsonl valid.jsonl test.jsonl; or a folder, or data/ in it, with files such as train-00000-of-00001.parquet",
			sample: oasstFile, shows: `holds messages with "message_tree_id"`, split: oasstParts},
		{Name: "srt", Title: "Subtitles, also WebVTT: a number, its times and lines of text",
			Layout: "one .srt, .vtt or .txt file, or a folder of them, which may be train/ valid/ test/",
			place:  srtPlace, read: readSRT, is: isSRT, shows: "holds the times of subtitles"},
		{Name: "dialogpt", Title: "DialoGPT: WEIGHT text EOS WEIGHT text, a TAB and WEIGHT response a line", Layout: tabLayout, Licence: "MIT",
			exts: tabExtensions, read: lines(parseDialoGPT), is: mostly(isDialoGPT), shows: "has a weight before each turn"},
		{Name: "parallel", Title: "Two files, a context a line and its response on the same line of the other",
			Layout: "src-train.txt tgt-train.txt src-val.txt … ; or train.src train.tgt, with source/target, context/response, enc/dec, from/to or question/answer for src/tgt; or one of two such files",
			why:    matchParallel, split: parallelParts, sides: parallelSides},
		{Name: "ubuntulogs", Title: "Ubuntu dialogues: TIME, FROM, TO and text with TABs, a file a dialogue", Licence: "Apache 2.0",
			Layout: "a folder, also of folders, of .tsv files, which may be train/ valid/ test/; or one of them",
			place:  fixed(ubuntuPlace), read: blocks(ubuntuGrammar), is: mostly(isUbuntuLine), shows: "has TIME, FROM, TO and text"},
		{Name: "chatml", Title: "Text of prompts with marks of roles: ChatML, [INST], <|user|>, ### Human:", Layout: textLayout,
			exts: chatMLExtensions, read: blocks(chatMLGrammar), sample: fileOr(chatMLExtensions...), is: isChatML, shows: "has marks of roles"},
		{Name: "dstc", Title: "DSTC9 to DSTC11: logs.json with labels.json beside", Licence: "that of the track",
			Layout: "a folder with train/ val/ test/ of logs.json and labels.json; or one logs.json",
			place:  fixed(dstcPlace), read: readDSTC, shows: "has " + dstcLabels + " beside it", sides: site.SidesNamed(dstcLabels),
			is: func(file string) bool {
				return file != "" && textfile.Bare(path.Base(file)) == dstcLogs && site.Beside(file, dstcLabels) != ""
			},
			split: func(s site.Site) ([]part, error) { return shardParts("dstc", s, dstcPlace, readDSTC) }},
		{Name: "whatsapp", Title: "Chats exported by WhatsApp, from Android or iOS: DATE, TIME - NAME: text", timed: true,
			Layout: "one .txt file, such as _chat.txt" + logLayout,
			place:  logPlace(isWhatsApp, "txt", ""), read: whatsAppText.read, is: isWhatsApp, shows: "holds messages after their dates"},
		{Name: "discord", Title: "Channels exported by DiscordChatExporter as JSON, CSV or text", timed: true,
			Layout: "one .json, .csv or .txt file" + logLayout,
			place:  logPlace(isDiscord, "json", "csv", "txt"), read: readDiscord, is: isDiscord, shows: "is a channel of Discord"},
		{Name: "irc", Title: "Logs of IRC by irssi, WeeChat, ZNC, HexChat, mIRC and others: TIME <NICK> text", timed: true,
			Layout: "one .log, .txt or .weechatlog file" + logLayout,
			place:  logPlace(isIRC, "log", "txt", "weechatlog", ""), read: readIRC, is: isIRC, shows: "holds TIME <NICK> text"},
	}
	all = append(append(append(embeddedFormats(), all...), exportFormats()...), messengerFormats()...)
	all = slices.Insert(all, len(embeddedFormats())+1, recordFormats()...)
	for i, f := range all {
		all[i].Licence, all[i].Turns = cmp.Or(f.Licence, yours), cmp.Or(f.Turns, dialogues)
	}
	return all
}

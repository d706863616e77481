package corpora_test

import (
	"testing"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/corpora/corporatest"
	"github.com/cvae-go/cvae/dialog"
)

// cases has a corpus for each row of the table. The counts are those of the
// files in testdata, by eye.
var cases = []corporatest.Case{
	{Format: "builtin", Path: "builtin", Count: counts(6000, 400, 400)},        // as its documentation says
	{Format: "synthetic", Path: "synthetic", Count: counts(16000, 2000, 2000)}, // those of He et al. 2019
	{Format: "points", Path: "points", Count: counts(8000, 1000, 1000)},        // ours
	{
		Format: "dailydialog", Path: "testdata/dailydialog",
		Count: counts(6, 2, 3),
		First: dialog.Dialogue{ID: "dialogues_train.txt:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is the kettle on ?", Labels: map[string]string{"act": "question", "emotion": "none"}},
			{Speaker: "B", Text: "Yes , tea in a minute .", Labels: map[string]string{"act": "inform", "emotion": "none"}},
		}},
		BadFile: "train/dialogues_train.txt", BadLine: "Well ? __eou__ __eou__ Well . __eou__",
	},
	{
		Format: "jsonl", Path: "testdata/jsonl",
		Count: counts(6, 2, 2),
		First: dialog.Dialogue{ID: "train.jsonl:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is the soup warm?"}, {Speaker: "B", Text: "It is boiling."},
		}},
		BadFile: "test.jsonl", BadLine: `{"turns":[]}`,
	},
	{
		Format: "sentences", Path: "testdata/sentences",
		Count:   counts(3, 2, 2),
		First:   dialog.Dialogue{ID: "toy.train.txt:1", Turns: []dialog.Turn{{Speaker: "A", Text: "the cat sat on the mat"}}},
		BadFile: "toy.valid.txt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "labelled", Path: "testdata/labelled",
		Count: counts(3, 2, 2),
		First: dialog.Dialogue{ID: "train.tsv:1", Turns: []dialog.Turn{{Speaker: "A", Text: "the bread was fresh"}},
			Labels: map[string]string{"label": "good"}},
		BadFile: "train.tsv", BadLine: "a sentence without a label",
	},
	{
		Format: "suffix", Path: "testdata/suffix",
		Count: counts(5, 2, 2), // test.* is train, dev.* is halved
		First: dialog.Dialogue{ID: "toy.test.0:1", Turns: []dialog.Turn{{Speaker: "A", Text: "the chairs were hard ."}},
			Labels: map[string]string{"label": "0"}},
		BadFile: "toy.test.1", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "tsv", Path: "testdata/tsv",
		Count: counts(4, 2, 2),
		First: dialog.Dialogue{ID: "train.tsv:2", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is the shop open?"}, {Speaker: "B", Text: "Until six."},
		}},
		BadFile: "train.tsv", BadLine: "a line without a TAB",
	},
	{
		Format: "text", Path: "testdata/text",
		Count: counts(3, 2, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "Ann", Text: "Is the ferry late?"}, {Speaker: "Ben", Text: "By an hour."}, {Speaker: "Ann", Text: "Then we walk."},
		}},
		BadFile: "train.txt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "sharegpt", Path: "testdata/sharegpt",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.json:2", Turns: []dialog.Turn{
			{Speaker: "human", Text: "Name a tree."}, {Speaker: "gpt", Text: "The birch."},
		}},
		BadFile: "train.json", BadLine: `{"conversations": []},`,
	},
	{
		Format: "parlai", Path: "testdata/parlai",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Where did you leave it?"}, {Speaker: "B", Text: "On the bus."},
			{Speaker: "A", Text: "Which bus?"}, {Speaker: "B", Text: "The red one."},
		}},
		BadFile: "train.txt", BadLine: "text:\tepisode_done:True",
	},
	{
		Format: "fbdialog", Path: "testdata/fbdialog",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "I own a boat.\nIt leaks.\nShall we sail?"}, {Speaker: "B", Text: "Rather not."},
			{Speaker: "A", Text: "Why?"}, {Speaker: "B", Text: "It leaks."},
		}},
		BadFile: "train.txt", BadLine: "two no number",
	},
	{
		Format: "switchboard", Path: "testdata/switchboard",
		Count: counts(3, 1, 2), // dev repeats a conversation of train
		First: dialog.Dialogue{ID: "train/sw_0001.txt:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Do you have a garden?", Labels: map[string]string{"act": "qy"}},
			{Speaker: "B", Text: "Uh, yes,", Labels: map[string]string{"act": "ny"}},
			{Speaker: "B", Text: "a small one.", Labels: map[string]string{"act": "sd"}},
			{Speaker: "A", Text: "Uh-huh.", Labels: map[string]string{"act": "b"}},
			{Speaker: "B", Text: "It is mostly a | b kind of place.", Labels: map[string]string{"act": "sd"}},
		}},
		BadFile: "train/sw_0002.txt", BadLine: "A|a line without an act",
	},
	{
		Format: "switchboard", Path: "testdata/switchboard_utts",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.jsonl:1", Labels: map[string]string{"topic": "GARDENS"}, Turns: []dialog.Turn{
			{Speaker: "A", Text: "do you have a garden", Labels: map[string]string{"act": "yes-no-question"}},
			{Speaker: "B", Text: "yes a small one", Labels: map[string]string{"act": "yes_answers"}},
			{Speaker: "A", Text: "uh-huh", Labels: map[string]string{"act": "acknowledge_(backchannel)"}},
		}},
		BadFile: "train.jsonl", BadLine: `{"utts": []}`,
	},
	{
		Format: "cornell", Path: "testdata/cornell",
		Count: counts(9, 1, 1), // of seed 0; a twelfth conversation has no words
		First: dialog.Dialogue{ID: "movie_conversations.txt:1", Turns: []dialog.Turn{
			{Speaker: "ANNA", Text: "Is the café open?"}, {Speaker: "BEN", Text: "Since ‘eight’."}, {Speaker: "ANNA", Text: "Good."},
		}},
		BadFile: "movie_conversations.txt", BadLine: "u0 +++$+++ u1 +++$+++ m0 +++$+++ ['L1', 'L99']",
	},
	{
		Format: "cornell", Path: "testdata/cornell_files",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train/1.txt:1", Turns: []dialog.Turn{
			{Speaker: "ANNA", Text: "Is the café open?"}, {Speaker: "BEN", Text: "Since ‘eight’."}, {Speaker: "ANNA", Text: "Good."},
		}},
		BadFile: "train/1.txt", BadLine: "L2 +++$+++ u1 +++$+++ m0 +++$+++ BEN",
	},
	{
		Format: "empathetic", Path: "testdata/empathetic",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.csv:2", Turns: []dialog.Turn{
			{Speaker: "speaker", Text: "My son tied his shoes, both of them!"}, {Speaker: "listener", Text: `"Both"? Well done.`},
		}, Labels: map[string]string{"emotion": "proud", "situation": "My son, who is six, tied his shoes."}},
		BadFile: "train.csv", BadLine: "hit:1_conv:1,1,proud",
	},
	{
		Format: "empathetic", Path: "testdata/empathetic_emotions",
		Count: counts(9, 1, 1), // of seed 0
		First: dialog.Dialogue{ID: "afraid.csv:2", Turns: []dialog.Turn{
			{Speaker: "speaker", Text: "I heard a noise, twice."}, {Speaker: "listener", Text: `What kind of "noise"?`}, {Speaker: "speaker", Text: "A bump."},
		}, Labels: map[string]string{"emotion": "afraid", "situation": "A noise, at night."}},
		BadFile: "afraid.csv", BadLine: "hit:1_conv:1,situation,none",
	},
	{
		Format: "personachat", Path: "testdata/personachat",
		Count: counts(3, 1, 2), // one version of two
		First: dialog.Dialogue{ID: "train_self_original.txt:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "hello , do you have pets ?"}, {Speaker: "B", Text: "bees , if they count ."},
			{Speaker: "A", Text: "they do ."}, {Speaker: "B", Text: "good ."},
		}, Labels: map[string]string{"persona": "i keep bees .\ni live by the sea ."}},
		BadFile: "train_self_original.txt", BadLine: "two no number",
	},
	{
		Format: "topicalchat", Path: "testdata/topicalchat",
		Count: counts(3, 2, 2),
		First: dialog.Dialogue{ID: "conversations/train.json:2", Turns: []dialog.Turn{
			{Speaker: "agent_1", Text: "Do owls sleep by day?", Labels: map[string]string{"emotion": "Curious to dive deeper"}},
			{Speaker: "agent_2", Text: "They do. {Mostly.}", Labels: map[string]string{"emotion": "Happy"}},
			{Speaker: "agent_1", Text: "I see.", Labels: map[string]string{"emotion": "Neutral"}},
		}},
		BadFile: "conversations/train.json", BadLine: `"t_1": {"content": []},`,
	},
	{
		Format: "selfdialogue", Path: "testdata/selfdialogue",
		Count: counts(10, 1, 1), // of seed 0
		First: dialog.Dialogue{ID: "corpus/tea/tea0.csv:2", Turns: []dialog.Turn{
			{Speaker: "A", Text: "One"}, {Speaker: "B", Text: "two, please"}, {Speaker: "A", Text: "three"}, {Speaker: "B", Text: "four"},
			{Speaker: "A", Text: "five"}, {Speaker: "B", Text: "six"}, {Speaker: "A", Text: "seven"}, {Speaker: "B", Text: "eight"},
			{Speaker: "A", Text: "nine"}, {Speaker: "B", Text: "ten"},
		}, Labels: map[string]string{"topic": "tea"}},
		BadFile: "corpus/tea/tea0.csv", BadLine: `"H","W1","too few columns"`,
	},
	{
		Format: "dealornodeal", Path: "testdata/dealornodeal",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "YOU", Text: "i want the hats : all of them ."}, {Speaker: "THEM", Text: "take one ."}, {Speaker: "YOU", Text: "deal"},
		}},
		BadFile: "train.txt", BadLine: "<input> 1 </input> <dialogue> YOU: <eos> THEM: <selection> </dialogue>",
	},
	{
		Format: "chatterbot", Path: "testdata/chatterbot",
		Count: counts(9, 1, 1), // of seed 0
		First: dialog.Dialogue{ID: "food.yml:2", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Are you hungry?"}, {Speaker: "B", Text: "Always."},
		}, Labels: map[string]string{"topic": "food, home"}},
		BadFile: "food.yml", BadLine: "- [Hungry, {a: b}]",
	},
	{
		Format: "sgd", Path: "testdata/sgd",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train/dialogues_001.json:2", Turns: []dialog.Turn{
			{Speaker: "USER", Text: "Is there a boat to the island?", Labels: map[string]string{"act": "INFORM+REQUEST"}},
			{Speaker: "SYSTEM", Text: "One leaves at nine."},
		}, Labels: map[string]string{"service": "Boats_1"}},
		BadFile: "train/dialogues_001.json", BadLine: `{"dialogue_id": "1_00000", "turns": []},`,
	},
	{
		Format: "multiwoz", Path: "testdata/multiwoz",
		Count: counts(3, 1, 1),
		First: dialog.Dialogue{ID: "data.json:2", Turns: []dialog.Turn{
			{Speaker: "USER", Text: "I need a bed in the north.", Labels: map[string]string{"act": "Hotel-Inform+Hotel-Request"}},
			{Speaker: "SYSTEM", Text: "There are two.", Labels: map[string]string{"act": "Booking-Inform+Hotel-Inform"}}, // of the file beside
		}, Labels: map[string]string{"service": "hotel"}},
		BadFile: "data.json", BadLine: `"TOY0001.json": {"goal": {}, "log": [{"metadata": {}}]},`,
	},
	{
		Format: "taskmaster", Path: "testdata/taskmaster",
		Count: counts(2, 1, 1),
		First: dialog.Dialogue{ID: "self-dialogs.json:2", Turns: []dialog.Turn{
			{Speaker: "USER", Text: "Two loaves, please."}, {Speaker: "ASSISTANT", Text: "White or brown?"},
		}, Labels: map[string]string{"topic": "bread-order"}},
		BadFile: "self-dialogs.json", BadLine: `{"conversation_id": "dlg-1", "utterances": [{"speaker": "USER"}]},`,
	},
	{
		Format: "meld", Path: "testdata/meld",
		Count: counts(2, 1, 1),
		First: dialog.Dialogue{ID: "train_sent_emo.csv:2", Turns: []dialog.Turn{
			{Speaker: "Ann", Text: `Who ate my "special" cake?`, Labels: map[string]string{"emotion": "anger", "sentiment": "negative"}},
			{Speaker: "Ben", Text: "Not me, Ann.", Labels: map[string]string{"emotion": "neutral", "sentiment": "neutral"}},
			{Speaker: "Dan", Text: "It was Cleo.", Labels: map[string]string{"emotion": "joy", "sentiment": "positive"}},
		}},
		BadFile: "train_sent_emo.csv", BadLine: "1,too few columns",
	},
	{
		Format: "oasst", Path: "testdata/oasst",
		Count: counts(3, 2, 1),
		First: dialog.Dialogue{ID: "train.jsonl:1", Turns: []dialog.Turn{
			{Speaker: "prompter", Text: "Name a river."}, {Speaker: "assistant", Text: "The Danube."}, {Speaker: "prompter", Text: "Is it long?"},
		}, Labels: map[string]string{"lang": "en"}},
		BadFile: "train.jsonl", BadLine: `{"message_tree_id": "t2", "prompt": {"role": "prompter"}}`,
	},
	{
		Format: "huggingface", Path: "testdata/huggingface",
		Count: counts(3, 1, 1),
		First: dialog.Dialogue{ID: "data/train-00000-of-00002.jsonl:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is it far?", Labels: map[string]string{"act": "2", "emotion": "none"}},
			{Speaker: "B", Text: "Two miles.", Labels: map[string]string{"act": "1", "emotion": "joy"}},
		}, Labels: map[string]string{"topic": "walks"}},
		BadFile: "data/train-00000-of-00002.jsonl", BadLine: `{"dialog": ["a", null]}`,
	},
	{
		Format: "huggingface", Path: "testdata/huggingface_saved", // written by datasets 4.4.1
		Count: counts(4, 1, 2),
		First: dialog.Dialogue{ID: "train/data-00000-of-00001.arrow:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is it train0?", Labels: map[string]string{"act": "question"}},
			{Speaker: "B", Text: "It is.", Labels: map[string]string{"act": "inform"}},
		}},
	},
	{
		Format: "records", Path: "testdata/records",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.json:2", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Name a river."}, {Speaker: "B", Text: "The Danube."},
		}},
		BadFile: "train.json", BadLine: `{"instruction": "Name a river."},`,
	},
	{
		Format: "srt", Path: "testdata/srt",
		Count: counts(3, 1, 1),
		First: dialog.Dialogue{ID: "train/one.srt:2", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is it late?"}, {Speaker: "B", Text: "Very."}, {Speaker: "A", Text: "Then we must go."},
		}},
		BadFile: "train/two.srt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "dialogpt", Path: "testdata/dialogpt",
		Count: counts(3, 1, 2), // one has no weight
		First: dialog.Dialogue{ID: "train.tsv:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "where to ?"}, {Speaker: "B", Text: "home ."}, {Speaker: "A", Text: "good night ."},
		}},
		BadFile: "train.tsv", BadLine: "0.0 no TAB",
	},
	{
		Format: "parallel", Path: "testdata/parallel",
		Count:   counts(3, 1, 2),
		First:   dialog.Dialogue{ID: "src-train.txt:1", Turns: []dialog.Turn{{Speaker: "A", Text: "Is it late?"}, {Speaker: "B", Text: "Very."}}},
		BadFile: "src-train.txt", BadLine: " ",
	},
	{
		Format: "dstc", Path: "testdata/dstc",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train/logs.json:2", Labels: map[string]string{"target": "true", "domain": "hotel"}, Turns: []dialog.Turn{
			{Speaker: "U", Text: "I need a room train0."}, {Speaker: "S", Text: "For when?"}, {Speaker: "U", Text: "Are dogs allowed?"}, {Speaker: "S", Text: "They are."},
		}},
		BadFile: "train/logs.json", BadLine: `[{"speaker": "U"}],`,
	},
	{
		Format: "chatml", Path: "testdata/chatml",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Labels: map[string]string{"system": "Be brief.\nBe kind."}, Turns: []dialog.Turn{
			{Speaker: "user", Text: "Is it late?\nIt is dark."}, {Speaker: "assistant", Text: "Very."}, {Speaker: "user", Text: "Then we must go."},
		}},
		BadFile: "train.txt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "ubuntulogs", Path: "testdata/ubuntulogs",
		Count: counts(3, 1, 1),
		First: dialog.Dialogue{ID: "train/1.tsv:1", Turns: []dialog.Turn{
			{Speaker: "ann", Text: "is disk 1 full ?"}, {Speaker: "ben", Text: "no , mount it ."}, {Speaker: "ann", Text: "thanks"},
		}},
		BadFile: "train/1.tsv", BadLine: "2008\tann",
	},
	{
		Format: "whatsapp", Path: "testdata/whatsapp",
		Count: counts(3, 2, 2), // a fourth of train has one speaker
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "Ann", Text: "Is the ferry late?"}, {Speaker: "Ben", Text: "By an hour. They said it twice."},
			{Speaker: "Ann", Text: "Then we walk:\nover the bridge."},
		}},
		BadFile: "train.txt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "telegram", Path: "testdata/telegram",
		Count: counts(3, 2, 2),
		First: dialog.Dialogue{ID: "train.json:2", Turns: []dialog.Turn{
			{Speaker: "Ann", Text: "Are you in?"}, {Speaker: "Ben", Text: "See example.org. Yes."},
		}},
		BadFile: "train.json", BadLine: `{"id": 1, "type": "message", "date": "long ago", "from": "Ann", "text": "Are you in?"},`,
	},
	{
		Format: "discord", Path: "testdata/discord",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.json:2", Turns: []dialog.Turn{
			{Speaker: "ann", Text: "Are you in?"}, {Speaker: "ben", Text: "Yes. By the door."},
		}},
		BadFile: "train.json", BadLine: `{"id":"1","type":"Default","timestamp":null,"content":"Are you in?","author":{"name":"ann"}},`,
	},
	{
		Format: "irc", Path: "testdata/irc",
		Count: counts(4, 1, 2),
		First: dialog.Dialogue{ID: "train.log:2", Turns: []dialog.Turn{
			{Speaker: "ann", Text: "are you in?"}, {Speaker: "ben", Text: "yes by the door"}, {Speaker: "ann", Text: "*waves*"},
		}},
		BadFile: "train.log", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "chitchat", Path: "testdata/chitchat",
		Count: counts(3, 2, 1), // the second conversation has one speaker, the third a gap
		First: dialog.Dialogue{ID: "train.json:2", Turns: []dialog.Turn{
			{Speaker: "aa-1", Text: "Is the tea hot? Or cold?"}, {Speaker: "bb-2", Text: "Hot."},
		}, Labels: map[string]string{"prompt": "What is the best tea?"}},
		BadFile: "train.json", BadLine: `"k1": {"messages": [[{"text": "a", "sender": "aa-1"}]], "start": "2018-05-03T01:38:01Z"},`,
	},
	{
		Format: "messenger", Path: "testdata/messenger", // the newest message first
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.json:10", Turns: []dialog.Turn{
			{Speaker: "Ann", Text: "Is bus train0 in?"}, {Speaker: "Zoë", Text: "It is, café first."},
		}},
		BadFile: "train.json", BadLine: `{"sender_name": "Ann", "timestamp_ms": 1700172802000, "content": ["a", 1]},`,
	},
	{
		Format: "skype", Path: "testdata/skype", // the newest message first
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.json:10", Turns: []dialog.Turn{
			{Speaker: "8:ann", Text: "Is bus train0 in? :)"}, {Speaker: "Ben", Text: "It's here."},
		}},
		BadFile: "train.json", BadLine: `{"originalarrivaltime":"2020-04-07T12:02:30Z","messagetype":"Text","content":["a",1],"from":"8:ann"},`,
	},
	{
		Format: "teams", Path: "testdata/teams",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.json:2", Turns: []dialog.Turn{
			{Speaker: "Ann Lee", Text: "Is bus train0 in?"}, {Speaker: "Ben", Text: "It is."},
		}},
		BadFile: "train.json", BadLine: `{"messageType":"message","createdDateTime":"long ago","body":{"content":"a"}},`,
	},
	{
		Format: "slack", Path: "testdata/slack",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.json:3", Turns: []dialog.Turn{
			{Speaker: "U1", Text: "Is bus train0 in?"}, {Speaker: "U2", Text: "It is."},
		}},
		BadFile: "train.json", BadLine: `{"type": "message", "user": "U1", "text": "a", "ts": "long ago"},`,
	},
	{
		Format: "line", Path: "testdata/line",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:5", Turns: []dialog.Turn{
			{Speaker: "Ann Lee", Text: "Is bus train0 in?"}, {Speaker: "Ben", Text: "It is.\nBy the door."},
		}},
		BadFile: "train.txt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "kakaotalk", Path: "testdata/kakaotalk",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:5", Turns: []dialog.Turn{
			{Speaker: "앤", Text: "버스 train0 왔어?"}, {Speaker: "벤", Text: "응.\n문 옆에 있어."},
		}},
		BadFile: "train.txt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "zoom", Path: "testdata/zoom",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "Ann Lee", Text: "Is bus train0 in?"}, {Speaker: "Ben", Text: "It is."},
		}},
		BadFile: "train.txt", BadLine: "not UTF-8: \xff",
	},
}

func counts(train, valid, test int) map[dialog.Split]int {
	return map[dialog.Split]int{dialog.Train: train, dialog.Valid: valid, dialog.Test: test}
}

func TestFormats(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range cases {
		tested[c.Format] = true
		t.Run(c.Format, func(t *testing.T) { corporatest.Run(t, c) })
	}
	for _, f := range corpora.Formats() {
		if !tested[f.Name] {
			t.Errorf("format %s has no case", f.Name)
		}
		if f.Title == "" || f.Layout == "" || f.Licence == "" || f.Turns != "dialogues" && f.Turns != "sentences" {
			t.Errorf("format %s does not say all that help prints: %+v", f.Name, f)
		}
	}
}

package corpora

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// The readers of formats of records.
var (
	readJSONL       = readShapes("jsonl")
	readShareGPT    = readShapes("sharegpt")
	readHuggingFace = readShapes("huggingface")
	readTopicalChat = readShapes("topicalchat")
	readMELD        = readShapes("meld")
	readSGD         = readShapes("sgd")
	readOASST       = readShapes("oasst")
	readSentences   = lines(parseSentence)
	readLabelled    = lines(parseLabelled)
	readDeals       = lines(parseDeal)
	readDialoGPT    = lines(parseDialoGPT)
	readChatML      = blocks(chatMLGrammar)
	readFBDialog    = blocks(fbDialogGrammar)
	readParlAI      = blocks(parlAIGrammar)
	readSwitchboard = blocks(switchboardGrammar)
	readWhatsApp    = whatsAppText.read
	parseJSONL      = parseRecord("jsonl")
)

// readMembers reads the records that are mine in one of the shapes.
func readMembers(path string, shapes []Shape, mine func(id string) bool) source.Dialogues {
	return reader{shapes: shapes, mine: mine}.read(path)
}

// readAll returns the dialogues of a source and the first error.
func readAll(s source.Dialogues) (all []dialog.Dialogue, err error) {
	for d, err := range s {
		if _, left := err.(*LeftOut); left {
			continue
		}
		if err != nil {
			return all, err
		}
		all = append(all, d)
	}
	return all, nil
}

func TestMalformed(t *testing.T) {
	long := strings.Repeat("x", textfile.MaxLine+1)
	for _, c := range []struct {
		name string
		read func(string) source.Dialogues
		line string
		want string
	}{
		{"not UTF-8", readSentences, "a\xffb", "not UTF-8"},
		{"too long", readSentences, long, "longer than 1 MiB"},
		{"no TAB", readLabelled, "good the bread", "no TAB"},
		{"no label", readLabelled, " \tthe bread", "label before the TAB is empty"},
		{"no sentence", readLabelled, "good\t ", "sentence after the TAB is empty"},
		{"blank dialogue", readDailyDialog, " ", "the dialogue is empty"},
		{"only an end", readDailyDialog, "__eou__", "turn 1 is empty"},
		{"empty turn", readDailyDialog, "a __eou__ __eou__ b __eou__", "turn 2 is empty"},
		{"no JSON", readJSONL, "hello", "not JSON: invalid character 'h'"},
		{"control characters", readJSONL, "{\x1b", `'\x1b'`},
		{"unfinished", readJSONL, `{"turns":["a"]`, "not JSON"},
		{"two objects", readJSONL, `{"turns":["a"]}{"turns":["a"]}`, "not JSON"},
		{"no object", readJSONL, `["a"]`, "not an object"},
		{"wrong type", readJSONL, `{"turns":"a"}`, `there are no turns in "turns"`},
		{"no form", readJSONL, `{"text":"a"}`, `has "text"; it lacks "messages"`},
		{"two forms", readJSONL, `{"turns":["a"],"response":"a"}`, `has "response", "turns"; it lacks`},
		{"no response", readJSONL, `{"context":["a"]}`, `has "context"; it lacks "messages", or "turns", or "response"`},
		{"no turns", readJSONL, `{"turns":[]}`, `no turns in "turns"`},
		{"empty response", readJSONL, `{"context":["a"],"response":" "}`, "turn 2 is empty"},
		{"number as turn", readJSONL, `{"turns":[1]}`, "turn 1 has no text: it is neither"},
		{"null as turn", readJSONL, `{"turns":[null]}`, "turn 1 has no text: it is neither"},
		{"turn without text", readJSONL, `{"turns":[{"speaker":"A"}]}`, "turn 1 has no text: it is neither"},
		{"message without text", readJSONL, `{"messages":[{"role":"user","content":null}]}`, "turn 1 has no text"},
		{"message in pieces", readJSONL, `{"messages":[{"role":"user","content":[]}]}`, "turn 1 is empty"},
		{"system alone", readJSONL, `{"messages":[{"role":"system","content":"a"}]}`, "the dialogue is empty"},
		{"no TAB in a pair", readTSV, "hello", "no TAB between a context and a response"},
		{"no response in a pair", readTSV, "a\t ", "column 2 is empty"},
		{"gap in a context", readTSV, "a\t\tb", "column 2 is empty"},
		{"turn not UTF-8", readText, "a\xff", "not UTF-8"},
		{"speaker alone", readText, "A:\nB: b", "no text after the speaker"},
		{"no field", readParlAI, "reward:1\tepisode_done:True", "neither a text: nor a labels:"},
		{"empty fields", readParlAI, "text: \tlabels:|a", "neither a text: nor a labels:"},
		{"TAB in a turn", readParlAI, "text:a\tb\tlabels:c", "\"b\" has no name"},
		{"no number", readFBDialog, "a\tb", "does not begin with a number"},
		{"number alone", readFBDialog, "1", "is empty"},
		{"no conversation", readShareGPT, `{"id":"a"}`, `has "id"; it lacks "conversations"`},
		{"no turns in a conversation", readShareGPT, `[{"conversations":[]}]`, `no turns in "conversations"`},
		{"conversation of the system", readShareGPT, `[{"conversations":[{"from":"system","value":"a"}]}]`, "the dialogue is empty"},
		{"turn without value", readShareGPT, `[{"conversations":[{"from":"human"}]}]`, `turn 1 has no text in "value"`},
		{"turns of numbers", readShareGPT, `[{"conversations":[{"from":"human","value":1}]}]`, `turn 1 has no text in "value"`},
		{"nothing between commas", readShareGPT, `[,]`, "not JSON"},
		{"comma at the end", readShareGPT, `[{"conversations":[{"value":"a"}]},]`, "not JSON"},
		{"long element", readShareGPT, `["` + long + `"]`, "longer than 1 MiB"},
		{"element not UTF-8", readShareGPT, "[\"\xff\"]", "not UTF-8"},
		{"no bars", readSwitchboard, "A|hello", "not SPEAKER|text|act"},
		{"no speaker before a bar", readSwitchboard, "|hello|sd", "not SPEAKER|text|act"},
		{"no words", readSwitchboard, "A||x\nB| |x", "has no words"},
		{"no utterances", readUtts, `{"topic":"a"}`, `lacks "utts"`},
		{"utterance of numbers", readUtts, `{"utts":[["A",1]]}`, "turn 1 has no text"},
		{"four fields", readCornellFile, "L1 +++$+++ u0 +++$+++ m0 +++$+++ ANNA", "4 fields"},
		{"no character", readCornellFile, "L1 +++$+++ +++$+++ m0 +++$+++ +++$+++ hi", "lacks its ID or its character"},
		{"few columns", readEmpathetic, "hit:1,1,proud,a,1,b,c", "7 columns, not 8"},
		{"zeroth utterance", readEmpathetic, "hit:1,0,proud,a,1,b,c,", `utterance_idx "0"`},
		{"empty utterance", readEmpathetic, "hit:1,1,proud,a,1, ,c,", "the utterance is empty"},
		{"open quote", readEmotions, `hit:1,utterance,speaker,"a`, "no quote at its end"},
		{"comma without quotes", readEmotions, "hit:1,utterance,speaker,a,b,c", "6 columns, not 4"},
		{"empty quotes", readEmotions, `hit:1,utterance,speaker," "`, "the utterance is empty"},
		{"personas alone", readPersonaChat, "1 your persona: i run .", "personas and no turns"},
		{"silence alone", readPersonaChat, "1 __SILENCE__", "is empty"},
		{"no content", readTopicalChat, `{"t_1":{}}`, `it lacks "content"`},
		{"no message", readTopicalChat, `{"t_1":{"content":[{"agent":"a"}]}}`, `turn 1 has no text in "message"`},
		{"no value", readTopicalChat, `{"t_1"}`, "not JSON"},
		{"content of texts", readTopicalChat, `{"t_1":{"content":["a"]}}`, "turn 1 has no text"},
		{"no dialogue", readDeals, "<input> 1 </input>", "no <dialogue> … </dialogue>"},
		{"no speaker in a deal", readDeals, "<dialogue> hello </dialogue>", "turn 1 is not YOU: or THEM:"},
		{"selection alone", readDeals, "<dialogue> YOU: <selection> </dialogue>", "the dialogue is empty"},
		{"text for a conversation", readChatterBot, "conversations: [a]", "not a list of texts"},
		{"mapping for a turn", readChatterBot, "conversations: [[a, b: c]]", "turn 2 is not a text"},
		{"null for a turn", readChatterBot, "conversations: [[a, ]]\nx: *\x1b", "not YAML"},
		{"open bracket", readChatterBot, "conversations: [[a", "not YAML"},
		{"mapping for conversations", readChatterBot, "conversations: {a: b}", "not YAML of conversations"},
		{"no ID", readSGD, `[{"turns":[{"utterance":"a"}]}]`, `lacks "dialogue_id" with "turns"`},
		{"turn without utterance", readSGD, `[{"dialogue_id":"1","turns":[{"speaker":"USER"}]}]`, `turn 1 has no text in "utterance"`},
		{"no turns of an ID", readSGD, `[{"dialogue_id":"1","turns":[]}]`, `no turns in "turns"`},
		{"no log", readAllMultiWOZ, `{"a.json":{"goal":{}}}`, `lacks "goal" with "log"`},
		{"log without text", readAllMultiWOZ, `{"a.json":{"goal":{},"log":[{}]}}`, `turn 1 has no text in "text"`},
		{"member without name", readAllMultiWOZ, `{{}}`, "not JSON"},
		{"no member between commas", readAllMultiWOZ, `{,}`, "nothing between two commas"},
		{"long member", readAllMultiWOZ, `{"a":"` + long + `"}`, "element of the object that begins here is longer than 1 MiB"},
		{"no conversation ID", readAllTaskmaster, `[{"utterances":[{"text":"a"}]}]`, `lacks "conversation_id" with "utterances"`},
		{"utterance without text", readAllTaskmaster, `[{"conversation_id":"1","utterances":[{"speaker":"a"}]}]`, `turn 1 has no text in "text"`},
		{"no utterances", readAllTaskmaster, `[{"conversation_id":"1","utterances":[]}]`, `no turns in "utterances"`},
		{"no tree", readOASST, `{"text":"a"}`, `lacks "message_tree_id"`},
		{"tree without text", readOASST, `{"message_tree_id":"t","prompt":{"message_id":"m"}}`, `message "m" has no "text"`},
		{"empty message", readOASST, `{"message_tree_id":"t","prompt":{"text":" "}}`, "turn 1 is empty"},
		{"message without parent", readOASST, `{"message_tree_id":"t","message_id":"b","parent_id":"a","text":"x"}`, `"b" answers "a", which is not in its tree`},
		{"no column of turns", readHuggingFace, `{"text":"a"}`, `no turns in "dialog" or "dialogue"`},
		{"turn of another kind", readHuggingFace, `{"dialog":["a",1]}`, "turn 2 has no text"},
		{"struct without text", readHuggingFace, `{"messages":[{"role":"user"}]}`, "turn 1 has no text"},
		{"empty turn of a row", readHuggingFace, `{"dialog":["a",""]}`, "turn 2 is empty"},
		{"no list in a row", readHuggingFace, `{"dialog":"a"}`, `no turns in "dialog"`},
		{"row of the system", readHuggingFace, `{"messages":[{"role":"system","content":"a"}]}`, "the dialogue is empty"},
		{"row of an array", readHuggingFace, `["a"]`, "not an object"},
		{"deep", readJSONL, `{"turns":` + strings.Repeat("[", 20000), "exceeded max depth"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(path, []byte(c.line+"\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := readAll(c.read(path))
			wantError(t, err, "f:1: ", c.want, "--skip-bad")
		})
	}
}

func TestJSONL(t *testing.T) {
	turn := func(speaker, text string) dialog.Turn { return dialog.Turn{Speaker: speaker, Text: text} }
	for name, c := range map[string]struct {
		line string
		want dialog.Dialogue
	}{
		"response alternates": {`{"context":["a","b"],"response":"c"}`,
			dialog.Dialogue{Turns: []dialog.Turn{turn("A", "a"), turn("B", "b"), turn("A", "c")}}},
		"response differs from a named speaker": {`{"context":["a","b",{"text":"c","speaker":"B"}],"response":"d"}`,
			dialog.Dialogue{Turns: []dialog.Turn{turn("A", "a"), turn("B", "b"), turn("B", "c"), turn("A", "d")}}},
		"the object says otherwise": {`{"context":["a"],"response":{"text":"b","speaker":"A"}}`,
			dialog.Dialogue{Turns: []dialog.Turn{turn("A", "a"), turn("A", "b")}}},
		"text mode": {`{"context":[],"response":"a"}`, dialog.Dialogue{Turns: []dialog.Turn{turn("A", "a")}}},
		"roles and systems": {`{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"system","content":"t"},{"role":"bot","content":"b"}]}`,
			dialog.Dialogue{Turns: []dialog.Turn{turn("user", "a"), turn("bot", "b")}, Labels: map[string]string{"system": "s\nt"}}},
		"labels": {`{"turns":[{"text":"a","labels":{"act":"ask","n":1}}],"labels":{"topic":"tea"}}`,
			dialog.Dialogue{Turns: []dialog.Turn{{Speaker: "A", Text: "a", Labels: map[string]string{"act": "ask", "n": "1"}}}, Labels: map[string]string{"topic": "tea"}}},
		"labels of another kind":  {`{"turns":["a"],"labels":[1]}`, dialog.Dialogue{Turns: []dialog.Turn{turn("A", "a")}}},
		"control characters stay": {`{"turns":["a\u0000\u001bb"]}`, dialog.Dialogue{Turns: []dialog.Turn{turn("A", "a\x00\x1bb")}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseJSONL(c.line)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDailyDialogLabels: a kind of label whose number is not that of the turns
// is left out, and the next line is still in step.
func TestDailyDialogLabels(t *testing.T) {
	all, err := readAll(readDailyDialog("testdata/dailydialog/train/dialogues_train.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for i, turn := range all[2].Turns {
		if turn.Labels != nil {
			t.Errorf("turn %d of the odd dialogue has labels %v", i, turn.Labels)
		}
	}
	want := map[string]string{"act": "inform", "emotion": "happiness"}
	if diff := cmp.Diff(want, all[3].Turns[1].Labels); diff != "" {
		t.Errorf("after the odd dialogue (-want +got):\n%s", diff)
	}
}

func TestDailyDialogBadLabels(t *testing.T) {
	for name, c := range map[string]struct{ acts, want string }{
		"unknown act": {"1\n9\x1b\n", `dialogues_act_x.txt:2: there is no act "9\x1b"`},
		"too few":     {"1\n", "dialogues_act_x.txt ends; they must have as many"},
		"too many":    {"1\n1\n1\n", "dialogues_act_x.txt goes on after number 2"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, content := range map[string]string{"dialogues_x.txt": "a __eou__\nb __eou__\n", "dialogues_act_x.txt": c.acts} {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			_, err := readAll(readDailyDialog(filepath.Join(folder, "dialogues_x.txt")))
			wantError(t, err, c.want)
		})
	}
}

// TestLongLines: a line of exactly 1 MiB is read, a longer one is skipped to
// its end, and the line after it is read.
func TestLongLines(t *testing.T) {
	most := strings.Repeat("x", textfile.MaxLine)
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte(most+"\r\n"+most+"x\n"+strings.Repeat(most, 3)+"\nlast"), 0o666); err != nil {
		t.Fatal(err)
	}
	var got []int
	for l, err := range textfile.Lines(path) {
		if err != nil {
			got = append(got, -l.Number)
			continue
		}
		got = append(got, len(l.Text))
	}
	if diff := cmp.Diff([]int{textfile.MaxLine, -2, -3, 4}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package corpora

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// fuzzFile runs a source over files with any content: it must not panic, its
// dialogues have turns that are not empty, and its errors are clean.
func fuzzFile(f *testing.F, name string, read func(path string) source.Dialogues, seeds ...string) {
	for _, s := range append(seeds, "", "\n", "\xef\xbb\xbf\r\n", "\x1f\x8b", "\x28\xb5\x2f\xfd", "\x00\x1b[2J\xff") {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		for d, err := range read(path) {
			checkDialogue(t, d, err)
		}
	})
}

func checkDialogue(t *testing.T, d dialog.Dialogue, err error) {
	t.Helper()
	if err != nil {
		if fault.Shown(err.Error()) != err.Error() {
			t.Errorf("the error is not clean: %q", err)
		}
		return
	}
	if len(d.Turns) == 0 || d.ID == "" {
		t.Errorf("dialogue %q has %d turns", d.ID, len(d.Turns))
	}
	for _, turn := range d.Turns {
		if strings.TrimSpace(turn.Text) == "" || !utf8.ValidString(turn.Text) {
			t.Errorf("the text %q is no turn", turn.Text)
		}
	}
}

func FuzzSentences(f *testing.F) { fuzzFile(f, "f.txt", readSentences, "one\n\ntwo\n") }

func FuzzSuffix(f *testing.F) {
	fuzzFile(f, "f.dev.0", func(path string) source.Dialogues { return readSuffix(path, "0") }, "one\ntwo")
}

func FuzzLabelled(f *testing.F) { fuzzFile(f, "f.tsv", readLabelled, "good\tone\nbad\n\tx\n") }

func FuzzDailyDialog(f *testing.F) {
	fuzzFile(f, "dialogues_x.txt", readDailyDialog, "a __eou__ b __eou__\n", "__eou__ __eou__")
}

// FuzzDailyDialogLabels fuzzes the labels beside two fixed dialogues.
func FuzzDailyDialogLabels(f *testing.F) {
	fuzzFile(f, "dialogues_act_x.txt", func(acts string) source.Dialogues {
		path := filepath.Join(filepath.Dir(acts), "dialogues_x.txt")
		if err := os.WriteFile(path, []byte("a __eou__\nb __eou__ c __eou__\n"), 0o666); err != nil {
			f.Fatal(err)
		}
		return readDailyDialog(path)
	}, "1\n2 1\n", "5\n1 1\n", "1 \n\n1\n")
}

func FuzzJSONL(f *testing.F) {
	fuzzFile(f, "f.jsonl", readJSONL,
		`{"context":["a",{"text":"b","speaker":"C"}],"response":"c"}`,
		`{"turns":["a","b"],"labels":{"x":"y"}}`,
		`{"messages":[{"role":"system","content":"a"},{"role":"user","content":"b"}]}`)
}

func FuzzTSV(f *testing.F) {
	fuzzFile(f, "f.tsv", readTSV, "context\tresponse\na\tb\n", "\t\ta\n", "a\t\tb\n")
}

func FuzzText(f *testing.F) {
	fuzzFile(f, "f.txt", readText, "A: a\nB: b\n\nc\nd\n", "A:\nB: b\n", "\n\na\n \nb")
}

func FuzzShareGPT(f *testing.F) {
	one := `{"conversations":[{"from":"system","value":"a"},{"from":"human","value":"b"}]}`
	fuzzFile(f, "f.json", readShareGPT, one, "["+one+",\n"+one+"]", "[]", "[,]", `[{"a":"]`, `[{"a":"\"]"}] x`)
}

func FuzzParlAI(f *testing.F) {
	fuzzFile(f, "f.txt", readParlAI, "text:a\tlabels:b|c\ntext:d\tepisode_done:True\n", "labels:a\n", "text:a\\nb\tx\n")
}

func FuzzFBDialog(f *testing.F) {
	fuzzFile(f, "f.txt", readFBDialog, "1 a\n2 b\tc|d\t0\te\n1 f\tg\n", "1\n0 a\n", "2 a\t\n")
}

func FuzzSwitchboard(f *testing.F) {
	fuzzFile(f, "2005.txt", readSwitchboard, "A|a|sd\nB|b | c|x\n", "A||\n", "|||")
}

func FuzzUtts(f *testing.F) {
	fuzzFile(f, "f.jsonl", readUtts, `{"topic":"\"T\"","utts":[["A","a",["b",[0]]],["B","c"]]}`, `{"utts":[[]]}`)
}

// FuzzCornell fuzzes the utterances of two fixed conversations.
func FuzzCornell(f *testing.F) {
	one := "L1 +++$+++ u0 +++$+++ m0 +++$+++ ANNA +++$+++ caf\xe9\n"
	fuzzFile(f, cornellLines, func(lines string) source.Dialogues {
		path := filepath.Join(filepath.Dir(lines), cornellConversations)
		content := "u0 +++$+++ u1 +++$+++ m0 +++$+++ ['L1', 'L2']\nu0 +++$+++ u1 +++$+++ m0 +++$+++ ['L2']\n"
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			f.Fatal(err)
		}
		return readCornell(path)
	}, one, one+strings.Replace(one, "L1", "L2", 1), "L2 +++$+++ +++$+++ +++$+++ A +++$+++ ")
}

func FuzzCornellConversations(f *testing.F) {
	said := map[string]dialog.Turn{"L1": {Speaker: "ANNA", Text: "a"}, "L2": {Speaker: "BEN"}}
	fuzzFile(f, "f.txt", func(path string) source.Dialogues {
		return source.Lines(path, func(text string) (dialog.Dialogue, error) { return parseCornell(text, said) })
	}, "u0 +++$+++ u1 +++$+++ m0 +++$+++ ['L1', 'L2']\n", "+++$++++++$++++++$+++[]")
}

func FuzzCornellFile(f *testing.F) {
	fuzzFile(f, "f.txt", readCornellFile, "L1 +++$+++ u0 +++$+++ m0 +++$+++ ANNA +++$+++ caf\xe9\n\n", "+++$++++++$++++++$++++++$+++")
}

func FuzzEmpathetic(f *testing.F) {
	fuzzFile(f, "f.csv", readEmpathetic, empatheticHeader+",selfeval,tags\nh:1,1,proud,a_comma_ b,1,\"c\",d,\nh:1,2,proud,a,2,e,f,g,h\n", "h,1,,,,a,,\n")
}

func FuzzEmotions(f *testing.F) {
	fuzzFile(f, "f.csv", readEmotions, emotionsHeader+"\nh:1,situation,none,\"a, b\"\nh:1,utterance,speaker,\"c \"\"d\"\"\"\n", "h,utterance,,\"\n")
}

func FuzzPersonaChat(f *testing.F) {
	fuzzFile(f, "f.txt", readPersonaChat, "1 your persona: a\n2 partner's persona: b\n3 c\td\n1 __SILENCE__\te\n", "1 your persona:\n", "1 __SILENCE__")
}

func FuzzTopicalChat(f *testing.F) {
	one := `"t_1":{"content":[{"message":"a","agent":"agent_1","sentiment":"Happy"}]}`
	fuzzFile(f, "f.json", readTopicalChat, "{"+one+",\n"+one+"}", "{}", "{,}", `{"a"}`, `{"a":null}`)
}

func FuzzSelfDialogue(f *testing.F) {
	header := "WorkerId,Answer.sentence2,Answer.sentence1\n"
	fuzzFile(f, "f.csv", func(path string) source.Dialogues { return readSelfDialogue(path, []string{"X"}) },
		header+"W,b,a\nX,b,a\n", header+"W,\"b\n\"\"c\",a\n", header+"W,b,\n\"", "WorkerId\n")
}

func FuzzDeals(f *testing.F) {
	fuzzFile(f, "f.txt", readDeals, "<dialogue> YOU: a <eos> THEM: b <eos> YOU: <selection> </dialogue>\n", "<dialogue></dialogue>", "<dialogue>:a</dialogue>")
}

func FuzzChatterBot(f *testing.F) {
	fuzzFile(f, "f.yml", readChatterBot, "categories:\n- a\nconversations:\n- - b\n  - no\n- [c, &x d]\n", "conversations: [[*x]]", "conversations: [a, {b: c}]", "a: &a [*a]")
}

func FuzzSGD(f *testing.F) {
	fuzzFile(f, "f.json", readSGD,
		`[{"dialogue_id":"1","services":["b","a"],"turns":[{"speaker":"USER","utterance":"a","frames":[{"actions":[{"act":"X"}]}]}]}]`, `[{}]`)
}

func readAllMultiWOZ(path string) source.Dialogues {
	return readMultiWOZ(path, actsIn(site.Beside(path, multiWOZActFiles...)), everyID)
}

func FuzzMultiWOZ(f *testing.F) {
	fuzzFile(f, "data.json", readAllMultiWOZ,
		`{"a":{"goal":{"hotel":{"info":1}},"log":[{"text":"a","dialog_act":{"x":1}},{"text":"b"}]},"b":{}}`, `{,}`, `{"a" {}}`, `{]`)
}

// FuzzMultiWOZActs fuzzes the acts beside two fixed dialogues.
func FuzzMultiWOZActs(f *testing.F) {
	data := withActs(f, "acts.json", "")
	fuzzFile(f, "system_acts.json", func(acts string) source.Dialogues {
		content, err := os.ReadFile(data)
		if err == nil {
			err = os.WriteFile(filepath.Join(filepath.Dir(acts), "data.json"), content, 0o666)
		}
		if err != nil {
			f.Fatal(err)
		}
		return readAllMultiWOZ(filepath.Join(filepath.Dir(acts), "data.json"))
	}, `{"A":{"1":{"a":[]},"2":"No Annotation"}}`, `{"A":null,"B":{"1":{}}}`, `{"A"}`, "[]")
}

func readAllTaskmaster(path string) source.Dialogues { return readTaskmaster(path, everyID) }

func FuzzTaskmaster(f *testing.F) {
	fuzzFile(f, "f.json", readAllTaskmaster, `[{"conversation_id":"1","instruction_id":"a-1","utterances":[{"speaker":"A","text":"a"}]}]`, `[{}]`,
		"\n{\"conversation_id\":\"1\",\n\"utterances\":[{\"text\":\"a\"}]}\n", "{} {}")
}

func FuzzMELD(f *testing.F) {
	header := "Utterance,Speaker,Emotion,Dialogue_ID\n"
	fuzzFile(f, "f.csv", readMELD, header+"a,A,joy,0\n\"b\nc\",B,,0\n\x92,A,joy,1\n", header+"a,A\n\"\n", header+",,,\n", "a,b\n")
}

func FuzzOASST(f *testing.F) {
	fuzzFile(f, "f.jsonl", readOASST,
		`{"message_tree_id":"t","prompt":{"text":"a","replies":[{"text":"b","rank":1},{"text":"c","rank":0},null]}}`,
		`{"message_tree_id":"t","message_id":"a","text":"x"}`+"\n"+`{"message_tree_id":"t","message_id":"b","parent_id":"a","text":"y"}`,
		`{"message_tree_id":"t","message_id":"a","parent_id":"a","text":"x"}`)
}

func FuzzHuggingFace(f *testing.F) {
	fuzzFile(f, "f.jsonl", readHuggingFace,
		`{"dialog":["a","b"],"act":[1,2],"emotion":["x","y"],"topic":"t"}`,
		`{"messages":[{"role":"system","content":"a"},{"role":"user","content":"b"}]}`,
		`{"conversations":{"from":["a"],"value":["b"]}}`, `{"dialogue":["a"],"speakers":["A"]}`)
}

func FuzzSRT(f *testing.F) {
	fuzzFile(f, "f.srt", readSRT, "1\n00:00:01,000 --> 00:00:02,000\n- a\n- <i>b</i>\n\n2\n00:00:09,000 --> 00:00:10,000\nc\n", "0:00:01.0 --> 9999999:00:00,1\n{\\an8}\n")
}

func FuzzDialoGPT(f *testing.F) {
	fuzzFile(f, "f.tsv", readDialoGPT, "0.0 a EOS 1.0 b\t1.0 c\n", "1.0 a\t0.0 b\n", "a\tb\n")
}

// FuzzParallel fuzzes the contexts of fixed responses.
func FuzzParallel(f *testing.F) {
	fuzzFile(f, "a.src", func(path string) source.Dialogues {
		twin := filepath.Join(filepath.Dir(path), "a.tgt")
		if err := os.WriteFile(twin, []byte("x\ny\n\n"), 0o666); err != nil {
			f.Fatal(err)
		}
		return readParallel(path, twin)
	}, "a\nb\n\n", "a\n")
}

// FuzzDSTC fuzzes the labels of two fixed logs.
func FuzzDSTC(f *testing.F) {
	fuzzFile(f, dstcLabels, func(labels string) source.Dialogues {
		path := filepath.Join(filepath.Dir(labels), dstcLogs)
		if err := os.WriteFile(path, []byte(`[[{"speaker":"U","text":"a"}],[{"text":"b"}]]`), 0o666); err != nil {
			f.Fatal(err)
		}
		return readDSTC(path)
	}, `[{"target":true,"knowledge":[{"domain":"x"}],"response":"c"},{"target":false}]`, `[{"response":1}]`, "[]")
}

func FuzzChatML(f *testing.F) {
	fuzzFile(f, "f.txt", readChatML, "<|im_start|>system\na<|im_end|>\n<|im_start|>user\nb<|im_end|>\n", "[INST] <<SYS>>a<</SYS>> b [/INST] c </s>\n", "### Human: a\n### Assistant: b\n<|endoftext|>\n", "<|user|>a<|assistant|>")
}

func FuzzUbuntuLogs(f *testing.F) {
	fuzzFile(f, "f.tsv", func(path string) source.Dialogues { return source.Blocks(path, ubuntuGrammar) }, "2008-04-23T14:55:00.000Z\ta\t\tb\n", "2008\ta\n")
}

// FuzzShapes fuzzes the records of every shape.
func FuzzShapes(f *testing.F) {
	for i, s := range []string{
		`{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"tool","content":null}]}`, `{"context":"a","context/0":"b","response":"c"}`,
		`[{"instruction":"a","output":"b"}]`, `{"train":[{"utterances":[{"history":["a"],"candidates":["b"]}],"personality":["c"]}]}`,
		`{"a":[[{"speaker":"A","utterance":"b"}]]}`, "Context,Utterance,Label\na __eot__,b,1\n", "question;answer\na;b\n", "turn1\tturn2\na\tb\n",
		"conv_id,utterance\n1,a\n1,b\n", `{"id":"1","text":"a","conversation_id":"1","reply-to":"2"}`, `{"chosen":"\n\nHuman: a\n\nAssistant: b"}`,
	} {
		f.Add(i, []byte(s))
	}
	shapes := Shapes()
	f.Fuzz(func(t *testing.T, i int, content []byte) {
		path := written(t, string(content))
		for d, err := range readMembers(path, []Shape{shapes[uint(i)%uint(len(shapes))]}, everyID) {
			checkDialogue(t, d, err)
		}
		for d, err := range readMembers(path, shapes, everyID) {
			checkDialogue(t, d, err)
		}
	})
}

// FuzzMap fuzzes what --map says, and reads a file with it.
func FuzzMap(f *testing.F) {
	for _, s := range []string{"turns=dialog[].text, speaker=dialog[].name, topic=topic", "turns=a & b + -c/#, where=d:1|2, need=a", "turns=x[-1][0].1, dialogue=d, order=o, reply=r, id=i"} {
		f.Add(s, []byte(`{"dialog":[{"text":"a","name":"b"}],"a":"x","b":"y","c/0":"z","x":[["p"]],"d":1,"o":2}`))
	}
	f.Fuzz(func(t *testing.T, text string, content []byte) {
		s, err := shapeOf(text)
		if err != nil {
			return
		}
		for d, err := range readMembers(written(t, string(content)), []Shape{s}, everyID) {
			checkDialogue(t, d, err)
		}
	})
}

// FuzzOpen fuzzes detection: every file is read or refused in clean words.
func FuzzOpen(f *testing.F) {
	for _, s := range []string{"a\n\nb\n", "A: a\nB: b\n", "a\tb\n", "a b\tc\t1\n", "1 a\tb\n", "text:a\tlabels:b\n", "[{", "{\"turns\":[\"a\"]}", "a __eou__\n"} {
		f.Add("f.txt", []byte(s))
	}
	f.Add("f.json", []byte(`[{"conversations":[{"value":"a"}]}]`))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if name != "f.txt" && name != "f.json" && name != "f.tsv" || len(content) == 0 {
			return
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := openWhole(path, Options{SkipBad: true}); err != nil {
			checkDialogue(t, dialog.Dialogue{}, err)
		}
	})
}

func FuzzWhatsApp(f *testing.F) {
	fuzzFile(f, "f.txt", readWhatsApp, "31/12/2023, 15:05 - Ann: a\nb\n31/12/2023, 15:06 - Ben: <Media omitted>\n31/12/2023, 15:06 - x\n", "\u200e[12/31/23, 3:05:11\u202fPM] ~\u202fAnn: \u200eimage omitted\n[12/31/23, 3:05:12\u202fPM] Ben: a\n")
}

func FuzzMessengers(f *testing.F) {
	fuzzFile(f, "f.txt", func(path string) source.Dialogues {
		return func(yield func(dialog.Dialogue, error) bool) {
			for _, c := range []chatText{lineText, kakaoText, zoomText} {
				for d, err := range c.read(path) {
					if !yield(d, err) {
						return
					}
				}
			}
		}
	}, "[LINE] a\n\n2024/01/01(Mon)\n15:05\tAnn\ta\n午後3:06\tBen\t\"b\nc\"\n15:07\tx\n", "--------------- 2024년 1월 1일 월요일 ---------------\n[a] [오후 3:05] b\n[c] [3:06 PM] d\n2023년 12월 30일 오후 3:05, a : b\n",
		"15:05:11\t From a to Everyone:\n\tb\n15:06:11\tc:\td\n", "Saturday, December 30, 2023\n30/12/2023\n")
}

func FuzzExports(f *testing.F) {
	fuzzFile(f, "f.json", func(path string) source.Dialogues {
		return func(yield func(dialog.Dialogue, error) bool) {
			for _, name := range []string{"messenger", "slack", "skype", "teams"} {
				for d, err := range readShapes(name)(path) {
					if !yield(d, err) {
						return
					}
				}
			}
		}
	}, `{"messages":[{"sender_name":"B","timestamp_ms":2000,"content":"\u00c3\u00a9"},{"sender_name":"A","timestamp_ms":1000,"content":"a"}]}`, `[{"type":"message","user":"U1","text":"a","ts":"1.2"}]`,
		`{"conversations":[{"MessageList":[{"originalarrivaltime":"2020-04-05T12:00:00Z","messagetype":"Text","content":"<b>a</b>&amp;","from":"x"}]}]}`, `{"value":[{"messageType":"message","createdDateTime":"2020-04-05T12:00:00Z","body":{"content":"a"},"from":null}]}`)
}

func FuzzRecordsOfTexts(f *testing.F) {
	fuzzFile(f, "f.jsonl", readShapes(records), `{"dialogue":"A: a\r\nB: b"}`, `{"dialog":"['a' \"b\\'\"]"}`, `{"dialogue":"[']"}`, `{"conversation":[{"human":"a","assistant":"b"}]}`,
		"{\"conv_id\":1,\"text\":\"a\"}\n{\"conv_id\":2,\"text\":\"b\"}\n{\"conv_id\":1,\"text\":\"c\"}\n")
}

func FuzzTelegram(f *testing.F) {
	fuzzFile(f, "f.json", readShapes("telegram"), `{"messages":[{"id":1,"type":"message","date":"2022-01-06T12:30:11","from":"A","text":["a",{"text":"b"}]},{"id":2,"type":"service","date":"2","text":""}]}`,
		`{"chats":{"list":[{"messages":[]},{"messages":[1]}]}}`, `{"messages":[`, `{"a":[[{"messages":[{}]}]]`)
}

func FuzzDiscord(f *testing.F) {
	rule := strings.Repeat("=", 62)
	fuzzFile(f, "f.txt", readDiscord, rule+"\nGuild: a\nChannel: b\n"+rule+"\n\n[06-Jan-22 12:30 PM] ann\na\n\n{Attachments}\nx\n", "AuthorID,Author,Date,Content\n1,a,2022-01-06T12:30:11Z,b\n",
		`{"messages":[{"id":"1","type":"Default","timestamp":"2022-01-06T12:30:11Z","content":"a","author":{"name":"b"}}]}`)
}

func FuzzIRC(f *testing.F) {
	fuzzFile(f, "f.log", readIRC, "12:30 <@ann> a\n12:31 < ben> b\n--- Day changed Fri Jan 07 2022\n00:10  * ann c\n", "2022-01-06 12:30:11\tann\ta\n2022-01-06 12:30:12\t *\tben b\n", "[12:30] * a b\n<c> d\n")
}

func FuzzChitchat(f *testing.F) {
	fuzzFile(f, "f.json", readShapes("chitchat"), `{"k":{"messages":[[{"text":"a","timestamp":"2018-05-02T19:38:15Z","sender":"A"}],[{"text":"b","timestamp":"2018-05-02T19:38:16Z","sender":"B"}]],"start":"x","prompt":"p"}}`, `{"k":{"messages":[[]],"start":1}}`)
}

package corpora

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/dialog"
)

// spokenIn is what the dialogues of a file say, a line each with bars between the turns.
func spokenIn(t *testing.T, name, content string) (said []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range c.Pass(dialog.Splits[:]...) {
		if err != nil {
			t.Fatal(err)
		}
		var turns []string
		for _, turn := range p.Turns {
			turns = append(turns, turn.Speaker+": "+turn.Text)
		}
		said = append(said, strings.Join(turns, "|"))
	}
	return said
}

// TestFoundForms: what people bring, and what a person reads in it.
func TestFoundForms(t *testing.T) {
	for name, c := range map[string]struct{ file, content, want string }{
		"rows of dialogues between each other": {"a.csv", "dialogue_id,speaker,text\n1,A,one two\n2,A,three four\n1,B,five six\n2,B,seven eight\n", "A: one two|B: five six\nA: three four|B: seven eight"},
		"shuffled rows with an order":          {"a.csv", "dialogue_id,turn_id,speaker,text\n1,2,B,five six\n2,1,A,three four\n1,1,A,one two\n2,2,B,seven eight\n", "A: one two|B: five six\nA: three four|B: seven eight"},
		"IDs that begin again":                 {"a.csv", "dialogue_id,turn_id,text\n1,1,one two\n1,2,five six\n2,1,a b\n1,1,three four\n1,2,seven eight\n", "A: one two|B: five six\nA: a b\nA: three four|B: seven eight"},
		"times as the order":                   {"a.csv", "call_id,timestamp,speaker,transcript\n1,2023-01-01 10:02:00,agent,five six\n1,2023-01-01 10:01:00,customer,one two\n", "customer: one two|agent: five six"},
		"names of speakers":                    {"a.csv", "conversation_id,speaker_name,message\n1,Ann,one two\n1,Ben,five six\n", "Ann: one two|Ben: five six"},
		"exchanges in objects":                 {"a.jsonl", `{"conversation":[{"human":"one","assistant":"two"},{"human":"three","assistant":"four"}]}` + "\n", "human: one|assistant: two|human: three|assistant: four"},
		"a history of pairs":                   {"a.jsonl", `{"query":"three","response":"four","history":[["one","two"]]}` + "\n", "A: one|B: two|A: three|B: four"},
		"answers that are not wanted":          {"a.jsonl", `{"prompt":"one","completion":"two","label":true}` + "\n" + `{"prompt":"one","completion":"no","label":false}` + "\n", "A: one|B: two"},
		"messages that are not wanted":         {"a.jsonl", `{"messages":[{"role":"user","content":"one"},{"role":"assistant","content":"no"}],"label":false}` + "\n" + `{"messages":[{"role":"user","content":"one"},{"role":"assistant","content":"two"}],"label":true}` + "\n", "user: one|assistant: two"},
		"names in capitals":                    {"a.jsonl", `{"Prompt":"one","Response":"two"}` + "\n", "A: one|B: two"},
		"members in capitals":                  {"a.json", `[{"Messages":[{"Role":"user","Content":"one"},{"Role":"bot","Content":"two"}]}]`, "user: one|bot: two"},
		"questions in capitals":                {"a.json", `[{"Question":"one","Answer":"two"},{"Question":"three","Answer":"four"}]`, "A: one|B: two\nA: three|B: four"},
		"a numeric label is a label":           {"a.jsonl", `{"prompt":"one","completion":"two","label":0}` + "\n", "A: one|B: two"},
		"a list as Python prints it":           {"a.csv", "dialog,act\n\"['one two', \"\"it's three\"\"]\",\"[1, 2]\"\n", "A: one two|B: it's three"},
		"a list as NumPy prints it":            {"a.csv", "dialog,act\n\"['one two'\n 'three']\",x\n", "A: one two|B: three"},
		"a list of JSON in a column":           {"a.csv", "id,conversations\n1,\"[{\"\"from\"\":\"\"human\"\",\"\"value\"\":\"\"one\"\"},{\"\"from\"\":\"\"gpt\"\",\"\"value\"\":\"\"two\"\"}]\"\n", "human: one|gpt: two"},
		"a list of JSON in a text of JSON":     {"a.jsonl", `{"messages":"[{\"role\":\"user\",\"content\":\"one\"},{\"role\":\"bot\",\"content\":\"two\"}]"}` + "\n", "user: one|bot: two"},
		"a list of JSON in a text":             {"a.jsonl", `{"conversation":"[{\"role\":\"user\",\"content\":\"one\"},{\"role\":\"bot\",\"content\":\"two\"}]"}` + "\n", "user: one|bot: two"},
		"pairs of a name and a text":           {"a.json", `[{"dialog":[["ann","hi there"],["ben","yes"],["ann","bye"]]},{"dialog":[["ann","one"],["ben","two"],["ben","three"]]}]`, "ann: hi there|ben: yes|ann: bye\nann: one|ben: two|ben: three"},
		"lines of such pairs":                  {"a.jsonl", `[["ann","hi there"],["ben","yes"],["ann","bye"]]` + "\n" + `[["ann","one"],["ben","two"],["ben","three"]]` + "\n", "ann: hi there|ben: yes|ann: bye\nann: one|ben: two|ben: three"},
		"names in the texts of a list":         {"a.jsonl", `{"conversation":["ann: hi there","ben: yes"]}` + "\n", "ann: hi there|ben: yes"},
		"some texts with a colon":              {"a.jsonl", `{"conversation":["well: hi there","yes"]}` + "\n", "A: well: hi there|B: yes"},
		"a history of chat and a message":      {"a.jsonl", `{"chat_history":[{"role":"user","message":"one"},{"role":"bot","message":"two"}],"message":"three","response":"four"}` + "\n", "user: one|bot: two|A: three|B: four"},
		"a history of dialogue":                {"a.jsonl", `{"dialogue_history":["one","two"],"response":"three"}` + "\n", "A: one|B: two|A: three"},
		"lines without names":                  {"a.csv", "Persona,chat\ni run.,\"one two\nthree four\n\"\n", "A: one two|B: three four"},
		"WebVTT with voices":                   {"a.vtt", "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n<v Ann Lee>One.</v>\n\n00:02.000 --> 00:03.000\n<v Ann Lee>Two.</v>\n\n00:03.000 --> 00:04.000\n<v.loud Ben>Three.</v>\n", "Ann Lee: One. Two.|Ben: Three."},
		"WebVTT with names":                    {"a.vtt", "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAnn Lee: One.\n\n2\n00:00:02.000 --> 00:00:03.000\nBen: Two: three.\n", "Ann Lee: One.|Ben: Two: three."},
		"KakaoTalk as a table":                 {"a.csv", "Date,User,Message\n2023-12-29 15:05:00,\"앤\",\"버스 왔어?\"\n2023-12-29 15:06:00,\"벤\",\"응\"\n", "앤: 버스 왔어?|벤: 응"},
		"KakaoTalk of a phone":                 {"a.txt", "벤 님과 카카오톡 대화\n저장한 날짜 : 2023년 12월 31일 오후 3:05\n\n\n2023년 12월 30일 토요일\n2023년 12월 30일 오후 3:05, 앤 : 왔어?\n2023년 12월 30일 오후 3:06, 벤 : 응\n", "앤: 왔어?|벤: 응"},
		"LINE in Japanese":                     {"a.txt", "[LINE] 太郎とのトーク履歴\n保存日時：2023/12/31 15:05\n\n2023/12/30(土)\n午前9:05\t花子\t元気？\n午後9:06\t太郎\tうん\n午後9:07\t花子\tよかった\n", "太郎: うん|花子: よかった"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(spokenIn(t, c.file, c.content), "\n"); got != c.want {
				t.Errorf("read %q, want %q", got, c.want)
			}
		})
	}
}

// TestNobodySaysInRecords: what nobody says is refused inside JSON and tables as in text.
func TestNobodySaysInRecords(t *testing.T) {
	for line, want := range map[string]string{
		`{"turns":["37","41.5"]}`:                             "are numbers, times or IDs",
		`{"turns":["<|user|> tea ?","<|assistant|> yes ."]}`:  "are tags",
		`{"context":"User: tea ?","response":"Bot: yes ."}`:   "begin with the name of who speaks",
		`{"question":"10:11 tea ?","answer":"10:12 yes now"}`: "begin with a time",
	} {
		_, err := openFile(t, Options{}, "a.jsonl", strings.Repeat(line+"\n", 20))
		wantError(t, err, "a.jsonl looks like format", want, "or name it with --format")
	}
}

// TestNobodySaysInText: names, numbers and bars before what is said are seen in text.
func TestNobodySaysInText(t *testing.T) {
	for lines, want := range map[string]string{
		"<ann> where is it ?\n<bob> here it is\n":   "begin with a name between < and >",
		"1. where is it ?\n2. here it is\n":         "begin with a number, as the items of a list do",
		"where is it ?|here it is\nis it ?|it is\n": "have a bar in them",
		"one two <sep> three <sep>\n":               "hold a mark between turns",
		"So <think>is it ?</think> it is\n":         "hold what a model thinks",
		"10.0.0.7 - - GET /index 200\n":             "begin with an address",
	} {
		_, err := openFile(t, Options{}, "a.txt", strings.Repeat(lines, 10))
		wantError(t, err, "a.txt looks like format sentences", want)
	}
	for meeting, want := range map[string]string{
		"Speaker 1  0:03\nWhere is it ?\n\nAnn Lee  12:04\nHere it is.\n\n":                  "end with a time",
		"0:0:1.0 --> 0:0:1.9\nAnn\nWhere is it ?\n\n0:0:2 --> 0:0:2.9\nBen\nHere it is.\n\n": "are the times of subtitles",
	} {
		_, err := openFile(t, Options{}, "a.txt", strings.Repeat(meeting, 10))
		wantError(t, err, "a.txt looks like format", want)
	}
}

// TestSeen: what is said of files that are not read.
func TestSeen(t *testing.T) {
	for name, c := range map[string]struct{ file, content, want string }{
		"columns in the order of the file": {"a.csv", "zebra,apple\nwhat is it now,the other one it is\n", "--map 'turns=zebra + apple'"},
		"members in the order of the file": {"a.jsonl", `{"zebra":"what is it now","apple":"the other one it is"}` + "\n", "--map 'turns=zebra + apple'"},
		"a column that is known":           {"a.csv", "text,emotion\nwhat is it now,joy\n", `of which "text" may hold turns, and none says which rows are one dialogue`},
		"columns of a conversation":        {"a.csv", "session,turn_no,who,message_body_text\ns1,1,ann,where is my book\ns1,2,bob,here it is\ns2,1,ann,is it late\ns2,2,bob,yes it is\n", "--map 'turns=message_body_text, dialogue=session, order=turn_no, speaker=who'"},
		"parts of messages":                {"a.jsonl", `{"contents":[{"role":"user","parts":[{"text":"where is my book"}]},{"role":"model","parts":[{"text":"here it is"}]}]}` + "\n", "--map 'turns=contents[].parts, speaker=contents[].role'"},
		"IDs before a TAB":                 {"a.tsv", "u000001\tu000002\nu000003\tu000004\nu000005\tu000006\n", "no column holds texts of several words"},
		"numbers before a TAB":             {"a.tsv", "17\thow are you ?\n18\tfine thanks\n19\tand you ?\n", "counted from 0, as in --map 'turns=1'"},
		"a time before two texts":          {"a.tsv", strings.Repeat("2024-01-01T10:00:00\twhat is it ?\tit is one\n2024-01-02T10:00:00\twho is it ?\tit is me\n", 3), "--map 'turns=1 + 2"},
		"a feeling before two texts":       {"a.tsv", strings.Repeat("happy\twhat is it ?\tit is one\nvery sad\twho is it ?\tit is me\nhappy\tno\n", 3), "--map 'turns=1 + 2, label=0'"},
		"a table without a header":         {"a.csv", "\"what is it, now ?\",it is one\n\"who is it, now ?\",it is me\n\"is it, now ?\",it is so\n", "a table with commas without a header; say which columns hold turns, counted from 0, as in --map 'turns=0 + 1'"},
		"an outer list in one object":      {"a.json", `{"tickets":[{"id":1,"comments":[{"writer":"ann","html":"<p>where is it now</p>","plain":"where is it"},{"writer":"ben","html":"<p>it is over there</p>","plain":"here it is"}]}]}`, "--map 'turns=tickets[*].comments[].plain"},
		"an object with one list":          {"a.json", `{"text":"one two three","segments":[{"id":0,"text":"one two"},{"id":1,"text":"three four"}],"language":"en"}`, `the object has "language", "segments", "text"`},
		"an object on one line":            {"a.json", `{"body":{"talk":{"words":"one two","more":"three four"}},"id":"x"}`, "a.json is a JSON object;"},
		"messages in a body":               {"a.jsonl", strings.Repeat(`{"body":{"messages":[{"role":"user","content":"one two"},{"role":"bot","content":"three four"}]},"id":"x","method":"POST","url":"y"}`+"\n", 3), "--map 'turns=body.messages[].content, speaker=body.messages[].role'"},
		"an array that is cut off":         {"a.json", `[{"messages": [{"role": "user", "content": "hi`, "get the whole file"},
		"a sound":                          {"a.wav", "RIFF\x00\x10\xff\xfe", "it is a sound"},
		"numbers of a model":               {"a.safetensors", "\x10\x00\x00\x00\x00\x00\x00\x00{}", "it is numbers of a model"},
		"blank lines":                      {"a.txt", "\n\n \n", "has blank lines alone"},
		"JSON that is cut off":             {"a.json", `{"messages":`, "it begins like JSON, and is none or is cut off, in line 1: the line is not JSON: unexpected end"},
		"SQL":                              {"a.sql", "CREATE TABLE t (q text, a text);\nINSERT INTO t VALUES ('where is it ?', 'here it is');\n", "it is SQL"},
		"SQL by another name":              {"a.txt", "create table t (q text, a text);\ninsert into t values ('where is it', 'here it is');\n", ""},
		"questions as names":               {"a.json", `{"what is your name ?": "i am a bot", "where do you live ?": "in a box", "how are you now ?": "fine"}`, "whose names are texts"},
		"YAML":                             {"a.yml", "version: 1\nnlu:\n- intent: greet\n", "it is YAML"},
		"XML":                              {"a.xml", "<?xml version=\"1.0\"?>\n<s>one</s>\n", "it is XML"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openFile(t, Options{}, c.file, c.content)
			if err != nil && strings.Contains(err.Error(), "create_table") {
				t.Error(err)
			}
			if c.want != "" {
				wantError(t, err, c.want)
			}
		})
	}
}

// TestSuggestedMaps: what is suggested reads the file.
func TestSuggestedMaps(t *testing.T) {
	for m, content := range map[string]string{
		"turns=contents[].parts, speaker=contents[].role":           `{"contents":[{"role":"user","parts":[{"text":"one two"}]},{"role":"model","parts":[{"text":"three"}]}]}` + "\n",
		"turns=words, dialogue=session, order=turn_no, speaker=who": `{"session":"s","turn_no":2,"who":"model","words":"three"}` + "\n" + `{"session":"s","turn_no":1,"who":"user","words":"one two"}` + "\n",
	} {
		path := filepath.Join(t.TempDir(), "a.jsonl")
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		c, err := Open(path, Options{Map: m})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for p, err := range c.Pass(dialog.Splits[:]...) {
			if n++; err != nil || len(p.Turns) != 2 || p.Turns[0].Speaker+p.Turns[0].Text+p.Turns[1].Speaker != "userone twomodel" {
				t.Errorf("%s reads %+v, %v", m, p, err)
			}
		}
		if n != 1 {
			t.Errorf("%s reads %d dialogues", m, n)
		}
	}
}

// TestSpeakersOfEach: where a dialogue is made of each element, speakers and labels are those of its own element.
func TestSpeakersOfEach(t *testing.T) {
	content := `{"tickets":[{"tag":"x","comments":[{"id":0,"writer":"ann","body":"one"},{"id":1,"writer":"ben","body":"two"}]},{"tag":"y","comments":[{"id":0,"writer":"eve","body":"three"}]}]}`
	path := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := Open(path, Options{Map: "turns=tickets[*].comments[].body, speaker=tickets[*].comments[].writer, tag=tickets[*].tag"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for p, err := range c.Pass(dialog.Splits[:]...) {
		if err != nil {
			t.Fatal(err)
		}
		for _, turn := range p.Turns {
			got = append(got, p.Labels["tag"]+" "+turn.Speaker+" "+turn.Text)
		}
	}
	slices.Sort(got)
	if want := "x ann one|x ben two|y eve three"; strings.Join(got, "|") != want {
		t.Errorf("read %q, want %s", got, want)
	}
}

// TestSingleTurns: a map that gives no pairs is warned of.
func TestSingleTurns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("session,who,words\n1,a,one two\n1,b,three four\n2,a,five six\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for m, want := range map[string]bool{"turns=words": true, "turns=words, dialogue=session": false} {
		c, err := Open(path, Options{Map: m})
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.Stats(t.Context(), nil, nil)
		if got := slices.ContainsFunc(s.Warnings, func(w Warning) bool { return w.Name == "single" }); err != nil || got != want {
			t.Errorf("%s: warned %v, %v", m, got, err)
		}
	}
}

// TestFoldersOfSeveral: each corpus in a folder is named, by a path that can be given.
func TestFoldersOfSeveral(t *testing.T) {
	one := strings.Repeat(`{"turns":["one two","three four"]}`+"\n", 3)
	_, err := openMap(t, Options{}, map[string]string{"a/train.jsonl": one, "a/valid.jsonl": one, "b/train.jsonl": one, "b/test.jsonl": one})
	wantError(t, err, "a folder of several corpora; give one of them", "/a (jsonl)", "/b (jsonl)")

	babi := "1 one two\tthree four\n2 five\tsix\n"
	folder := t.TempDir()
	for _, name := range []string{"task1-trn.txt", "task1-dev.txt", "task1-tst.txt", "task2-trn.txt", "task2-dev.txt", "task2-tst.txt"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.Repeat(babi, 3)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, err = Open(folder, Options{})
	wantError(t, err, "several corpora", "task1", "task2")
	c, err := Open(filepath.Join(folder, "task2"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := sizes(idsOf(t, c)); n != [3]int{3, 3, 3} {
		t.Errorf("sizes are %v", n)
	}
	if content, err := c.Content(); err != nil || len(content) != 3 {
		t.Errorf("the content is %v, %v", content, err)
	}
}

// TestFolderChoice: what lies at the top of a folder and is named like splits is the corpus, folders of different corpora
// are named, and what is not read is said.
func TestFolderChoice(t *testing.T) {
	tsv := strings.Repeat("how are you ?\tfine thanks\nwhat now ?\tlet us go\n", 3)
	vtt := "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nOne.\n\n00:00:02.000 --> 00:00:03.000\nTwo.\n"
	chat := "31/12/2023, 15:05 - Ann: a b\n31/12/2023, 15:06 - Ben: c d\n31/12/2023, 15:07 - Ann: e f\n"
	alpaca := `[{"instruction":"say one thing","input":"","output":"one thing it is"},{"instruction":"say two","input":"","output":"it is two"}]`
	splits := `{"train":[{"dialog":["one two","three"]},{"dialog":["four","five"]}],"test":[{"dialog":["six","seven"]}]}`
	daily := strings.Repeat("one two __eou__ three four __eou__\n", 3)
	for name, c := range map[string]struct {
		files        map[string]string
		format, want string // of which one is given
	}{
		"subtitles in a folder":      {map[string]string{"train.tsv": tsv, "valid.tsv": tsv, "test.tsv": tsv, "old/x.vtt": vtt}, "tsv", ""},
		"subtitles beside train":     {map[string]string{"train.tsv": tsv, "in/x.vtt": vtt}, "tsv", ""},
		"a chat in a folder":         {map[string]string{"train.tsv": tsv, "n/_chat.txt": chat}, "tsv", ""},
		"lines of JSON in a folder":  {map[string]string{"train.tsv": tsv, "n/a.jsonl": `{"turns":["one","two"]}` + "\n"}, "tsv", ""},
		"subtitles and a corpus":     {map[string]string{"a/x.vtt": vtt, "b/train.tsv": tsv}, "", "a (srt), B/b (tsv)"},
		"records of two shapes":      {map[string]string{"a/x.json": splits, "b/y.json": alpaca}, "", "a (records), B/b (records)"},
		"three corpora":              {map[string]string{"a/dialogues_train.txt": daily, "b/test.csv": "Dialogue_ID,Speaker,Utterance\n1,Ann,one\n1,Ben,two\n", "c/greetings.yml": "conversations:\n- - one\n  - two\n"}, "", "a (dailydialog), B/b (records), B/c (chatterbot)"},
		"chats beside each other":    {map[string]string{"a/_chat.txt": chat, "b/_chat.txt": chat}, "whatsapp", ""},
		"records of one shape":       {map[string]string{"a/x.json": alpaca, "b/y.json": alpaca}, "records", ""},
		"a folder around a corpus":   {map[string]string{"c/train.tsv": tsv}, "tsv", ""},
		"subtitles in that folder":   {map[string]string{"c/train.tsv": tsv, "c/x.vtt": vtt}, "tsv", ""},
		"subtitles below it":         {map[string]string{"c/train.tsv": tsv, "c/old/x.vtt": vtt}, "tsv", ""},
		"a corpus and its subtitles": {map[string]string{"dialogues_train.txt": daily, "more/x.vtt": vtt}, "dailydialog", ""},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for name, content := range c.files {
				if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o777), os.WriteFile(filepath.Join(folder, name), []byte(content), 0o666)); err != nil {
					t.Fatal(err)
				}
			}
			corpus, err := Open(folder, Options{})
			if c.want != "" {
				if err == nil {
					t.Fatalf("it is read as %s", corpus.Format().Name)
				}
				if base := regexp.MustCompile(`\S*/([abc](?:/| \())`).ReplaceAllString(err.Error(), "B/$1"); !strings.Contains(base, c.want) {
					t.Errorf("%q has not %q", base, c.want)
				}
				return
			}
			if err != nil || corpus.Format().Name != c.format {
				t.Fatalf("%v, %v", corpus, err)
			}
			if read := corpus.format.reads(mustLook(t, corpus.path)); len(read) < len(c.files) && len(corpus.unread()) == 0 {
				t.Errorf("%v are read, and of the others nothing is said", read)
			}
		})
	}
}

func mustLook(t *testing.T, path string) site.Site {
	t.Helper()
	s, err := site.Look(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNoDialogue: a file in which nothing is said is told of in its own terms.
func TestNoDialogue(t *testing.T) {
	for name, c := range map[string]struct{ format, content, want string }{
		"a.json": {records, "[]", "no line or record in it holds a turn"},
		"a.txt":  {"whatsapp", "31/12/2023, 15:05 - Ann: a b\n", "1 that nobody answers"},
	} {
		_, err := openFile(t, Options{Format: c.format}, name, c.content)
		wantError(t, err, "has no dialogue in format "+c.format, c.want)
	}
}

// TestEndsOfUtterances: __eou__ in a text of a record ends a turn.
func TestEndsOfUtterances(t *testing.T) {
	for name, content := range map[string]string{
		"a.json":  `[{"id":0,"dialogue":"one two __eou__ three __eou__ four"},{"id":1,"dialogue":"five __eou__ six __eou__"}]`,
		"a.jsonl": `{"id":0,"dialogue":"one two __eou__ three __eou__ four"}` + "\n" + `{"id":1,"dialogue":"five __eou__ six __eou__"}` + "\n",
		"a.csv":   "id,text\n0,\"one two __eou__ three __eou__ four\"\n1,five __eou__ six __eou__\n",
		"b.csv":   "id,conversation\n0,\"one two __eou__ three __eou__ four\"\n1,five __eou__ six __eou__\n",
	} {
		if got := strings.Join(spokenIn(t, name, content), "\n"); got != "A: one two|B: three|A: four\nA: five|B: six" {
			t.Errorf("%s says %q", name, got)
		}
	}
}

// TestUnread: files that a general format passes over are named.
func TestUnread(t *testing.T) {
	one := strings.Repeat(`{"turns":["one two","three four"]}`+"\n", 3)
	c, err := openMap(t, Options{}, map[string]string{"train.jsonl": one, "valid.jsonl": one, "test.jsonl": one, "more.jsonl": one, "notes.csv": "a,b\n", "README.md": "x"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Stats(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range s.Warnings {
		if w.Name == "unread" {
			if w.Count != 2 || !strings.Contains(w.Message, "more.jsonl, notes.csv") {
				t.Errorf("%+v", w)
			}
			return
		}
	}
	t.Error("nothing is said of them")
}

// TestUnwanted: answers that are marked as bad are counted.
func TestUnwanted(t *testing.T) {
	var all strings.Builder
	for i := range 120 {
		fmt.Fprintf(&all, `{"prompt":"one %d","completion":"two","label":%v}`+"\n", i, i%2 == 0)
	}
	c, err := openFile(t, Options{}, "a.jsonl", all.String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Stats(t.Context(), nil, nil)
	if err != nil || s.LeftOut.Unwanted != 60 || s.Splits[dialog.Train].Dialogues+s.Splits[dialog.Valid].Dialogues+s.Splits[dialog.Test].Dialogues != 60 {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestEmptyTrain: an empty train file is named although another split tells the format.
func TestEmptyTrain(t *testing.T) {
	_, err := openMap(t, Options{}, map[string]string{"train.jsonl": "", "valid.jsonl": `{"turns":["one two","three"]}` + "\n"})
	wantError(t, err, "train.jsonl is empty, and it is the train split")
}

// TestGapIsNamed: a chat that is too short to be split can be cut.
func TestGapIsNamed(t *testing.T) {
	c, err := openFile(t, Options{Gap: time.Hour}, "a.txt", "31/12/2023, 15:05 - Ann: a b\n31/12/2023, 15:06 - Ben: c d\n31/12/2023, 15:07 - Ann: e f\n")
	if err == nil {
		err = c.CheckSplits()
	}
	wantError(t, err, "too small to be split", "--gap")
}

// TestBeside: corpora that lie side by side as files are refused, and each is named; not so one corpus in two forms, text
// about it, and files beside those of splits.
func TestBeside(t *testing.T) {
	jsonl, csv, chat := "", "question,answer\n", ""
	for i := range 40 {
		jsonl += fmt.Sprintf("{\"turns\":[\"is it %d ?\",\"it is .\"]}\n", i)
		csv += fmt.Sprintf("is it %d ?,it is .\n", i)
		chat += fmt.Sprintf("31/12/2023, 15:%02d - %s: is it late ?\n", i, []string{"Ann", "Ben"}[i%2])
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  []string // with their formats; nil: the folder is one corpus
	}{
		"two forms":     {map[string]string{"one.jsonl": jsonl, "two.csv": csv}, []string{"one.jsonl (jsonl)", "two.csv (records)"}},
		"two shapes":    {map[string]string{"one.jsonl": jsonl, "two.jsonl": strings.NewReplacer(`"turns":["`, `"question":"`, `","`, `","answer":"`, `"]`, `"`).Replace(jsonl)}, []string{"one.jsonl (jsonl)", "two.jsonl (records)"}},
		"a chat":        {map[string]string{"_chat.txt": chat, "pairs.csv": csv}, []string{"_chat.txt (whatsapp)", "pairs.csv (records)"}},
		"the same name": {map[string]string{"a.jsonl": jsonl, "a.csv": csv}, nil},
		"notes":         {map[string]string{"a.jsonl": jsonl, "notes.txt": "one\n\ntwo\n", "NOTES.csv": "x,y\n1,2\n"}, nil},
		"splits":        {map[string]string{"train.jsonl": jsonl, "valid.jsonl": jsonl, "test.jsonl": jsonl, "more.csv": csv}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, content := range c.files {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Open(folder, Options{})
			if c.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var all []string
			for _, w := range c.want {
				all = append(all, filepath.Join(folder, w))
			}
			wantError(t, err, "is a folder of several corpora; give one of them: "+strings.Join(all, ", "))
		})
	}
}

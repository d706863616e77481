package corpora_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/corpora/corporatest"
	"github.com/cvae-go/cvae/dialog"
)

// An example is how a shape looks: the lines of one dialogue, in which # is a
// number, after a header if there is one, and what a person reads in it.
type example struct {
	file   string // the extension
	header string
	lines  string
	format string
	turns  []dialog.Turn
	labels map[string]string
	bad    string
}

func say(pairs ...string) (turns []dialog.Turn) {
	for i := 0; i < len(pairs); i += 2 {
		turns = append(turns, dialog.Turn{Speaker: pairs[i], Text: pairs[i+1]})
	}
	return turns
}

func labelled(t dialog.Turn, pairs ...string) dialog.Turn {
	t.Labels = map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		t.Labels[pairs[i]] = pairs[i+1]
	}
	return t
}

var persona = map[string]string{"persona": "i keep bees .\ni run ."}

var examples = map[string]example{
	"chat messages": {file: "jsonl", format: "jsonl", bad: `{"messages":[]}`,
		lines: `{"messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Is it #?"},{"type":"image_url"}]},{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},{"role":"tool","content":"{}"},{"role":"assistant","content":"It is."}]}`,
		turns: say("user", "Is it #?", "assistant", "It is."), labels: map[string]string{"system": "Be brief."}},
	"turns": {file: "jsonl", format: "jsonl", bad: `{"turns":[1]}`,
		lines: `{"turns":[{"text":"Is it #?","author":"user","labels":{"act":"ask","n":2}},{"text":"It is.","author":"wizard"}],"labels":{"stars":4,"polite":true}}`,
		turns: []dialog.Turn{labelled(say("user", "Is it #?")[0], "act", "ask", "n", "2"), say("wizard", "It is.")[0]}, labels: map[string]string{"stars": "4", "polite": "true"}},
	"numbered contexts": {file: "jsonl", format: "records", bad: `{"context":"a"}`,
		lines: `{"context":"Is it #?","context/0":"Good.","context/1":"Hello.","response":"It is.","subreddit":"tea"}`,
		turns: say("A", "Hello.", "B", "Good.", "A", "Is it #?", "B", "It is.")},
	"instruction, context and response": {file: "jsonl", format: "records", bad: `{"instruction":"a"}`,
		lines: `{"instruction":"Is it #?","context":"It is late.","response":"It is.","category":"closed_qa"}`,
		turns: say("A", "It is late.\nIs it #?", "B", "It is.")},
	"context and response": {file: "jsonl", format: "jsonl", bad: `{"context":["a"]}`,
		lines: `{"context":["Hello.",{"text":"Is it #?","speaker":"Ann"}],"response":"It is."}`,
		turns: say("A", "Hello.", "Ann", "Is it #?", "A", "It is.")},
	"ShareGPT": {file: "json", format: "sharegpt", bad: `{"conversations":[]}`,
		lines: `{"conversations":[{"from":"human","value":"Is it #?"},{"from":"gpt","value":"It is."}]}`,
		turns: say("human", "Is it #?", "gpt", "It is.")},
	"text with roles": {file: "jsonl", format: "records", bad: `{"text":1}`,
		lines: `{"text":"<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nIs it #? [/INST] It is. </s><s>[INST] Good. [/INST] Yes. </s>"}`,
		turns: say("user", "Is it #?", "assistant", "It is.", "user", "Good.", "assistant", "Yes."), labels: map[string]string{"system": "Be brief."}},
	"preferred transcript": {file: "jsonl", format: "records", bad: `{"rejected":"a"}`,
		lines: `{"chosen":"\n\nHuman: Is it #?\n\nAssistant: It is.\n\nHuman: Good: so.\n\nAssistant: Yes.","rejected":"\n\nHuman: a"}`,
		turns: say("Human", "Is it #?", "Assistant", "It is.", "Human", "Good: so.", "Assistant", "Yes.")},
	"preferred messages": {file: "jsonl", format: "records", bad: `{"rejected":"a"}`,
		lines: `{"prompt":"Is it #?","chosen":[{"role":"user","content":"Is it #?"},{"role":"assistant","content":"It is."}],"rejected":[]}`,
		turns: say("user", "Is it #?", "assistant", "It is.")},
	"prompt and preferred answer": {file: "json", format: "records", bad: `{"conversations":[]}`,
		lines: `{"conversations":[{"from":"human","value":"Is it #?"}],"chosen":{"from":"gpt","value":"It is."},"rejected":{"from":"gpt","value":"No."}}`,
		turns: say("human", "Is it #?", "gpt", "It is.")},
	"Alpaca": {file: "jsonl", format: "records", bad: `{"instruction":"a"}`,
		lines: `{"history":[["Hello.","Good day."]],"instruction":"Is it #?","input":"Think.","output":"It is."}`,
		turns: say("A", "Hello.", "B", "Good day.", "A", "Is it #?\nThink.", "B", "It is.")},
	"persona, history and candidates": {file: "jsonl", format: "records", bad: `{"personality":["a"]}`,
		lines: `{"personality":["i keep bees .","i run ."],"utterances":[{"history":["Hello."],"candidates":["No.","Hi."]},{"history":["Hello.","Hi.","Is it #?"],"candidates":["No.","It is."]}]}`,
		turns: say("A", "Hello.", "B", "Hi.", "A", "Is it #?", "B", "It is."), labels: persona},
	"history and candidates": {file: "jsonl", format: "records", bad: `{"personality":["a"]}`,
		lines: `{"personality":["i keep bees .","i run ."],"history":["Is it #?"],"candidates":["No.","It is."],"conv_id":1,"utterance_idx":0}`,
		turns: say("A", "Is it #?", "B", "It is."), labels: persona},
	"Blended Skill Talk": {file: "jsonl", format: "records", bad: `{"dialog":[]}`,
		lines: `{"personas":[["i swim ."],["i keep bees .","i run ."]],"free_turker_utterance":"Hello.","guided_turker_utterance":"Hi.","dialog":[[0,"Is it #?"],[1,"It is."]]}`,
		turns: say("A", "Hello.", "B", "Hi.", "A", "Is it #?", "B", "It is."), labels: map[string]string{"persona": "i keep bees .\ni run .", "partner_persona": "i swim ."}},
	"messages so far": {file: "json", format: "records", bad: `{"messages-so-far":[1]}`,
		lines: `{"messages-so-far":[{"speaker":"s1","utterance":"Hello."},{"speaker":"s2","utterance":"Is it #?"}],"options-for-correct-answers":[{"candidate-id":"1","utterance":"It is."}]}`,
		turns: say("s1", "Hello.", "s2", "Is it #?", "A", "It is.")},
	"list of turns": {file: "jsonl", format: "huggingface", bad: `{"dialog":[]}`,
		lines: `{"dialog":[[{"id":"one","text":"Hello."},{"id":"two","text":"Hi."}],[{"id":"one","text":"Is it #?"},{"id":"two","text":"It is."}]],"topic":"tea"}`,
		turns: say("one", "Hello.", "two", "Hi.", "one", "Is it #?", "two", "It is."), labels: map[string]string{"topic": "tea"}},
	"list as a record": {file: "json", format: "records", bad: `[1]`,
		lines: `[[{"speaker":"U","text":"Is it #?","emotion":"joy"},{"speaker":"S","text":"It is.","emotion":"none"}]]`,
		turns: []dialog.Turn{labelled(say("U", "Is it #?")[0], "emotion", "joy"), labelled(say("S", "It is.")[0], "emotion", "none")}},
	"Ubuntu Dialogue Corpus": {file: "csv", format: "records", header: "Context,Utterance,Label", bad: "a,b",
		lines: `"Hello. __eou__ Is it #? __eou__ __eot__ ","It is. __eou__",1.0`,
		turns: say("A", "Hello.\nIs it #?", "B", "It is.")},
	"Ubuntu Dialogue Corpus, held out": {file: "csv", format: "records", header: "Context,Ground Truth Utterance,Distractor_0", bad: "a,b",
		lines: `Hello. __eou__ __eot__ Is it #? __eot__,It is. __eou__,No.`,
		turns: say("A", "Hello.", "B", "Is it #?", "A", "It is.")},
	"pairs": {file: "csv", format: "records", header: ",Question,Answer", bad: "a,b",
		lines: "#,\"Is it, \"\"now\"\", #?\",It is.",
		turns: say("A", `Is it, "now", #?`, "B", "It is.")},
	"context and response in columns": {file: "csv", format: "records", header: "Context;Response;Emotion", bad: "a;b",
		lines: "Is it #?;It is.;joy",
		turns: say("A", "Is it #?", "B", "It is."), labels: map[string]string{"emotion": "joy"}},
	"numbered turns": {file: "tsv", format: "records", header: "id\tturn1\tturn2\tturn3\tlabel", bad: "1\ta",
		lines: "#\tHello.\tIs it #?\tIt is.\tothers",
		turns: say("A", "Hello.", "B", "Is it #?", "A", "It is.")},
	"replies to tweets": {file: "csv", format: "records", header: "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id", bad: "1,2",
		lines: "1#,shop,False,now,It is.,,2#\n2#,ann,True,now,Is it #?,1#,",
		turns: say("ann", "Is it #?", "shop", "It is.")},
	"ConvoKit utterances": {file: "jsonl", format: "records", bad: `{"id":1}`,
		lines: `{"id":"L2#","conversation_id":"L1#","text":"It is.","speaker":"ben","reply-to":"L1#"}` + "\n" + `{"id":"L1#","conversation_id":"L1#","text":"Is it #?","speaker":"ann","reply-to":null}`,
		turns: say("ann", "Is it #?", "ben", "It is.")},
	"SwDA": {file: "csv", format: "records", header: "swda_filename,conversation_no,transcript_index,act_tag,caller,text", bad: "a,b",
		lines: "x,4#,1,qy,A,\"{D Well, } is it, [ is, + is ] it {F uh, } #? /\"\nx,4#,2,x,B,<laughter>.\nx,4#,3,ny,B,It is. /",
		turns: []dialog.Turn{labelled(say("A", "Well, is it, is, is it uh, #?")[0], "act", "qy"), labelled(say("B", ".")[0], "act", "x"), labelled(say("B", "It is.")[0], "act", "ny")}},
	"texts under data": {file: "jsonl", format: "records", bad: `{"data":1}`,
		lines: `{"id":"1","data":["Is it #?","It is."]}`,
		turns: say("A", "Is it #?", "B", "It is.")},
	"two models in comparison": {file: "jsonl", format: "records", bad: `{"winner":"model_a"}`,
		lines: `{"winner":"model_b","conversation_a":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"conversation_b":[]} ` + "\n" + `{"winner":"model_a","conversation_a":[{"role":"user","content":"Is it #?"},{"role":"assistant","content":"It is."}],"conversation_b":[]}`,
		turns: say("user", "Is it #?", "assistant", "It is.")},
	"lines in a text": {file: "jsonl", format: "records", bad: `{"dialogue":1}`,
		lines: `{"id":1,"summary":"They ask.","dialogue":"Ann: Is it #?\r\nBen: It is: so."}`,
		turns: say("Ann", "Is it #?", "Ben", "It is: so.")},
	"ChatGPT": {file: "json", format: "records", bad: `{"mapping":{},"current_node":"x"}`, // as OpenAI exports it: answers that were tried again, calls of tools, an image
		lines: `{"title":"#","mapping":{"r":{"id":"r","message":null,"parent":null,"children":["s"]},` +
			`"s":{"id":"s","message":{"author":{"role":"system"},"content":{"content_type":"text","parts":[""]},"recipient":"all"},"parent":"r","children":["a"]},` +
			`"a":{"id":"a","message":{"author":{"role":"user"},"content":{"content_type":"multimodal_text","parts":[{"content_type":"image_asset_pointer"},"Is it #?"]},"recipient":"all"},"parent":"s","children":["b","c"]},` +
			`"b":{"id":"b","message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["No."]},"recipient":"all"},"parent":"a","children":[]},` +
			`"c":{"id":"c","message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["search(1)"]},"recipient":"browser"},"parent":"a","children":["d"]},` +
			`"d":{"id":"d","message":{"author":{"role":"tool"},"content":{"content_type":"text","parts":["found"]},"recipient":"all"},"parent":"c","children":["e"]},` +
			`"e":{"id":"e","message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["It is."]}},"parent":"d","children":[]}},"current_node":"e"}`,
		turns: say("user", "Is it #?", "assistant", "It is.")},
	"intents": {file: "json", format: "records", bad: `{"patterns":[[]],"responses":[1]}`,
		lines: `{"tag":"late","patterns":["Is it #?"],"responses":["It is."],"context":[""]}`,
		turns: say("A", "Is it #?", "B", "It is."), labels: map[string]string{"intent": "late"}},
	"comments of Reddit": {file: "jsonl", format: "records", bad: `{"body":1}`,
		lines: `{"id":"a#","link_id":"t3_p","parent_id":"t3_p#","author":"ann","body":"Is it #?"}` + "\n" + `{"id":"b#","link_id":"t3_p","parent_id":"t1_a#","author":"[deleted]","body":"[deleted]"}` + "\n" + `{"id":"c#","link_id":"t3_p","parent_id":"t1_b#","author":"ben","body":"It is."}`,
		turns: say("ann", "Is it #?", "ben", "It is.")},
	"an utterance a row": {file: "csv", format: "records", header: "Conv-ID,utterance_idx,utterance,context,prompt,speaker_idx", bad: "a,b",
		lines: "c#,2,It is.,proud,Once_comma_ here.,1\nc#,1,Is it_comma_ #?,proud,Once_comma_ here.,0",
		turns: say("0", "Is it, #?", "1", "It is."), labels: map[string]string{"emotion": "proud", "situation": "Once, here."}},
}

// chats are the shapes of logs of chat, whose messages make a dialogue together: their cases are those of their formats.
var chats = []string{"Telegram", "Discord", "Discord as a table", "chitchat", "Messenger", "Slack", "Skype", "Teams", "KakaoTalk as a table"}

// TestShapes: every shape keeps the contract of formats in a folder of split files.
func TestShapes(t *testing.T) {
	for _, s := range corpora.Shapes() {
		if s.Corpus && slices.ContainsFunc(cases, func(c corporatest.Case) bool { return c.Format == s.Format }) {
			continue // TestFormats has its files
		}
		e, ok := examples[s.Name]
		if slices.Contains(chats, s.Name) {
			continue
		}
		if !ok {
			t.Errorf("shape %q has no example", s.Name)
			continue
		}
		if s.Source == "" || s.Licence == "" {
			t.Errorf("shape %q does not say all that help prints: %+v", s.Name, s)
		}
		t.Run(s.Name, func(t *testing.T) {
			folder := t.TempDir()
			numbers := map[dialog.Split]int{dialog.Train: 4, dialog.Valid: 1, dialog.Test: 2}
			for split, n := range numbers {
				if err := os.WriteFile(filepath.Join(folder, string(split)+"."+e.file), []byte(e.text(split, n)), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			line := 1
			if e.file == "json" || e.header != "" {
				line = 2
			}
			first := dialog.Dialogue{ID: fmt.Sprintf("train.%s:%d", e.file, line), Labels: e.labels}
			for _, turn := range e.turns {
				turn.Text = strings.ReplaceAll(turn.Text, "#", "train0")
				first.Turns = append(first.Turns, turn)
			}
			if s.Name == "replies to tweets" || s.Name == "ConvoKit utterances" { // the first row is an answer
				first.ID = fmt.Sprintf("train.%s:%d", e.file, line+1)
			}
			if s.Name == "two models in comparison" { // the first line is the worse answer
				first.ID = "train.jsonl:2"
			}
			c := corporatest.Case{Format: e.format, Path: filepath.ToSlash(folder), Count: numbers, First: first, BadFile: "train." + e.file, BadLine: e.bad}
			if e.file == "json" {
				c.BadLine += ","
			}
			if s.Name == "replies to tweets" || s.Name == "ConvoKit utterances" || s.Name == "comments of Reddit" || s.Name == "two models in comparison" {
				c.BadFile = "" // without an answer there is still a dialogue
			}
			corporatest.Run(t, c)
		})
	}
}

// text is a file of n dialogues.
func (e example) text(split dialog.Split, n int) string {
	var all []string
	for i := range n {
		all = append(all, strings.ReplaceAll(e.lines, "#", fmt.Sprint(split, i)))
	}
	switch {
	case e.file == "json":
		return "[\n" + strings.Join(all, ",\n") + "\n]\n"
	case e.header != "":
		return e.header + "\n" + strings.Join(all, "\n") + "\n"
	}
	return strings.Join(all, "\n") + "\n"
}

package corpora

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// TestPublicShapes: records laid out as those of public corpora are, written by us.
func TestPublicShapes(t *testing.T) {
	say := func(speaker, text, act string) dialog.Turn {
		return dialog.Turn{Speaker: speaker, Text: text, Labels: labelsOf("act", act)}
	}
	for name, c := range map[string]struct {
		content string
		want    [][]dialog.Turn
	}{
		"KdConv": { // film/train.json: a list of objects with messages
			`[{"messages": [{"message": "你看过这部电影吗？"}, {"attrs": [{"name": "a", "attrname": "b", "attrvalue": "c"}], "message": "看过，很好看。"}], "name": "电影"},
			  {"messages": [{"message": "它是哪年的？"}, {"message": "去年。"}], "name": "电影"}]`,
			[][]dialog.Turn{{say("A", "你看过这部电影吗？", ""), say("B", "看过，很好看。", "")}, {say("A", "它是哪年的？", ""), say("B", "去年。", "")}},
		},
		"CrossWOZ": { // train.json: an object of objects by their IDs
			`{"391": {"sys-usr": [43, 18], "goal": [[1, "景点", "名称", "", false]], "messages": [
			   {"content": "你好，帮我找个景点。", "dialog_act": [["General", "greet", "none", "none"]], "role": "usr"},
			   {"content": "推荐你去公园。", "dialog_act": [["Recommend", "景点", "名称", "公园"]], "role": "sys", "sys_state": {}}], "type": "单领域"},
			  "392": {"messages": [{"content": "公园远吗？", "role": "usr"}, {"content": "不远。", "role": "sys"}]}}`,
			[][]dialog.Turn{{say("usr", "你好，帮我找个景点。", ""), say("sys", "推荐你去公园。", "")}, {say("usr", "公园远吗？", ""), say("sys", "不远。", "")}},
		},
		"Frames": { // frames.json: a list of objects with turns
			`[{"user_id": "U1", "turns": [{"text": "A trip to Rome.", "labels": {"acts": [{"name": "inform", "args": []}]}, "author": "user", "timestamp": 1.0},
			   {"text": "From where?", "labels": {"acts": [{"name": "request"}], "active_frame": 1}, "author": "wizard", "timestamp": 2.0}], "id": "x", "labels": {"userSurveyRating": 4.0}},
			  {"turns": [{"text": "Hello.", "author": "user"}, {"text": "Hi.", "author": "wizard"}]}]`,
			[][]dialog.Turn{
				{{Speaker: "user", Text: "A trip to Rome."}, {Speaker: "wizard", Text: "From where?", Labels: map[string]string{"active_frame": "1"}}},
				{say("user", "Hello.", ""), say("wizard", "Hi.", "")},
			},
		},
	} {
		var got [][]dialog.Turn
		for d, err := range readShapes(records)(written(t, c.content)) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			got = append(got, d.Turns)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

package main

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

// TestBlocks: z of one step is flat and z of two is nested in the JSON of a reply
// and in a conversation file, and both come back from there.
func TestBlocks(t *testing.T) {
	for text, z := range map[string]dialog.Block{"[1,-2]": {{1, -2}}, "[[1,-2],[0.5,3]]": {{1, -2}, {0.5, 3}}} {
		reply := dialog.Reply{Context: []string{"hello"}, PriorMean: z, PriorStd: z,
			Responses: []dialog.Response{{Text: "hi", Tokens: []string{"hi"}, Z: z, PriorDistance: 1}}}
		written, err := json.Marshal(jsonReply(reply, nil))
		if err != nil {
			t.Fatal(err)
		}
		var raw struct {
			Responses []struct{ Z json.RawMessage }
			Latent    struct {
				Mean json.RawMessage `json:"prior_mean"`
			}
		}
		if err := json.Unmarshal(written, &raw); err != nil || string(raw.Responses[0].Z) != text || string(raw.Latent.Mean) != text {
			t.Errorf("%s, %v, want z %s", written, err, text)
		}
		var read replyReport
		if err := json.Unmarshal(written, &read); err != nil || !reflect.DeepEqual(read.Responses[0].Z, z) || !reflect.DeepEqual(read.Latent.PriorStd, z) {
			t.Errorf("%s is read as %+v, %v", written, read, err)
		}
		store := conversation.Store{Dir: t.TempDir()}
		c := conversation.New("model", time.Date(2026, 11, 28, 1, 2, 3, 0, time.UTC))
		c.Say("hello")
		c.Answer(dialog.DefaultSampling(), reply.Responses)
		if err := store.Save(c); err != nil {
			t.Fatal(err)
		}
		again, err := store.Load(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := again.Current(); !ok || !reflect.DeepEqual(e.Candidates()[0].Z, z) {
			t.Errorf("the conversation has z %v, not %v", e.Candidates()[0].Z, z)
		}
	}
}

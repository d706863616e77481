package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/dialog"
)

// A reply is marked for people; its JSON is whole, and says so in keys.
func TestReplyLoops(t *testing.T) {
	long := "a" + strings.Repeat(" \x1b b", 9)
	r := dialog.Reply{Context: []string{"hi"}, Responses: []dialog.Response{{Text: "yes"}, {Text: long}, {Text: "I like art, art, art, and", Cut: true}, {}, {Text: "and", Cut: true}}}
	var b bytes.Buffer
	printReply(&b, r)
	if want := "> hi\n  1  yes\n  2  a \\x1b b … [loops: the last 1 word 9 times]\n  3  I like art, art, art, and … [loops]\n  4  (no words)\n  5  and … [cut]\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	whole := jsonReply(r, nil).Responses
	if whole[1].Text != long || whole[0].Loops || !whole[1].Loops || !whole[2].Loops || whole[3].Text != "" || whole[1].Cut || !whole[4].Cut {
		t.Errorf("JSON has %+v", whole)
	}
}

// So are a reconstruction and the places of an interpolation.
func TestTextLoops(t *testing.T) {
	long := "it is" + strings.Repeat(" very", 8)
	var b bytes.Buffer
	if err := printReconstruction(&b, reconstruction{Text: long, Reconstruction: long}); err != nil {
		t.Fatal(err)
	}
	if err := printInterpolation(&b, interpolation{From: long, To: long, Steps: []stepping{{Text: long}}}); err != nil {
		t.Fatal(err)
	}
	const marked = "it is very … [loops: the last 1 word 8 times]\n"
	if got := b.String(); strings.Count(got, "  "+marked) != 2 || strings.Count(got, "> "+long+"\n") != 3 {
		t.Errorf("printed %s", got)
	}
}

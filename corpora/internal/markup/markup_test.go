package markup

import "testing"

// The texts are written in the manner of the stylebook, and read by eye.
func TestTranscript(t *testing.T) {
	for text, want := range map[string]string{
		"{D Well, } I, {F uh, } do.  /":              "Well, I, uh, do.",
		"Did you [ see, + see ] it? /":               "Did you see, see it?",
		"[ [ I, + I, ] + I ] did -/":                 "I, I, I did",
		"<laughter>.":                                ".",
		"<<talks to a child>> Yes, ((maybe)) #so# /": "Yes, maybe so",
		"an ordinary line.":                          "an ordinary line.",
	} {
		if got := Transcript(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestStrip(t *testing.T) {
	for text, want := range map[string]string{
		`<div class="markdown prose"><p>no , it &amp; that .</p></div>`: "no , it & that .",
		"a < b > c & d": "a < b > c & d", "{F Uh, } yes. /": "Uh, yes.", " plain ": "plain", "<br>": "",
	} {
		if got := Strip(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

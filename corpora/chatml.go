package corpora

import (
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format chatml reads the text of prompts, in which marks say who speaks:
//
//	<|im_start|>user
//	Is it late?<|im_end|>
//
// or those of Llama, Zephyr, Alpaca and Guanaco. A message of the system, which becomes
// the label system, begins another dialogue, and so does an end of text.

// isChatML tells whether most turns in the beginning of a file have marks.
func isChatML(file string) bool {
	head := textfile.Head(file)
	return len(head) > 0 && head[0][0] != '{' && shape.IsMarked(strings.Join(head[:min(3, len(head))], "\n"))
}

var chatMLGrammar = source.Grammar{
	First: func(before, text string) bool {
		return beginsWith(text, "<|im_start|>system", "<|system|>", "<|begin_of_text|>", "<s>", "### System:", "<|start_header_id|>system") && !strings.HasPrefix(before, "<|begin_of_text|>")
	},
	Last: func(text string) bool { return beginsWith(text, "<|endoftext|>", "<|end_of_text|>") },
	Parse: func(lines []textfile.Line) (d dialog.Dialogue, err error) {
		var all []string
		for _, l := range lines {
			all = append(all, l.Text)
		}
		for _, t := range shape.Transcript(strings.Join(all, "\n")) {
			if t.Speaker == shape.System {
				shape.AddSystem(&d, t.Text)
			} else {
				d.Turns = append(d.Turns, t)
			}
		}
		return d, source.Spoken(d.Turns)
	},
}

func beginsWith(text string, marks ...string) bool {
	for _, m := range marks {
		if strings.HasPrefix(strings.TrimSpace(text), m) {
			return true
		}
	}
	return false
}

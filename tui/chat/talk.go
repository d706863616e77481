package chat

import (
	"fmt"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

// A talk is what the parts show: the conversation, the take of it that is on
// the screen, and the selected candidate of that take.
type talk struct {
	about        dialog.Card
	measured     *dialog.LatentCard // nil: no latent, or one without numbers
	conversation *conversation.Conversation
	preview      *conversation.Take // candidates of settings that are still being moved
	selected     int
}

// measured is the latent of a card when all its numbers are there.
func measured(card dialog.Card) *dialog.LatentCard {
	if l := card.Latent; l != nil && l.Measured && l.Check() == nil {
		return l
	}
	return nil
}

// take is the set of candidates on the screen; false when there is none.
func (t *talk) take() (conversation.Take, bool) {
	if t.preview != nil {
		return *t.preview, true
	}
	e, ok := t.conversation.Current()
	if !ok || e.Take < 0 || e.Take >= len(e.Takes) {
		return conversation.Take{}, false
	}
	return e.Takes[e.Take], true
}

func (t *talk) candidates() []dialog.Response {
	take, _ := t.take()
	return take.Candidates
}

func (t *talk) count() int { return len(t.candidates()) }

// selectAt selects a candidate, or the one that is nearest to it.
func (t *talk) selectAt(i int) { t.selected = max(0, min(i, t.count()-1)) }

// noCandidate is a sentence about a candidate that there is not.
func (t *talk) noCandidate(i int) noteMsg {
	return noteMsg(fmt.Sprintf("There is no candidate %d; there are %d.", i+1, t.count()))
}

// context is what the model reads: nothing where it reads none.
func (t *talk) context() []string {
	if t.about.Sentences {
		return nil
	}
	return t.conversation.Context()
}

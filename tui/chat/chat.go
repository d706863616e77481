// Package chat is the terminal chat: every turn of the user is answered by
// several candidates, each from another place in latent space, beside what is
// known of that space. It talks to a dialog.Responder and knows nothing of how
// that one works.
package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

// Options are what a chat is started with.
type Options struct {
	Settings dialog.Sampling // of the first candidates
	// Keep lets Settings stand where a resumed conversation has others.
	Keep   bool
	Store  conversation.Store
	Resume string           // ID of a saved conversation; empty: a new one
	Now    func() time.Time // nil: time.Now
	In     io.Reader        // a terminal; nil: standard input
	Out    io.Writer        // a terminal; nil: standard output
	// Typed says of RunPlain that a person types In: lines that come at once were pasted, and are one turn.
	Typed bool
	// Where is the folder of the model, from the root, where a resumed conversation finds it again; empty: it has none.
	Where string
	// Editor is the command that ctrl+o gives the input to; empty: none.
	Editor string
	// Knows says in a few words what the model learnt to talk about, and Examples are turns to begin with.
	Knows    string
	Examples []string
	// Remote is the terminal where In and Out come from and go to, when that is not one of this machine; nil: it is.
	Remote *Remote
	// Left is told the ID under which the conversation is saved, at the end; nil: nobody is.
	Left func(id string)
}

// Run chats until the user leaves. It returns context.Canceled when the user
// interrupted it or ctx ended. The conversation is saved in any case.
func Run(ctx context.Context, r dialog.Responder, o Options) error {
	card, err := r.Describe(ctx)
	if err != nil {
		return fmt.Errorf("describing the model: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m, err := newModel(ctx, r, card, o)
	if err != nil {
		return err
	}
	if o.Remote != nil {
		err = o.Remote.show(ctx, m, o)
	} else {
		_, err = tea.NewProgram(m, programOptions(ctx, o)...).Run()
	}
	cancel() // ends the requests that still run
	m.sampler.model.wait()
	if saveErr := m.saver.saveLast(m.talk.conversation); saveErr != nil {
		err = errors.Join(err, saveErr)
	}
	m.left(o)
	switch {
	case errors.Is(err, tea.ErrProgramPanic):
		return fmt.Errorf("a fault in the program, please report it: %w", err)
	case err == nil && m.interrupted:
		return context.Canceled
	}
	return err
}

// left tells where the conversation is, if it is anywhere.
func (m *model) left(o Options) {
	if o.Left != nil && o.Store.Dir != "" && !m.talk.conversation.IsEmpty() {
		o.Left(m.talk.conversation.SavedAs())
	}
}

// programOptions leave signals to whoever made ctx.
func programOptions(ctx context.Context, o Options) []tea.ProgramOption {
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler()}
	if o.In != nil {
		options = append(options, tea.WithInput(o.In))
	}
	if o.Out != nil {
		options = append(options, tea.WithOutput(o.Out))
	}
	return options
}

package conversation

import (
	"testing"
	"time"

	"github.com/cvae-go/cvae/dialog"
)

func TestUndoRedo(t *testing.T) {
	c := spokenTo(t)
	checkContext(t, c, "hello", "hey", "tea?")
	if !c.Undo() {
		t.Fatal("no undo")
	}
	checkContext(t, c, "hello")
	if !c.Undo() || c.Undo() {
		t.Error("undo stops before or after the start")
	}
	checkContext(t, c)
	for range 2 {
		if !c.Redo() {
			t.Error("redo stops before the end")
		}
	}
	if c.Redo() {
		t.Error("redo does not stop at the end")
	}
	checkContext(t, c, "hello", "hey", "tea?")
}

// Another choice after Undo opens a branch; it does not change what was said to
// the first choice.
func TestRedoRestoresTheAnswer(t *testing.T) {
	c := spokenTo(t)
	c.Undo()
	c.Answer(dialog.Sampling{}, responses("good day"))
	if !c.Redo() {
		t.Fatal("no redo")
	}
	checkContext(t, c, "hello", "hey", "tea?")
	c.Undo()
	c.TurnTake(1)
	c.Say("coffee?")
	checkContext(t, c, "hello", "good day", "coffee?")
	if index, count := c.Branch(); index != 1 || count != 2 {
		t.Errorf("branch %d of %d", index, count)
	}
	if !c.SwitchBranch(-1) {
		t.Fatal("no older branch")
	}
	checkContext(t, c, "hello", "hey", "tea?")
}

func TestEdit(t *testing.T) {
	c := spokenTo(t)
	if err := c.Edit("cake?"); err != nil {
		t.Fatal(err)
	}
	checkContext(t, c, "hello", "hey", "cake?")
	if e, _ := c.Current(); e.Takes != nil || e.Chosen != None {
		t.Errorf("the new turn has an answer already: %+v", e)
	}
	if !c.SwitchBranch(-1) || c.SwitchBranch(-1) || c.SwitchBranch(0) {
		t.Error("there are not two branches")
	}
	checkContext(t, c, "hello", "hey", "tea?")
	if e, _ := c.Current(); len(e.Takes) != 1 {
		t.Errorf("the old turn lost its answer: %+v", e)
	}
}

// Redo goes to the branch seen last, and a first turn has branches too.
func TestEditOfTheFirstTurn(t *testing.T) {
	c := New("run", time.Now())
	c.Say("a")
	c.Say("below a")
	c.Undo()
	if err := c.Edit("b"); err != nil {
		t.Fatal(err)
	}
	c.Undo()
	c.Redo()
	checkContext(t, c, "b")
	if !c.SwitchBranch(-1) || !c.Redo() {
		t.Fatal("the first branch is gone")
	}
	checkContext(t, c, "a", "", "below a")
}

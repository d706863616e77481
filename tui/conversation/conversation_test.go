package conversation

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// responses returns candidates with these texts.
func responses(texts ...string) []dialog.Response {
	all := []dialog.Response{}
	for i, text := range texts {
		all = append(all, dialog.Response{
			Text: text, LogProb: -1.5 - float64(i), Tokens: strings.Fields(text),
			Z: dialog.Block{{0.1, float32(i)}}, PriorDistance: 0.25 * float64(i+1),
		})
	}
	return all
}

// spokenTime has nanoseconds, which a file keeps.
var spokenTime = time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)

// spokenTo is a conversation of two exchanges: to the first candidate 1 was
// chosen, the second has none chosen.
func spokenTo(t *testing.T) *Conversation {
	t.Helper()
	c := &Conversation{ID: "talk", Model: "run", Started: spokenTime}
	c.Say("hello")
	c.Answer(dialog.Sampling{N: 2, Seed: math.MaxUint64}, responses("hi", "hey"))
	if err := c.Choose(1); err != nil {
		t.Fatal(err)
	}
	c.Say("tea?")
	c.Answer(dialog.Sampling{N: 2, Temperature: 0.7, TopP: 0.9, TopK: 3, PriorScale: 1.25, Seed: 7}, responses("yes", "no"))
	return c
}

func checkContext(t *testing.T, c *Conversation, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, c.Context()); diff != "" {
		t.Errorf("context (-want +got):\n%s", diff)
	}
}

func TestNew(t *testing.T) {
	early := New("run", time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("east", 3600)))
	if !regexp.MustCompile(`^20260304-040607-[0-9a-z]{4}$`).MatchString(early.ID) {
		t.Errorf("ID %q is not the UTC time with a suffix", early.ID)
	}
	if late := New("run", early.Started.Add(time.Second)); late.ID <= early.ID || !isName(late.ID) {
		t.Errorf("ID %q does not sort after %q", late.ID, early.ID)
	}
	if early.Model != "run" || early.Started.Hour() != 4 {
		t.Errorf("got %+v", early)
	}
}

func TestEmpty(t *testing.T) {
	c := New("run", time.Now())
	c.Answer(dialog.Sampling{}, responses("a"))
	index, count := c.Branch()
	if e, ok := c.Current(); ok || e.Chosen != None || index != 0 || count != 0 || c.Path() != nil || c.Context() != nil {
		t.Errorf("an empty conversation has %+v, branch %d of %d, %v", e, index, count, c.Path())
	}
	if c.Undo() || c.Redo() || c.TurnTake(1) || c.SwitchBranch(1) {
		t.Error("there is a way out of an empty conversation")
	}
	if c.Choose(0) == nil || c.Edit("x") == nil {
		t.Error("there is something to choose or to edit in an empty conversation")
	}
}

func TestSayTakesTheFirstCandidate(t *testing.T) {
	c := spokenTo(t)
	checkContext(t, c, "hello", "hey", "tea?")
	c.Say("good")
	checkContext(t, c, "hello", "hey", "tea?", "yes", "good")
	if chosen := c.Path()[1].Chosen; chosen != 0 {
		t.Errorf("candidate %d is chosen", chosen)
	}
}

func TestSayAfterNoResponses(t *testing.T) {
	c := New("run", time.Now())
	c.Say("a")
	c.Answer(dialog.Sampling{}, []dialog.Response{})
	c.Say("b")
	checkContext(t, c, "a", "", "b")
}

// A request for samples is no context of what follows.
func TestBlankTurns(t *testing.T) {
	c := New("sentences", time.Now())
	c.Say("")
	checkContext(t, c)
	c.Answer(dialog.Sampling{}, responses("a sample"))
	c.Say("")
	checkContext(t, c)
	if len(c.Path()) != 2 || c.Path()[0].Chosen != 0 {
		t.Errorf("got %+v", c.Path())
	}
	c.Say("words")
	checkContext(t, c, "words")
}

func TestChooseRefuses(t *testing.T) {
	c := spokenTo(t)
	for i, want := range map[int]string{
		-1: "there is no response 0; choose one from 1 to 2",
		2:  "there is no response 3; choose one from 1 to 2",
	} {
		if err := c.Choose(i); err == nil || err.Error() != want {
			t.Errorf("Choose(%d): %v", i, err)
		}
	}
	c.Say("bare")
	if err := c.Choose(0); err == nil || !strings.Contains(err.Error(), "no responses") {
		t.Errorf("no candidates: %v", err)
	}
}

func TestTakesKeepTheirChoice(t *testing.T) {
	c := spokenTo(t)
	if err := c.Choose(1); err != nil {
		t.Fatal(err)
	}
	c.Answer(dialog.Sampling{Seed: 8}, responses("perhaps"))
	for _, step := range []struct {
		delta, take, chosen int
		ok                  bool
	}{{0, 1, None, false}, {1, 1, None, false}, {-1, 0, 1, true}, {-1, 0, 1, false}, {math.MinInt, 0, 1, false}, {math.MaxInt, 0, 1, false}, {1, 1, None, true}, {math.MaxInt, 1, None, false}} {
		ok := c.TurnTake(step.delta)
		if e, _ := c.Current(); ok != step.ok || e.Take != step.take || e.Chosen != step.chosen {
			t.Errorf("TurnTake(%d) = %v: take %d, chosen %d; want %+v", step.delta, ok, e.Take, e.Chosen, step)
		}
	}
}

// What comes in is copied, and what went out does not change.
func TestNothingIsShared(t *testing.T) {
	c := spokenTo(t)
	in := responses("mine")
	before := c.Path()
	c.Answer(dialog.Sampling{}, in)
	in[0].Text, in[0].Tokens[0], in[0].Z[0][0] = "theirs", "theirs", 9
	if e, _ := c.Current(); e.Candidates()[0].Text != "mine" || e.Candidates()[0].Tokens[0] != "mine" || e.Candidates()[0].Z[0][0] != 0.1 {
		t.Errorf("the caller changed a candidate: %+v", e.Candidates()[0])
	}
	if len(before[1].Takes) != 1 || before[1].Take != 0 {
		t.Errorf("a new take changed an older path: %+v", before[1])
	}
	c.Answer(dialog.Sampling{}, in) // three takes may have room for a fourth
	old, _ := c.Current()
	c.Answer(dialog.Sampling{Seed: 4}, in)
	_ = append(old.Takes, Take{})
	if e, _ := c.Current(); e.Takes[3].Settings.Seed != 4 {
		t.Error("appending to an older exchange changed the conversation")
	}
}

func TestTextsBecomeValid(t *testing.T) {
	c := New("ru\xff", time.Now())
	c.Say("a\xff")
	c.Answer(dialog.Sampling{}, []dialog.Response{{Text: "b\xff", Tokens: []string{"\xc3"}}})
	e, _ := c.Current()
	r := e.Candidates()[0]
	if got := c.Model + e.User + r.Text + r.Tokens[0]; got != "ru\uFFFDa\uFFFDb\uFFFD\uFFFD" {
		t.Errorf("got %q", got)
	}
}

package conversation

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
)

// A heard exchange is the reference: linked by pointers, and with its context
// written down when it was said and never computed again.
type heard struct {
	Exchange
	choices  []int // by take
	context  []string
	parent   *heard
	to       Exchange // the parent as it was when this was said to it
	children []*heard
	last     *heard // the child visited last
}

// A machine does the same to a conversation and to the reference.
type machine struct {
	c  *Conversation
	at *heard // the start has no parent
}

var (
	texts   = rapid.SampledFrom([]string{"a", "hello there", "\x1b[31m", "你好", "👩‍🚀 \"q\" \\ </s>", "\u202e.\u2028"})
	numbers = rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, -12.5, math.MaxFloat64, math.NaN()}))
	exactly = cmp.Options{cmp.AllowUnexported(Conversation{}), cmpopts.EquateNaNs(), cmpopts.IgnoreFields(Conversation{}, "place")}
)

func drawResponse(t *rapid.T) dialog.Response {
	r := dialog.Response{
		Text:    rapid.OneOf(texts, rapid.Just("")).Draw(t, "text"),
		LogProb: numbers.Draw(t, "log_prob"), PriorDistance: numbers.Draw(t, "distance"),
	}
	if rapid.Bool().Draw(t, "latent") {
		r.Z = drawBlock(t)
		r.Tokens = rapid.SliceOfN(texts, 0, 2).Draw(t, "tokens")
	}
	return r
}

// drawBlock draws a z of some steps, with as many numbers each.
func drawBlock(t *rapid.T) dialog.Block {
	d := rapid.IntRange(0, 3).Draw(t, "d")
	return rapid.SliceOfN(rapid.SliceOfN(rapid.Float32(), d, d), 1, 3).Draw(t, "z")
}

// hear puts a new exchange behind parent.
func (m *machine) hear(parent *heard, user string) {
	h := &heard{Exchange: Exchange{User: user, Chosen: None}, parent: parent, to: parent.Exchange}
	if parent.parent != nil {
		text := ""
		if parent.Chosen != None {
			text = parent.Candidates()[parent.Chosen].Text
		}
		h.context = append(slices.Clone(parent.context), text)
	}
	h.context = append(h.context, user)
	parent.children = append(parent.children, h)
	m.visit(h)
}

// visit goes to h and gives its parent the answer back that h was said to.
func (m *machine) visit(h *heard) {
	h.parent.last, m.at = h, h
	if len(h.parent.Takes) > 0 {
		h.parent.choices[h.to.Take] = h.to.Chosen
	}
	h.parent.Take, h.parent.Chosen = h.to.Take, h.to.Chosen
}

func (m *machine) say(t *rapid.T) {
	if len(m.at.Candidates()) > 0 && m.at.Chosen == None {
		m.at.Chosen, m.at.choices[m.at.Take] = 0, 0
	}
	text := texts.Draw(t, "user")
	m.c.Say(text)
	m.hear(m.at, text)
}

func (m *machine) edit(t *rapid.T) {
	text := texts.Draw(t, "user")
	err := m.c.Edit(text)
	if (err == nil) != (m.at.parent != nil) {
		t.Fatalf("Edit: %v", err)
	}
	if err == nil {
		m.hear(m.at.parent, text)
	}
}

func (m *machine) answer(t *rapid.T) {
	s := dialog.Sampling{N: rapid.Int().Draw(t, "n"), TopP: rapid.Float64().Draw(t, "p"), Seed: rapid.Uint64().Draw(t, "seed")}
	candidates := rapid.SliceOfN(rapid.Custom(drawResponse), 0, 3).Draw(t, "candidates")
	m.c.Answer(s, candidates)
	if m.at.parent != nil {
		m.at.choices = append(m.at.choices, None)
		m.at.Takes, m.at.Take, m.at.Chosen = append(m.at.Takes, Take{s, candidates}), len(m.at.Takes), None
	}
}

func (m *machine) choose(t *rapid.T) {
	i := rapid.IntRange(-1, 3).Draw(t, "i")
	can := i >= 0 && i < len(m.at.Candidates())
	if err := m.c.Choose(i); (err == nil) != can {
		t.Fatalf("Choose(%d): %v", i, err)
	}
	if can {
		m.at.Chosen, m.at.choices[m.at.Take] = i, i
	}
}

func (m *machine) turnTake(t *rapid.T) {
	to := m.at.Take + rapid.IntRange(-2, 2).Draw(t, "delta")
	can := to != m.at.Take && to >= 0 && to < len(m.at.Takes)
	if m.c.TurnTake(to-m.at.Take) != can {
		t.Fatalf("TurnTake to %d: it is not %v", to, can)
	}
	if can {
		m.at.Take, m.at.Chosen = to, m.at.choices[to]
	}
}

func (m *machine) undo(t *rapid.T) {
	if m.c.Undo() != (m.at.parent != nil) {
		t.Fatal("Undo ends in another place")
	}
	if m.at.parent != nil {
		m.at = m.at.parent
	}
}

func (m *machine) redo(t *rapid.T) {
	if m.c.Redo() != (m.at.last != nil) {
		t.Fatal("Redo ends in another place")
	}
	if m.at.last != nil {
		m.visit(m.at.last)
	}
}

func (m *machine) switchBranch(t *rapid.T) {
	delta := rapid.IntRange(-2, 2).Draw(t, "delta")
	index, siblings := m.siblings()
	can := delta != 0 && index+delta >= 0 && index+delta < len(siblings)
	if m.c.SwitchBranch(delta) != can {
		t.Fatalf("SwitchBranch(%d) from %d of %d is not %v", delta, index, len(siblings), can)
	}
	if can {
		m.visit(siblings[index+delta])
	}
}

func (m *machine) siblings() (index int, all []*heard) {
	if m.at.parent == nil {
		return 0, nil
	}
	return slices.Index(m.at.parent.children, m.at), m.at.parent.children
}

// reload goes on with what is read from a file.
func (m *machine) reload(t *rapid.T) {
	text, err := m.c.encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := decode(m.c.ID, text)
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if diff := cmp.Diff(m.c, again, exactly); diff != "" {
		t.Fatalf("read back (-saved +read):\n%s", diff)
	}
	m.c = again
}

func (m *machine) check(t *rapid.T) {
	var path []Exchange
	for h := m.at; h.parent != nil; h = h.parent {
		path = append(path, h.Exchange)
	}
	slices.Reverse(path)
	if diff := cmp.Diff(path, m.c.Path(), exactly); diff != "" {
		t.Fatalf("path (-reference +got):\n%s", diff)
	}
	if diff := cmp.Diff(m.at.context, m.c.Context()); diff != "" {
		t.Fatalf("context (-reference +got):\n%s", diff)
	}
	e, ok := m.c.Current()
	if ok != (len(path) > 0) || ok && !cmp.Equal(e, path[len(path)-1], exactly) {
		t.Fatalf("the current exchange is %+v", e)
	}
	wantIndex, siblings := m.siblings()
	if index, count := m.c.Branch(); index != wantIndex || count != len(siblings) {
		t.Fatalf("branch %d of %d, want %d of %d", index, count, wantIndex, len(siblings))
	}
}

func TestOperations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{c: &Conversation{ID: "talk", Model: "run"}, at: &heard{Exchange: Exchange{Chosen: None}}}
		t.Repeat(map[string]func(*rapid.T){
			"":    m.check,
			"say": m.say, "edit": m.edit, "answer": m.answer, "choose": m.choose, "turn take": m.turnTake,
			"undo": m.undo, "redo": m.redo, "switch branch": m.switchBranch, "reload": m.reload,
		})
	})
}

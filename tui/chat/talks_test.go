package chat

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// seedsOf are the seeds of all requests.
func (f *fake) seedsOf() (seeds []uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, q := range f.asked {
		if q.Z == nil {
			seeds = append(seeds, q.Seed)
		}
	}
	return seeds
}

// The seed moves with every turn, so that a place in the list does not draw the same noise again; the same talk has the same seeds, after
// /new and after a detour too.
func TestSeedMoves(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		want []uint64
	}{
		"turns":             {[]string{"a", "b", "c"}, []uint64{1, 2, 3}},
		"a turn anew":       {[]string{"a", "/edit b", "c"}, []uint64{1, 1, 2}},
		"drawn again":       {[]string{"a", "/regenerate", "b"}, []uint64{1, 2, 3}},
		"back and again":    {[]string{"a", "b", "/undo", "b"}, []uint64{1, 2, 2}},
		"a new talk":        {[]string{"a", "b", "/new", "a", "b"}, []uint64{1, 2, 1, 2}},
		"another beginning": {[]string{"/seed 7", "a", "b", "/new", "a"}, []uint64{7, 8, 7}},
		"a seed in between": {[]string{"a", "/seed 7", "b"}, []uint64{1, 7, 8}},
		"a turn in a tree":  {[]string{"a", "b", "c", "/tree 1", "d"}, []uint64{1, 2, 3, 2}},
	} {
		d := drive(t, roomyWidth, roomyHeight)
		for _, line := range c.keys {
			d.line(line)
		}
		if diff := cmp.Diff(c.want, d.fake.seedsOf()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A conversation that is resumed has the seed after its last, and that of the command line where one is given.
func TestSeedAfterResuming(t *testing.T) {
	o := fakeOptions(t)
	d := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	d.line("a")
	d.line("b")
	o.Resume = d.talk.conversation.ID
	again := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	again.line("c")
	o.Keep, o.Settings.Seed = true, 9
	kept := driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight)
	kept.line("d")
	kept.line("e")
	if got, want := append(again.fake.seedsOf(), kept.fake.seedsOf()...), []uint64{3, 9, 10}; !slices.Equal(got, want) {
		t.Errorf("seeds %v, want %v", got, want)
	}
}

// Of candidates that differ equally much the first has the star.
func TestStar(t *testing.T) {
	of := func(texts ...string) (all []dialog.Response) {
		for _, text := range texts {
			all = append(all, dialog.Response{Text: text, Tokens: strings.Fields(text)})
		}
		return all
	}
	for _, c := range []struct {
		all  []dialog.Response
		want int
	}{
		{of("a b c", "a b d", "x y z"), 2},
		{of("a b", "a b", "c d", "c d"), noStar},
		{of("a", "b", "c"), noStar}, // equally far
		{of("a b c d", "a b c e", "a b f g", "a b h i"), 2},
		{of("x y", "a b c", "a b c", "a b c", "x y"), 0}, // says the same as 5
		{of("a", "b"), noStar},
		{of("a b c", "a b d", "q r", "", "x x x"), 2}, // nobody wants what is blank or loops
		{nil, noStar},
	} {
		if got := star(c.all); got != c.want {
			t.Errorf("%v: candidate %d, want %d", c.all, got, c.want)
		}
	}
}

// A cut answer is marked among the candidates and in the transcript, and stays marked in the file.
func TestCutIsMarked(t *testing.T) {
	o := fakeOptions(t)
	d := driveWith(t, &fake{cut: true}, fakeCard(), o, roomyWidth, roomyHeight)
	d.line("a")
	d.press("2")
	d.sees("not tonight . … [cut]")
	o.Resume = d.talk.conversation.ID
	driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight).sees("cvae not tonight . … [cut]")
}

// TestBlankAnswers: a blank candidate is none of the different ones, and says what it is wherever it stands.
func TestBlankAnswers(t *testing.T) {
	d := driveWith(t, &fake{words: []string{}}, fakeCard(), fakeOptions(t), roomyWidth, roomyHeight)
	d.line("a")
	d.sees("0 of 5 distinct", "1 (no words)")
	d.press("2")
	d.sees("cvae (no words)")
}

// TestLoneNumber: behind a command the focus is on the input, and a number still takes a candidate; more than that is a turn.
func TestLoneNumber(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	for _, command := range []string{"/copy 4", "/qqqq"} {
		d.line(command)
	}
	d.line("4")
	if e, _ := d.talk.conversation.Current(); e.Chosen != 3 || e.User != "a" {
		t.Errorf("of %q candidate %d is chosen", e.User, e.Chosen)
	}
	d.line("4")
	d.line("99")
	if e, _ := d.talk.conversation.Current(); e.User != "99" || len(d.talk.conversation.Path()) != 3 {
		t.Errorf("the turn is %q, %d", e.User, len(d.talk.conversation.Path()))
	}
}

// TestLongTurnsInLists: a list has a line for a turn, however long it is, and a hit the words that were searched.
func TestLongTurnsInLists(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.run(d.obey(sendMsg(strings.Repeat("many words\n", 300) + "and a harbour")))
	for _, command := range []string{"/list", "/tree", "/search HARBOUR"} {
		d.line(command)
		for _, r := range d.page.rows {
			if n := len(r.name + r.text); n > 200 {
				t.Errorf("%s has a row of %d bytes", command, n)
			}
		}
		if command == "/search HARBOUR" {
			d.sees("words many words and a harbour")
		}
		d.press("q")
	}
}

// On the smallest screen notices take lines from the candidates and leave the conversation as it is.
func TestNoticesLeaveTheConversation(t *testing.T) {
	d := drive(t, leastWidth, leastHeight)
	d.line("where shall we go ?")
	d.press("2")
	d.line("/qqqq")
	d.sees("you  where shall we go ?", "cvae not tonight .", "There is no command /qqqq")
	for range 5 {
		d.notices.add(strings.Repeat("a long notice that fills several lines ", 9))
	}
	d.sees("you  where shall we go ?", "cvae not tonight .", "a long notice")
	checkScreen(t, d.model, leastWidth, leastHeight)
	lines := strings.Split(d.plain(), "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, prompt) })
	if at < 0 || !strings.Contains(lines[at+1], "a long notice") {
		t.Errorf("the notice does not stand at the input:\n%s", d.plain())
	}
}

func TestWhyNamesDimensionsAndWords(t *testing.T) {
	d := drive(t, 120, 40)
	d.line("a")
	d.line("/why 2")
	d.sees("Why candidate 2", "not tonight .", "dimension 4", "+3.0 nats  not +3.0", "all of z", "+0.5 nats  not +1.0, tonight −0.5")
	d.press("q")
	d.fake.err = os.ErrDeadlineExceeded
	d.line("/why 2")
	d.sees("could not tell why")
}

// The axes of the map have the words of the present context.
func TestAxesAreNamed(t *testing.T) {
	d := drive(t, 120, 40)
	d.seesNot("more1")
	d.line("a")
	d.sees("← less1, no   → more1, yes", "↓ less2, no   ↑ more2, yes")
}

func TestCopy(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	cmd, ok := d.command("/copy 2").(tea.Cmd)
	if !ok || cmd == nil {
		t.Fatal("nothing is copied")
	}
	if got, want := cmd(), tea.SetClipboard(sentences[1])(); !cmp.Equal(got, want) {
		t.Errorf("copied %v, want %v", got, want)
	}
	d.sees("Candidate 2 is on the clipboard")
}

func TestLabels(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("a")
	d.line("/label mood=warm")
	if got := d.fake.last().Labels["mood"]; got != "warm" {
		t.Errorf("mood %q", got)
	}
	d.line("/label mood=")
	if got := d.fake.last().Labels; len(got) > 0 {
		t.Errorf("labels %v", got)
	}
}

func TestArchive(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.line("where is the harbour ?")
	d.press("2")
	d.line("/rename boats")
	first := d.talk.conversation.ID
	d.line("/new")
	d.line("hello")
	d.line("/search HARBOUR")
	d.sees("Found", first, "boats", "where is the harbour ?")
	d.press("q")
	d.line("/list")
	d.sees("boats, 1 turn")
	d.press("q")
	d.line("/delete " + first + "!")
	d.sees("Deleted the conversation " + first)
	d.line("/search harbour")
	d.sees("No saved conversation holds these words.")
	own := d.talk.conversation.ID
	d.line("/delete !")
	if left, err := filepath.Glob(filepath.Join(d.saver.store.Dir, "*.json")); err != nil || len(left) > 0 || d.talk.conversation.ID == own {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestTree(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	for _, line := range []string{"one", "two", "/undo", "other", "three"} {
		d.line(line)
	}
	d.line("/tree")
	d.sees("*  1  one / "+sentences[0][:20], "   2    two", "*  3    other", ">  4    three")
	d.press("q")
	d.line("/tree 2")
	d.sees("you  two")
	d.seesNot("you  other")
}

// ctrl+o gives the input to the editor and takes back what it left.
func TestEditor(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	d.press("ctrl+o")
	d.sees("There is no editor: set EDITOR")
	d.entry.editor = "ed -s"
	d.press("half a turn")
	draft, ok := d.entry.draft().(tea.Cmd)().(draftMsg)
	if !ok {
		t.Fatal("there is no draft")
	}
	if text, err := os.ReadFile(draft.path); err != nil || string(text) != "half a turn" {
		t.Errorf("the editor is given %q, %v", text, err)
	}
	if err := os.WriteFile(draft.path, []byte("a whole turn\nof two lines\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.send(editedMsg{path: draft.path})
	if got := d.entry.area.Value(); got != "a whole turn\nof two lines" {
		t.Errorf("the input is %q", got)
	}
	if _, err := os.Stat(filepath.Dir(draft.path)); !os.IsNotExist(err) {
		t.Errorf("the draft is still there: %v", err)
	}
	d.send(editedMsg{path: draft.path, err: os.ErrInvalid})
	d.sees("The editor ended with a fault")
}

// A chat that ends does not wait for its editor.
func TestEditorEnds(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	ctx, cancel := context.WithCancel(t.Context())
	d.entry.ctx, d.entry.editor = ctx, "tail -f"
	path := filepath.Join(t.TempDir(), "turn.txt")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	command := d.entry.command(draftMsg{path})
	if err := command.Start(); err != nil {
		t.Skipf("there is no tail here: %v", err)
	}
	cancel()
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the editor ended by itself")
		}
	case <-time.After(10 * time.Second):
		_ = command.Process.Kill()
		t.Error("the editor goes on")
	}
}

func TestWelcome(t *testing.T) {
	d := drive(t, 120, 40)
	d.sees("It knows tea. Try: Is the tea hot? — or: Are you in?")
	small := drive(t, leastWidth, leastHeight)
	small.sees("It knows tea.", "Are you in?", "Say something")
}

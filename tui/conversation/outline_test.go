package conversation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/cvae-go/cvae/dialog"
)

func TestHTML(t *testing.T) { golden.RequireEqual(t, text(t, hostile(t).HTML)) }

// No text of a conversation is markup, and no address outside the page is used.
func TestHTMLIsSafe(t *testing.T) {
	page := text(t, hostile(t).HTML)
	for _, bad := range []string{"<script", "<b>", "\x1b", "src=", "href=", "\u202e"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}

// branched is one - two and one - other - three, by hand.
func branched(t *testing.T) *Conversation {
	t.Helper()
	c := New("m", time.Date(2026, 11, 21, 15, 4, 5, 0, time.UTC))
	for _, step := range []string{"one", "two", "", "other", "three"} {
		if step == "" {
			c.Undo()
			continue
		}
		c.Say(step)
		c.Answer(dialog.Sampling{N: 1}, []dialog.Response{{Text: "to " + step}})
	}
	return c
}

func TestOutline(t *testing.T) {
	var got []string
	for _, k := range branched(t).Outline() {
		got = append(got, fmt.Sprint(k.Number, k.Depth, k.User, "/", k.Answer, k.OnPath, k.Current))
	}
	want := []string{"1 0 one / to one true false", "2 1 two / false false", "3 1 other / to other true false", "4 1 three / true true"}
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], " ", "")
		got[i] = strings.ReplaceAll(got[i], " ", "")
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestGo(t *testing.T) {
	c := branched(t)
	for number, want := range map[int]string{1: "one", 2: "one two", 3: "one other", 4: "one other three"} {
		if err := c.Go(number); err != nil {
			t.Fatal(err)
		}
		var path []string
		for _, e := range c.Path() {
			path = append(path, e.User)
		}
		if got := strings.Join(path, " "); got != want || c.check() != nil {
			t.Errorf("exchange %d: %q, %v", number, got, c.check())
		}
	}
	for _, number := range []int{0, 5, -1} {
		if err := c.Go(number); err == nil {
			t.Errorf("there is an exchange %d", number)
		}
	}
	if err := (&Conversation{}).Go(1); err == nil {
		t.Error("an empty conversation has an exchange")
	}
}

// TestArchive: what was said in any branch is found, whatever its case, titles too; the newest is the one saved last; a deleted one is gone.
func TestArchive(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	if _, err := s.Newest(); err == nil {
		t.Error("there is a newest of none")
	}
	a, b := branched(t), New("m", time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC))
	b.Say("hello")
	b.Title = "Harbour"
	for _, c := range []*Conversation{b, a} {
		if err := s.Save(c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if id, err := s.Newest(); err != nil || id != a.ID {
		t.Errorf("the newest is %s, %v", id, err)
	}
	for words, want := range map[string]string{"TWO": a.ID + " two", "to other": a.ID + " to other", "harbour": b.ID, "zebra": ""} {
		hits, err := s.Search(words)
		var got string
		for _, h := range hits {
			got = strings.Join(append([]string{h.ID}, h.Texts...), " ")
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", words, got, err, want)
		}
	}
	if c, err := s.Load(b.ID); err != nil || c.Title != "Harbour" {
		t.Errorf("%+v, %v", c, err)
	}
	if err := s.Delete(b.ID[:13]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(b.ID); err == nil {
		t.Error("it is still there")
	}
	for _, id := range []string{"", "../x", "nobody"} {
		if err := s.Delete(id); err == nil {
			t.Errorf("%q was deleted", id)
		}
	}
}

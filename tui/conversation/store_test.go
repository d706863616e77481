package conversation

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// mode is the permissions of a file.
func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func save(t *testing.T, s Store, c *Conversation) {
	t.Helper()
	if err := s.Save(c); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, s Store, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.Dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSaveAndLoad(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "state", "conversations")}
	c := spokenTo(t)
	save(t, s, c)
	c.Say("more")
	save(t, s, c)
	got, err := s.Load("talk")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, got, exactly); diff != "" {
		t.Errorf("(-saved +loaded):\n%s", diff)
	}
	if entries, err := os.ReadDir(s.Dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v; want one file", entries, err)
	}
	if runtime.GOOS != "windows" && (mode(t, s.Dir) != 0o700 || mode(t, s.path("talk")) != 0o600) {
		t.Errorf("others may read %v or %v", mode(t, s.Dir), mode(t, s.path("talk")))
	}
}

func TestLoadByPrefix(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	for _, id := range []string{"20260101-aa", "20260101-ab", "20260101-abc", "2027"} {
		save(t, s, &Conversation{ID: id})
	}
	for prefix, want := range map[string]string{"2027": "2027", "202601": "", "20260101-ab": "20260101-ab", "20260101-aa": "20260101-aa", "20260101-abc": "20260101-abc", "3": ""} {
		c, err := s.Load(prefix)
		if (err != nil) != (want == "") || err == nil && c.ID != want {
			t.Errorf("Load(%s): %v, %v; want %q", prefix, c, err, want)
		}
	}
	if _, err := s.Load("202601"); err == nil || !strings.Contains(err.Error(), "20260101-aa and 20260101-ab; give more") {
		t.Errorf("ambiguous: %v", err)
	}
}

// No name leaves the folder or shows anything hidden in it.
func TestNames(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	for _, id := range []string{"", ".", "..", "../talk", "a/b", `a\b`, "/etc", "C:talk", ".hidden", "a\x1b[m", "a\nb", "a\xff", "a\x00"} {
		if _, err := s.Load(id); err == nil || !strings.Contains(err.Error(), "names no conversation") {
			t.Errorf("Load(%q): %v", id, err)
		}
		if err := s.Save(&Conversation{ID: id}); err == nil {
			t.Errorf("Save(%q) did", id)
		}
	}
	if entries, err := os.ReadDir(s.Dir); err != nil || len(entries) > 0 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
	if err := (Store{}).Save(New("run", time.Now())); err == nil || !strings.Contains(err.Error(), "set HOME") {
		t.Errorf("no folder: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	whole, err := spokenTo(t).encode()
	if err != nil {
		t.Fatal(err)
	}
	with := func(oldnew ...string) string {
		text := string(whole)
		for i := 0; i < len(oldnew); i += 2 {
			if !strings.Contains(text, oldnew[i]) {
				t.Fatalf("%s is not in %s", oldnew[i], text)
			}
			text = strings.Replace(text, oldnew[i], oldnew[i+1], 1)
		}
		return text
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":            {"", "cut off"},
		"truncated":        {string(whole[:len(whole)/2]), "cut off"},
		"two":              {string(whole) + "{}", "damaged"},
		"binary":           {"\x00\xff\x1b[2J", "damaged"},
		"array":            {"[]", "damaged"},
		"other":            {`{"turns":["a"]}`, "has no version"},
		"negative version": {`{"version":-1}`, "has no version"},
		"newer":            {with(`"version":1`, `"version":2,"exchanges":7`), "use a newer cvae"},
		"types":            {with(`"current":2`, `"current":"2"`), "is no conversation"},
		"date":             {with(`2026-03-04`, `yesterday `), "is no conversation"},
		"current":          {with(`"current":2`, `"current":3`), "no current exchange 3"},
		"negative current": {with(`"current":2`, `"current":-1`), "no current exchange -1"},
		"next":             {with(`"next":1`, `"next":2`), "exchange 2 does not come next"},
		"next next":        {with(`"next":2`, `"next":9`), "exchange 1: exchange 9 does not come next"},
		"circle":           {with(`"next":2`, `"next":0`, `"after":1`, `"after":2`), "exchange 2: it cannot come after exchange 2"},
		"before":           {with(`"after":0`, `"after":-1`), "cannot come after"},
		"take":             {with(`"take":0,"next":2`, `"take":1,"next":2`), "there is no take 1"},
		"choices":          {with(`"chosen":[1]`, `"chosen":[]`), "1 takes and 0 choices"},
		"chosen":           {with(`"chosen":[1]`, `"chosen":[2]`), "take 0 has no candidate 2"},
		"to":               {with(`"to":{"take":0,"chosen":1}`, `"to":{"take":1,"chosen":0}`), "said to candidate 0 of take 1"},
		"to nobody":        {with(`"to":{"take":0,"chosen":1}`, `"to":{"take":0,"chosen":2}`), "said to candidate 2 of take 0"},
		"other answer":     {with(`"chosen":[1]`, `"chosen":[0]`), "does not follow"},
	} {
		write(t, s, name+".json", c.text)
		_, err := s.Load(name)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), s.path(name)) || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%s: %v; want one sentence on the file with %q", name, err, c.want)
		}
	}
}

func TestList(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "none yet")}
	if list, err := s.List(); list != nil || err != nil {
		t.Errorf("no folder: %v, %v", list, err)
	}
	old := spokenTo(t)
	save(t, s, old)
	recent := &Conversation{ID: "a", Model: "other", Started: old.Started.Add(time.Hour)}
	save(t, s, recent)
	write(t, s, "broken.json", "{")
	write(t, s, ".hidden.json", "{")
	write(t, s, "notes.txt", "mine")
	if err := os.Mkdir(s.path("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	list, err := s.List()
	if err == nil || !strings.HasPrefix(err.Error(), s.path("broken")) || strings.Contains(err.Error(), "\n") {
		t.Errorf("want one error, on broken.json: %v", err)
	}
	want := []Summary{
		{ID: "a", Model: "other", Started: recent.Started},
		{ID: "talk", Model: "run", Started: old.Started, Exchanges: 2, Preview: "hello"},
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A folder in the place of the file makes the rename fail, as a full disk
// would make the write.
func TestReplaceFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "talk.json")
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := replace(path, []byte("new")); err == nil {
		t.Fatal("a folder was replaced")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v: a temporary stayed", entries, err)
	}
}

// What cannot be encoded leaves the saved file alone.
func TestSaveKeepsTheFileOnError(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	c := spokenTo(t)
	save(t, s, c)
	c.Started = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC) // no year of RFC 3339
	if err := s.Save(c); err == nil {
		t.Fatal("the year 20000 was saved")
	}
	if got, err := s.Load("talk"); err != nil || got.Started.Year() != 2026 {
		t.Errorf("%v, %v: the old file is gone", got, err)
	}
}

func TestDefaultDir(t *testing.T) {
	abs, err := filepath.Abs("state")
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(filepath.Dir(abs), "home")
	for _, c := range []struct{ name, system, variable, value, home, want string }{
		{"set", "linux", "XDG_STATE_HOME", abs, home, filepath.Join(abs, "cvae", "conversations")},
		{"unset", "darwin", "", "", home, filepath.Join(home, ".local", "state", "cvae", "conversations")},
		{"relative", "linux", "XDG_STATE_HOME", "state", home, filepath.Join(home, ".local", "state", "cvae", "conversations")},
		{"windows", "windows", "LocalAppData", abs, home, filepath.Join(abs, "cvae", "conversations")},
		{"windows, unset", "windows", "XDG_STATE_HOME", abs, home, filepath.Join(home, "AppData", "Local", "cvae", "conversations")},
		{"homeless", "linux", "", "", "", ""},
	} {
		getenv := func(name string) string {
			if name == c.variable {
				return c.value
			}
			return ""
		}
		if got := defaultDir(c.system, getenv, c.home); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := DefaultDir(getenv, c.home); c.system == runtime.GOOS && got != c.want {
			t.Errorf("%s, here: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestLabelsAreKept in the file and in Markdown, and a file of before there were
// any loads without.
func TestLabelsAreKept(t *testing.T) {
	c := &Conversation{ID: "talk", Started: spokenTime}
	c.Say("hello")
	labels := map[string]string{"topic": "tea\xff"}
	c.Answer(dialog.Sampling{N: 1, TopP: 1, Labels: labels}, responses("hi"))
	labels["topic"] = "changed"
	text, err := c.encode()
	if err != nil {
		t.Fatal(err)
	}
	with := string(text)
	old := strings.Replace(with, `,"labels":{"topic":"tea`+"\uFFFD"+`"}`, "", 1)
	for text, want := range map[string]map[string]string{with: {"topic": "tea\uFFFD"}, old: nil} {
		again, err := decode("talk", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		e, _ := again.Current()
		if diff := cmp.Diff(dialog.Sampling{N: 1, TopP: 1, Labels: want}, e.Takes[0].Settings); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	var b bytes.Buffer
	if err := c.Markdown(&b); err != nil || !strings.Contains(b.String(), "prior scale 0, topic tea\uFFFD; take") {
		t.Errorf("%s, %v", &b, err)
	}
}

// TestTwoWriters: what two processes say in one conversation is all kept.
func TestTwoWriters(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	save(t, s, spokenTo(t))
	one, err := s.Load("talk")
	if err != nil {
		t.Fatal(err)
	}
	two, err := s.Load("talk")
	if err != nil {
		t.Fatal(err)
	}
	one.Say("words of one")
	two.Say("words of two")
	save(t, s, two)
	var moved Moved
	if err := s.Save(one); !errors.As(err, &moved) || moved.From != "talk" || one.SavedAs() != moved.To {
		t.Fatalf("the second writer: %v", err)
	}
	one.Say("more words of one")
	save(t, s, one) // its own file now
	for id, want := range map[string]string{"talk": "words of two", moved.To: "more words of one"} {
		c, err := s.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		if e, _ := c.Current(); e.User != want {
			t.Errorf("%s ends in %q, want %q", id, e.User, want)
		}
	}
	if list, err := s.List(); err != nil || len(list) != 2 {
		t.Errorf("the list is %v, %v", list, err)
	}
}

// TestManyWriters at once lose nothing.
func TestManyWriters(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	save(t, s, spokenTo(t))
	var all sync.WaitGroup
	var writers []*Conversation // all of the file as it was
	for i := range 8 {
		c, err := s.Load("talk")
		if err != nil {
			t.Fatal(err)
		}
		c.Say(fmt.Sprint("words ", i))
		writers = append(writers, c)
	}
	for _, c := range writers {
		all.Go(func() {
			var moved Moved
			if err := s.Save(c); err != nil && !errors.As(err, &moved) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	list, err := s.List()
	said := map[string]bool{}
	for _, summary := range list {
		c, err := s.Load(summary.ID)
		if err != nil {
			t.Fatal(err)
		}
		e, _ := c.Current()
		said[e.User] = true
	}
	if err != nil || len(said) != 8 {
		t.Errorf("%d of 8 are kept: %v, %v", len(said), said, err)
	}
}

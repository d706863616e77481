package training

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/tokenfile"
)

// encoded prepares a session and returns what it holds of each split.
func encoded(t *testing.T, c config.Config, o Options) map[dialog.Split]string {
	t.Helper()
	o.Threads = 1
	s, err := Prepare(context.Background(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	held := map[dialog.Split]string{}
	for split, set := range s.data {
		held[split] = fmt.Sprint(set.Len(), set.Skipped(), set.Example(0), set.Example(set.Len()-1))
	}
	return held
}

func wantEqual(t *testing.T, got, want map[dialog.Split]string) {
	t.Helper()
	for split, text := range want {
		if got[split] != text {
			t.Errorf("the %s split holds %s, want %s", split, got[split], text)
		}
	}
}

// kept are the files of the cache.
func kept(t *testing.T, cache string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestCache checks that the cache is read, and made anew when damaged or when
// the corpus changes.
func TestCache(t *testing.T) {
	c, cache := runtest.Config(t, runtest.Corpus(t)), filepath.Join(t.TempDir(), "cache")
	c.Batch = 8 // the valid split is to fill one too
	first := encoded(t, c, Options{Cache: cache})
	files := kept(t, cache)
	if len(files) != 2 { // train and valid
		t.Fatalf("the cache holds %v", files)
	}
	wantEqual(t, encoded(t, c, Options{Cache: cache}), first)
	if err := errors.Join(os.Rename(files[0], files[0]+"x"), os.Rename(files[1], files[0]), os.Rename(files[0]+"x", files[1])); err != nil {
		t.Fatal(err)
	}
	if held := encoded(t, c, Options{Cache: cache}); held[dialog.Train] != first[dialog.Valid] { // each stands in the place of the other
		t.Errorf("the cache is not read")
	}
	for i, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		damaged := [][]byte{content[:len(content)-1], append(content, 'x')}[i]
		if err := errors.Join(os.Remove(file), os.WriteFile(file, damaged, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	wantEqual(t, encoded(t, c, Options{Cache: cache}), first)
	if !slices.Equal(kept(t, cache), files) {
		t.Errorf("the cache holds %v, want %v", kept(t, cache), files)
	}
	content, err := os.ReadFile(c.Corpus)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.Corpus, append([]byte(`{"turns":["do you like it ?","yes"]}`+"\n"), content...), 0o600); err != nil {
		t.Fatal(err)
	}
	if held := encoded(t, c, Options{Cache: cache}); held[dialog.Train] == first[dialog.Train] {
		t.Error("a stale cache is read")
	}
}

// TestForeignCache: a file that is whole and yet holds no set, as one of another
// version would, gives way to a good one.
func TestForeignCache(t *testing.T) {
	c, cache := runtest.Config(t, runtest.Corpus(t)), filepath.Join(t.TempDir(), "cache")
	first := encoded(t, c, Options{Cache: cache})
	for _, file := range kept(t, cache) {
		var foreign bytes.Buffer
		if err := tokenfile.NewWriter(&foreign).Finish([]byte("{}")); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Remove(file), os.WriteFile(file, foreign.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		wantEqual(t, encoded(t, c, Options{Cache: cache}), first)
	}
}

// TestBlockedCache: what stands in the place of a file of the cache and is none is no reason
// to stop.
func TestBlockedCache(t *testing.T) {
	c, cache := runtest.Config(t, runtest.Corpus(t)), filepath.Join(t.TempDir(), "cache")
	first := encoded(t, c, Options{Cache: cache})
	for _, file := range kept(t, cache) {
		if err := errors.Join(os.Remove(file), os.MkdirAll(filepath.Join(file, "inside"), 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	wantEqual(t, encoded(t, c, Options{Cache: cache}), first)
	if files := kept(t, cache); len(files) != 2 {
		t.Errorf("the cache holds %v", files)
	}
}

// TestWithoutCache: without a cache, with one that cannot be made, and where
// none is allowed, the sets are the same.
func TestWithoutCache(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	want := encoded(t, c, Options{})
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, encoded(t, c, Options{Cache: blocked}), want)
	cache := t.TempDir()
	c.SkipBad = true
	wantEqual(t, encoded(t, c, Options{Cache: cache}), want)
	if files := kept(t, cache); len(files) != 0 {
		t.Errorf("%v is kept of a corpus without a fingerprint", files)
	}
}

// TestCacheTogether encodes one corpus several times at once.
func TestCacheTogether(t *testing.T) {
	c, cache := runtest.Config(t, runtest.Corpus(t)), t.TempDir()
	want := encoded(t, c, Options{})
	var group sync.WaitGroup
	got := make([]map[dialog.Split]string, 4)
	for i := range got {
		group.Go(func() { got[i] = encoded(t, c, Options{Cache: cache}) })
	}
	group.Wait()
	for _, held := range got {
		wantEqual(t, held, want)
	}
	if files := kept(t, cache); len(files) != 2 {
		t.Errorf("the cache holds %v", files)
	}
}

// TestInterruptedEncoding: nothing half-written stays.
func TestInterruptedEncoding(t *testing.T) {
	c, cache := runtest.Config(t, runtest.Corpus(t)), t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Prepare(ctx, c, Options{Threads: 1, Cache: cache, Reading: func(what string, _, _ int) {
		if strings.HasPrefix(what, "encoding") {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if files := kept(t, cache); len(files) != 0 {
		t.Errorf("%v stays", files)
	}
}

// TestReading: the first pass counts the dialogues of train for the second.
func TestReading(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	source, err := corpora.Open(c.Corpus, corpora.Options{Seed: c.Seed})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range source.Dialogues(dialog.Train) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	var calls []string
	encoded(t, c, Options{Reading: func(what string, done, total int) { calls = append(calls, fmt.Sprint(what, done, total)) }})
	for _, want := range []string{
		fmt.Sprint("learning the tokens", 1, 0), fmt.Sprint("learning the tokens", n, n),
		fmt.Sprint("encoding the corpus", 1, n), fmt.Sprint("encoding the corpus", n, n),
	} {
		if !slices.Contains(calls, want) {
			t.Errorf("no call %q in %q", want, calls)
		}
	}
}

// TestCacheIsCut: a file of the cache that another program cuts while training reads it
// changes nothing but for one sentence.
func TestCacheIsCut(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	weights := func(cut bool) (last []byte, said []string) {
		cache, dir := t.TempDir(), filepath.Join(t.TempDir(), "run")
		s, err := Prepare(context.Background(), c, Options{Out: dir, Threads: 1, Cache: cache, Warn: func(text string) { said = append(said, text) }})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, path := range kept(t, cache) {
			if cut {
				if err := os.Truncate(path, 20); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := s.Train(context.Background()); err != nil {
			t.Fatal(err)
		}
		if last, err = os.ReadFile(filepath.Join(dir, "last.safetensors")); err != nil {
			t.Fatal(err)
		}
		return last, said
	}
	whole, silent := weights(false)
	cut, said := weights(true)
	if !bytes.Equal(whole, cut) || len(silent) != 0 || len(said) != 2 || said[0] != said[1] || !strings.Contains(said[0], "XDG_CACHE_HOME") {
		t.Errorf("with a cut cache: equal weights %v, %q; whole: %q", bytes.Equal(whole, cut), said, silent)
	}
}

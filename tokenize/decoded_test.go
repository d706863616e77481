package tokenize

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestDecoded(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "\xef\xbb\xbfa": "a", "\xff\xfea\x00\xe9\x00": "aé", "\xfe\xff\x00a\x00\xe9": "aé", "\xef\xbb": "\xef\xbb", "a\xff\xfe": "a\xff\xfe",
	} {
		for name, r := range map[string]io.Reader{"at once": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text))} {
			if got, err := io.ReadAll(Decoded(r)); string(got) != want || err != nil {
				t.Errorf("%s: %q becomes %q, %v", name, text, got, err)
			}
		}
	}
}

// TestDecodedPassesOn: what a person has written is read before more comes.
func TestDecodedPassesOn(t *testing.T) {
	from, to := io.Pipe()
	defer from.Close()
	go to.Write([]byte("y\n"))
	read := make(chan string, 1)
	go func() {
		b := make([]byte, 10)
		n, _ := Decoded(from).Read(b)
		read <- string(b[:n])
	}()
	select {
	case got := <-read:
		if got != "y\n" {
			t.Errorf("read %q", got)
		}
	case <-time.After(time.Minute):
		t.Error("it waits for more")
	}
}

// A tokenizer.json may have been saved by an editor that puts a mark before it.
func TestLoadDecodes(t *testing.T) {
	if _, err := Load(strings.NewReader("\xef\xbb\xbf" + small)); err != nil {
		t.Error(err)
	}
}

package sshchat

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/tui/chat"
)

// ours is a key by ssh-keygen of OpenSSH 9.2p1.
const ours = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOZCGiFkyAAAnRZgfTKTWkHQLg9pqTlrMSQVvcpBMKTa ann@home"

// TestParseKeys: each line is a key, nothing, or a fault that names it.
func TestParseKeys(t *testing.T) {
	cases := []struct {
		name, text string
		keys       int
		fault      string // of the first; empty: none
	}{
		{"none", "", 0, ""},
		{"blank lines and comments", "\n# a\n \t\n  # b\r\n", 0, ""},
		{"one", ours, 1, ""},
		{"of Windows", "\ufeff" + ours + "\r\n" + ours + "\r\n", 2, ""},
		{"below a bad one", ours + "\nssh-ed25519 AAAA\n" + ours, 2, "line 2: this is no public key"},
		{"a word", "\n\nhello", 0, "line 3: this is no public key"},
		{"a secret key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA", 0, "line 1: this is no public key"},
		{"another type", strings.Replace(ours, "ssh-ed25519", "ssh-rsa", 1), 0, "line 1: this is no public key"},
		{"harmless options", "no-port-forwarding,no-X11-forwarding,pty " + ours, 1, ""},
		{"an address", `from="10.0.0.0/8" ` + ours, 0, "line 1: the option from is not known here; take it out"},
		{"a command", `no-user-rc,command="echo hi, there" ` + ours, 0, "line 1: the option command is not known here"},
		{"an authority", "cert-authority " + ours, 0, "line 1: the option cert-authority is not known here"},
		{"a date", `expiry-time="20200101" ` + ours, 0, "line 1: the option expiry-time is not known here"},
		{"restrict", "restrict " + ours, 0, "line 1: the option restrict is not known here"},
		{"no terminal", "no-pty " + ours, 0, "line 1: the option no-pty is not known here"},
	}
	for _, c := range cases {
		keys, faults := parseKeys([]byte(c.text))
		if len(keys) != c.keys {
			t.Errorf("%s: %d keys, want %d", c.name, len(keys), c.keys)
		}
		switch {
		case c.fault == "" && len(faults) > 0:
			t.Errorf("%s: %v", c.name, faults)
		case c.fault != "" && (len(faults) == 0 || !strings.HasPrefix(faults[0].Error(), c.fault)):
			t.Errorf("%s: %v, want %s", c.name, faults, c.fault)
		}
	}
}

// TestParseKeyCertificate: a certificate would come in by being equal, whenever it ended.
func TestParseKeyCertificate(t *testing.T) {
	key, _, _, _, err := gossh.ParseAuthorizedKey([]byte(ours))
	if err != nil {
		t.Fatal(err)
	}
	authority, err := HostKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	certificate := &gossh.Certificate{Key: key, CertType: gossh.UserCert}
	if err := certificate.SignCert(zeros{}, authority); err != nil {
		t.Fatal(err)
	}
	line := certificate.Type() + " " + base64.StdEncoding.EncodeToString(certificate.Marshal())
	if _, err := parseKey([]byte(line)); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// FuzzParseKeys: any file is keys and faults; what is no key is told with its line.
func FuzzParseKeys(f *testing.F) {
	for _, text := range []string{ours, "a\nb", `x="y z" ` + ours, "\"", "ssh-rsa ", "\ufeff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, faults := parseKeys(text)
		if lines := strings.Count(string(text), "\n") + 1; len(keys)+len(faults) > lines {
			t.Errorf("%d keys and %d faults in %d lines", len(keys), len(faults), lines)
		}
		for _, key := range keys {
			if again, faults := parseKeys(gossh.MarshalAuthorizedKey(key)); len(faults) > 0 || len(again) != 1 {
				t.Errorf("%v", faults)
			}
		}
	})
}

// FuzzTerminal: any payload leaves a size within the bounds and variables of one word.
func FuzzTerminal(f *testing.F) {
	f.Add([]byte{0, 0, 0, 5, 'x', 't', 'e', 'r', 'm', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add(gossh.Marshal(struct{ Name, Value string }{"COLORTERM", "truecolor"}))
	f.Add(gossh.Marshal(struct{ Columns, Rows, PixelWidth, PixelRows uint32 }{80, 24, 0, 0}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		term := newTerminal()
		term.begin(payload)
		term.set(payload)
		sizes := []chat.Size{term.size}
		term.resize(payload)
		term.resize(payload)
		if len(term.sizes) > 0 {
			sizes = append(sizes, <-term.sizes)
		}
		for _, s := range sizes {
			if s.Width < 1 || s.Width > mostWidth || s.Height < 1 || s.Height > mostHeight {
				t.Errorf("%v", s)
			}
		}
		for _, v := range term.variables() {
			if name, value, _ := strings.Cut(v, "="); strings.ContainsAny(value, "/ \n\x1b") || len(name)+len(value) > 100 {
				t.Errorf("%q", v)
			}
		}
	})
}

// TestColours: what a client says of its colours is taken, and nothing else.
func TestColours(t *testing.T) {
	term := newTerminal()
	term.kind = "xterm-kitty"
	for name, value := range map[string]string{"COLORTERM": "truecolor", "NO_COLOR": "1", "LANG": "C", "TMUX": "x", "PATH": "/bin", "CLICOLOR": "a b", "TEA_TRACE": "x"} {
		term.set(gossh.Marshal(struct{ Name, Value string }{name, value}))
	}
	want := "TERM=xterm-kitty SSH_TTY=ssh COLORTERM=truecolor NO_COLOR=1"
	if got := strings.Join(term.variables(), " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestHostKey is made once, for its owner alone, by whichever of many is first.
func TestHostKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "cvae")
	prints := make([]string, 8)
	var all sync.WaitGroup
	for i := range prints {
		all.Go(func() {
			key, err := HostKey(dir)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = gossh.FingerprintSHA256(key.PublicKey())
		})
	}
	all.Wait()
	for _, p := range prints {
		if p != prints[0] {
			t.Fatalf("%q", prints)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	path := filepath.Join(dir, hostKeyFile)
	if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := HostKey(dir); err == nil || !strings.Contains(err.Error(), "others can read "+path+"; chmod 600") {
			t.Error(err)
		}
	}
	if err := os.WriteFile(path, []byte("-----BEGIN"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(dir); err == nil || !strings.Contains(err.Error(), path+" is damaged") {
		t.Error(err)
	}
	if _, err := HostKey(filepath.Join(path, "below")); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestNewAuthorized refuses a file that lets nobody in, and names the line.
func TestNewAuthorized(t *testing.T) {
	dir := t.TempDir()
	for want, text := range map[string]string{"holds no public key": "# nobody\n", "keys, line 2: this is no public key": ours + "\nhello\n"} {
		path := filepath.Join(dir, "keys")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := NewAuthorized(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := NewAuthorized(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestIndex: on Windows a line feed goes down alone.
func TestIndex(t *testing.T) {
	var out strings.Builder
	if n, err := (index{&out}).Write([]byte("a\nb\r\n")); n != 5 || err != nil || out.String() != "a\x1bDb\r\x1bD" {
		t.Errorf("%q, %d, %v", out.String(), n, err)
	}
}

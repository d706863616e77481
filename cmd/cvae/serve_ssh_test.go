package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	gossh "golang.org/x/crypto/ssh"
)

// A served program, as a person starts it.
type served struct {
	command *exec.Cmd
	lines   *bufio.Reader
	dir     string // where it stands
	ssh     string // address
}

// serveSSH starts the program in an empty folder.
func serveSSH(t *testing.T, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	s := &served{dir: t.TempDir()}
	s.command = exec.CommandContext(ctx, "cvae", append([]string{"serve", "--ssh", ":0"}, args...)...)
	s.command.Dir = s.dir
	s.command.Env = append(os.Environ(), "XDG_STATE_HOME="+t.TempDir())
	errs, err := s.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	s.lines = bufio.NewReader(errs)
	line := s.line(t)
	found := regexp.MustCompile(`^chat by ssh -p \d+ 127\.0\.0\.1, on (127\.0\.0\.1:\d+); key of this server: SHA256:\S+; models: builtin\n$`).FindStringSubmatch(line)
	if found == nil {
		t.Fatalf("%q", line)
	}
	s.ssh = found[1]
	return s
}

func (s *served) line(t *testing.T) string {
	t.Helper()
	line, err := s.lines.ReadString('\n')
	if err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	return line
}

// stops ends the program by SIGTERM and returns what else it says.
func (s *served) stops(t *testing.T) string {
	t.Helper()
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(s.lines)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v, %q", err, rest)
	}
	if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
		t.Errorf("the program left %v, %v", entries, err)
	}
	return string(rest)
}

// A sshTerminal is a chat over SSH.
type sshTerminal struct {
	mu   sync.Mutex
	text []byte
	keys io.Writer
	*gossh.Session
}

func (s *sshTerminal) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p...)
	return len(p), nil
}

// screen is what was written, without what moves the cursor.
func (s *sshTerminal) screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(strings.Fields(ansi.Strip(string(s.text))), " ")
}

func (s *sshTerminal) sees(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(s.screen(), text) {
			return
		}
	}
	t.Fatalf("no %q on the screen: %s", text, s.screen())
}

// shows has the whole screen drawn anew, in a window with one column, until it shows a text.
func (s *sshTerminal) shows(t *testing.T, text string) {
	t.Helper()
	for i := range 200 {
		if strings.Contains(s.screen(), text) {
			return
		}
		s.mu.Lock()
		s.text = nil
		s.mu.Unlock()
		if err := s.WindowChange(60, 96+i%2); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Fatalf("no %q on the screen: %s", text, s.screen())
}

// dialSSH begins a chat as a user, in a wide window, whose lines are not broken.
func dialSSH(t *testing.T, address, user string, with ...gossh.AuthMethod) *sshTerminal {
	t.Helper()
	c, err := gossh.Dial("tcp", address, &gossh.ClientConfig{User: user, Auth: with, HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	term := &sshTerminal{Session: session}
	session.Stdout = term
	if term.keys, err = session.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm-256color", 50, 220, nil); err != nil {
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	return term
}

// TestServeSSH starts the program as a person would and talks with the built-in model over
// SSH, several at a time, who see what cvae reply says; HTTP is answered beside it.
func TestServeSSH(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM")
	}
	s := serveSSH(t, "--listen", "127.0.0.1:0", "--drain", "5s")
	url := address.FindString(s.line(t))
	questions := []string{"Shall we order pizza tonight?", "What is your favorite book?", "Do you like tea?"}
	terms := make([]*sshTerminal, len(questions))
	for i, question := range questions {
		terms[i] = dialSSH(t, s.ssh, fmt.Sprint("user", i))
		if _, err := io.WriteString(terms[i].keys, question+"\r"); err != nil {
			t.Fatal(err)
		}
	}
	for i, question := range questions {
		var out bytes.Buffer
		if code := execute(context.Background(), []string{"reply", "--json", "-n", "5", "--seed", "1", question}, strings.NewReader(""), &out, io.Discard); code != exitOK {
			t.Fatalf("cvae reply exits with %d", code)
		}
		var want replyReport
		if err := json.Unmarshal(out.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		for _, r := range want.Responses {
			begins := r.Text[:min(len(r.Text), 20)] // which stands in one line
			terms[i].shows(t, begins)
		}
	}
	resp, err := http.Get(url + "/health")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
	http.DefaultClient.CloseIdleConnections()
	if _, err := io.WriteString(terms[0].keys, "/n 129\r"); err != nil {
		t.Fatal(err)
	}
	terms[0].shows(t, "at most 128 candidates can be asked for here")
	if _, err := io.WriteString(terms[0].keys, "/quit\r"); err != nil {
		t.Fatal(err)
	}
	if err := terms[0].Wait(); err != nil {
		t.Error(err)
	}
	log := s.stops(t)
	for _, term := range terms[1:] {
		term.sees(t, "cvae: the server stops, so the chat has ended")
	}
	for _, question := range questions {
		if strings.Contains(log, question) {
			t.Errorf("the log has a conversation: %s", log)
		}
	}
	if n := strings.Count(log, " leaves after "); n != 3 {
		t.Errorf("%d have left: %s", n, log)
	}
}

// TestServeSSHKeys: with a file of keys its owners come in, and no others; HTTP is not
// answered.
func TestServeSSHKeys(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM")
	}
	signer := func(name string) gossh.Signer {
		key, err := gossh.ParsePrivateKey([]byte(name))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	mine := signer(testKey)
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, gossh.MarshalAuthorizedKey(mine.PublicKey()), 0o622); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o622); err != nil { // whatever the umask
		t.Fatal(err)
	}
	var errs bytes.Buffer
	o := sshOptions{Listen: "127.0.0.1:0", Keys: path}
	o.Sessions, o.Idle = 1, time.Minute
	if err := o.validate(&errs); err != nil || !strings.Contains(errs.String(), "others can write "+path) {
		t.Errorf("%v, %q", err, errs.String())
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	s := serveSSH(t, "--authorized-keys", path, "--ssh", "127.0.0.1:0")
	if c, err := gossh.Dial("tcp", s.ssh, &gossh.ClientConfig{User: "builtin", HostKeyCallback: gossh.InsecureIgnoreHostKey()}); err == nil {
		c.Close()
		t.Error("somebody came in without a key")
	}
	term := dialSSH(t, s.ssh, "builtin", gossh.PublicKeys(mine))
	term.sees(t, "Nothing that is said here is saved.")
	if _, err := io.WriteString(term.keys, "/quit\r"); err != nil {
		t.Fatal(err)
	}
	if err := term.Wait(); err != nil {
		t.Error(err)
	}
	if log := s.stops(t); !strings.Contains(log, `"builtin" with SHA256:`) || strings.Contains(log, "http") {
		t.Errorf("%q", log)
	}
}

// testKey is a key of tests alone, by ssh-keygen of OpenSSH 9.2p1.
const testKey = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACC6596Y+wrjNRRTi3gEIdZZz5yfl411/p9L243FykG81QAAAIiE9g/ohPYP
6AAAAAtzc2gtZWQyNTUxOQAAACC6596Y+wrjNRRTi3gEIdZZz5yfl411/p9L243FykG81Q
AAAECZCnTfr0dSMnGCEenwjoUkjYeLJJi9ZgGU5iRGsYcTGbrn3pj7CuM1FFOLeAQh1lnP
nJ+XjXX+n0vbjcXKQbzVAAAABHRlc3QB
-----END OPENSSH PRIVATE KEY-----
`

// TestServeSSHRefuses names the flag that would open the server to others, or cannot be.
func TestServeSSHRefuses(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(bad, []byte("# mine\nhello there\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"--ssh 0.0.0.0:0 is open to other machines; name the keys that may come in by --authorized-keys": {"--ssh", "0.0.0.0:0"},
		"--ssh [::]:0 is open to other machines":                                                         {"--ssh", "[::]:0"},
		"--ssh example.org:22 is open to other machines":                                                 {"--ssh", "example.org:22"},
		"--ssh is \"2222\"; it must be :PORT or host:port":                                               {"--ssh", "2222"},
		"--authorized-keys is of SSH; add --ssh":                                                         {"--authorized-keys", bad},
		bad + ", line 2: this is no public key":                                                          {"--ssh", ":0", "--authorized-keys", bad},
		"reading the keys that may come in":                                                              {"--ssh", ":0", "--authorized-keys", bad + "x"},
		"--sessions is 0":                                                                                {"--ssh", ":0", "--sessions", "0"},
		"--idle is 0s":                                                                                   {"--ssh", ":0", "--idle", "0"},
	} {
		var errs bytes.Buffer
		if code := execute(context.Background(), append([]string{"serve"}, args...), strings.NewReader(""), io.Discard, &errs); code != exitUsage || !strings.Contains(errs.String(), want) {
			t.Errorf("%q: %d, %s", args, code, errs.String())
		}
	}
}

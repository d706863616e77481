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
	"syscall"
	"testing"
	"time"
)

var address = regexp.MustCompile(`http://[0-9.:]+`)

// TestServe starts the program as a person would, compares its answer with that of cvae
// reply, and stops it by SIGTERM.
func TestServe(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM")
	}
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "cvae", "serve", "--listen", "127.0.0.1:0", "--token-file", token)
	errs, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(errs)
	line, err := lines.ReadString('\n')
	if err != nil || !strings.HasSuffix(line, "/v1, models: builtin\n") {
		t.Fatalf("%q, %v", line, err)
	}
	const question = "Shall we order pizza tonight?"
	got := overHTTP(t, address.FindString(line), question)
	var out bytes.Buffer
	if code := execute(ctx, []string{"reply", "--json", "-n", "8", "--seed", "9", question}, strings.NewReader(""), &out, io.Discard); code != exitOK {
		t.Fatalf("cvae reply exits with %d", code)
	}
	var want replyReport
	if err := json.Unmarshal(out.Bytes(), &want); err != nil {
		t.Fatal(err)
	}
	for i, r := range want.Responses {
		if len(got) != 8 || got[i] != r.Text {
			t.Errorf("response %d is not %q in %q", i, r.Text, got)
		}
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(lines)
	if err := c.Wait(); err != nil || len(rest) > 0 {
		t.Errorf("after SIGTERM: %v, %q", err, rest)
	}
}

// overHTTP asks for eight responses.
func overHTTP(t *testing.T, url, question string) (texts []string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url+"/v1/chat/completions", strings.NewReader(fmt.Sprintf(`{"n":8,"seed":9,"messages":[{"role":"user","content":%q}]}`, question)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer s3cret")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	var got struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for _, c := range got.Choices {
		texts = append(texts, c.Message.Content)
	}
	return texts
}

// TestListenFamily: an address of IPv4 is not open to IPv6 too.
func TestListenFamily(t *testing.T) {
	l, err := listen(t.Context(), "--listen", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if at := l.Addr().String(); !strings.HasPrefix(at, "0.0.0.0:") {
		t.Errorf("0.0.0.0:0 listens on %s", at)
	}
}

// TestServeRefuses names the flag that would open the server to others, or cannot be.
func TestServeRefuses(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(empty, []byte(" \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"--listen 0.0.0.0:0 is open to other machines; give a token by --token-file": {"--listen", "0.0.0.0:0"},
		"--listen :8642 is open to other machines":                                   {"--listen", ":8642"},
		"--listen is \"8642\"; it must be host:port":                                 {"--listen", "8642"},
		"--queue is 0":        {"--queue", "0"},
		"--rows is -1":        {"--rows", "-1"},
		"--timeout is 0s":     {"--timeout", "0"},
		"--drain is -1s":      {"--drain", "-1s"},
		"is empty":            {"--token-file", empty},
		"reading the token":   {"--token-file", empty + "x"},
		"not a run directory": {"./nowhere"},
	} {
		var errs bytes.Buffer
		if code := execute(context.Background(), append([]string{"serve"}, args...), strings.NewReader(""), io.Discard, &errs); code != exitUsage || !strings.Contains(errs.String(), want) {
			t.Errorf("%q: %d, %s", args, code, errs.String())
		}
	}
}

package rundir

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"
)

type event struct {
	Step int    `json:"step"`
	Text string `json:"text,omitempty"`
}

func openLog(t *testing.T, d *Dir, length int64) *Log {
	t.Helper()
	l, err := d.OpenLog(length)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func appendAll(t *testing.T, l *Log, events ...any) {
	t.Helper()
	for _, e := range events {
		if err := l.Append(e); err != nil {
			t.Fatal(err)
		}
	}
}

func logHolds(t *testing.T, d *Dir, l *Log, want string) {
	t.Helper()
	got, err := os.ReadFile(d.Path(LogFile))
	if err != nil || string(got) != want {
		t.Errorf("log %q, %v; want %q", got, err, want)
	}
	if l.Length() != int64(len(want)) {
		t.Errorf("length %d, want %d", l.Length(), len(want))
	}
}

func TestLogAppends(t *testing.T) {
	d := create(t, t.TempDir(), false)
	l := openLog(t, d, 0)
	logHolds(t, d, l, "")
	appendAll(t, l, event{Step: 1}, map[string]any{"kl": 0.5}, event{2, "two\nlines"})
	logHolds(t, d, l, "{\"step\":1}\n{\"kl\":0.5}\n{\"step\":2,\"text\":\"two\\nlines\"}\n")
	if err := l.Sync(); err != nil {
		t.Error(err)
	}
}

func TestLogIsCutBack(t *testing.T) {
	for name, tail := range map[string]string{
		"whole lines": "{\"step\":3}\n{\"step\":4}\n",
		"torn line":   "{\"step\":3}\n{\"st",
		"nothing":     "",
	} {
		t.Run(name, func(t *testing.T) {
			d := create(t, t.TempDir(), false)
			kept := "{\"step\":1}\n{\"step\":2}\n"
			if err := os.WriteFile(d.Path(LogFile), []byte(kept+tail), 0o666); err != nil {
				t.Fatal(err)
			}
			l := openLog(t, d, int64(len(kept)))
			logHolds(t, d, l, kept)
			appendAll(t, l, event{Step: 5})
			logHolds(t, d, l, kept+"{\"step\":5}\n")
		})
	}
}

func TestLogStartsAnew(t *testing.T) {
	d := create(t, t.TempDir(), false)
	if err := os.WriteFile(d.Path(LogFile), []byte("of a run that had no checkpoint"), 0o666); err != nil {
		t.Fatal(err)
	}
	logHolds(t, d, openLog(t, d, 0), "")
}

func TestLogRefusesLength(t *testing.T) {
	d := create(t, t.TempDir(), false)
	content := "{\"step\":1}\n"
	if err := os.WriteFile(d.Path(LogFile), []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	for length, fault := range map[int64]string{12: "has 11 bytes", 5: "inside a line", -1: "counts -1"} {
		_, err := d.OpenLog(length)
		if err == nil || !strings.Contains(err.Error(), fault) || !strings.Contains(err.Error(), d.Path(LogFile)) {
			t.Errorf("length %d: %v", length, err)
		}
	}
	if got, err := os.ReadFile(d.Path(LogFile)); err != nil || string(got) != content {
		t.Errorf("a refusal changed the log to %q, %v", got, err)
	}
}

func TestLogRefusesEvents(t *testing.T) {
	d := create(t, t.TempDir(), false)
	l := openLog(t, d, 0)
	appendAll(t, l, event{Step: 1})
	for _, e := range []any{nil, 7, "text", []int{1}, map[string]float64{"kl": math.NaN()}, make(chan int)} {
		if err := l.Append(e); err == nil {
			t.Errorf("%v was logged", e)
		}
	}
	logHolds(t, d, l, "{\"step\":1}\n")
}

func TestLogReportsWriteErrors(t *testing.T) {
	d := create(t, t.TempDir(), false)
	l := openLog(t, d, 0)
	appendAll(t, l, event{Step: 1})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Append(event{Step: 2}); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	if err := l.Sync(); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	logHolds(t, d, l, "{\"step\":1}\n")
}

// TestLogRewinds: to a length, to the last line within one that ends in a line, and not
// at all where the log is shorter; the checkpoint is saved before lines go.
func TestLogRewinds(t *testing.T) {
	long := "{\"step\":2,\"text\":\"" + strings.Repeat("a", 5000) + "\"}\n"
	one := "{\"step\":1}\n"
	for length, want := range map[int64]string{
		int64(len(one)): one, int64(len(one)) + 4500: one, int64(len(one + long)): one + long, 1 << 20: one + long, 5: "", 0: "",
	} {
		d := create(t, t.TempDir(), false)
		l := openLog(t, d, 0)
		appendAll(t, l, event{Step: 1}, event{2, strings.Repeat("a", 5000)})
		err := l.Rewind(length, func() error {
			if got, err := os.ReadFile(d.Path(LogFile)); err != nil || string(got) != one+long || l.Length() != int64(len(want)) {
				t.Errorf("length %d: the checkpoint counts %d, the log has %d bytes", length, l.Length(), len(got))
			}
			return nil
		})
		if err != nil {
			t.Errorf("length %d: %v", length, err)
		}
		logHolds(t, d, l, want)
	}
	d := create(t, t.TempDir(), false)
	l := openLog(t, d, 0)
	appendAll(t, l, event{Step: 1})
	if err := l.Rewind(-1, func() error { return nil }); err == nil {
		t.Error("a negative length was taken")
	}
	full := errors.New("full")
	if err := l.Rewind(0, func() error { return full }); err != full {
		t.Error(err)
	}
	logHolds(t, d, l, one)
}

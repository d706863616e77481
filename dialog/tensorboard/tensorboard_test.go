package tensorboard

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// began is when the runs of these tests begin.
var began = time.Unix(1_700_000_000, 0)

// write reports events to a new writer in dir and returns the file's content.
func write(t *testing.T, dir string, events ...dialog.Event) []byte {
	t.Helper()
	w := New(dir, began, func(err error) { t.Error(err) })
	for _, e := range events {
		w.Report(e)
	}
	name := w.file.Name()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// read reads a file that must be whole.
func read(t *testing.T, data []byte) []readEvent {
	t.Helper()
	events, err := readFile(data)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// TestChecksum: the CRC32C of "123456789" is e3069283 (RFC 3720, B.4 gives the
// polynomial; the check value is that of the catalogue of CRC algorithms).
func TestChecksum(t *testing.T) {
	const crc = uint32(0xe3069283)
	if got := unmask(masked([]byte("123456789"))); got != crc {
		t.Errorf("checksum %08x, want %08x", got, crc)
	}
}

// TestGolden freezes a file. Its bytes are those that the protobuf messages and
// the RecordWriter of tensorboard 2.21.0 (Python) made of the same events.
func TestGolden(t *testing.T) {
	var got []byte
	at := began.Add(1500 * time.Millisecond)
	var s summary
	s.scalar("rate/kl", 2.5)
	s.histogram("rate/kl_per_dim", []float64{0, 1, 3})
	s.text("warnings", "alive")
	for _, e := range []message{versionEvent(at), startEvent(at), summaryEvent(at, 300, s)} {
		got = append(got, record(e)...)
	}
	text, err := os.ReadFile(filepath.Join("testdata", "events.hex"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join(strings.Fields(string(text)), "")
	if diff := cmp.Diff(want, hex.EncodeToString(got)); diff != "" {
		t.Error(diff)
	}
}

// tags lists the tags of an event with their scalars.
func tags(e readEvent) map[string]float32 {
	found := map[string]float32{}
	for _, v := range e.Values {
		found[v.Tag] = -1
		if v.Scalar != nil {
			found[v.Tag] = *v.Scalar
		}
	}
	return found
}

func TestScalars(t *testing.T) {
	step := dialog.Event{
		Kind: dialog.Stepped, Step: 100, Rec: 40.5, KL: 3, KLPerDim: []float64{1, 2}, Beta: 0.5, Side: 0.25, GradNorm: 1.5,
		LearningRate: 0.001, ActiveUnits: new(2), ResidualActiveUnits: new(1), LatentDim: 2, Observed: map[string]float64{"retention": 0.75},
		TokensPerSecond: 1000, Elapsed: 2 * time.Second,
	}
	plain := dialog.Event{Kind: dialog.Stepped, Rec: 40.5, GradNorm: 1.5, LearningRate: 0.001}
	validated := dialog.Event{Kind: dialog.Validated, Bound: 43, Rec: 40, KL: 3, LatentDim: 2, ActiveUnits: new(2), ResidualActiveUnits: new(1), Information: 1.25}
	for name, test := range map[string]struct {
		event dialog.Event
		want  map[string]float32
	}{
		"step": {step, map[string]float32{
			"distortion/rec": 40.5, "rate/kl": 3, "rate/beta": 0.5, "rate/side": 0.25, "rate/kl_per_dim": -1,
			"latent/active_units": 2, "latent/residual_active_units": 1, "optimiser/grad_norm": 1.5, "optimiser/learning_rate": 0.001,
			"speed/tokens_per_second": 1000, "method/retention": 0.75,
		}},
		"no latent": {plain, map[string]float32{"distortion/rec": 40.5, "optimiser/grad_norm": 1.5, "optimiser/learning_rate": 0.001}},
		"validation": {validated, map[string]float32{
			"validation/bound": 43, "validation/rec": 40, "validation/kl": 3, "validation/active_units": 2,
			"validation/residual_active_units": 1, "validation/information": 1.25,
		}},
		"validation without a latent": {dialog.Event{Kind: dialog.Validated, Bound: 43, Rec: 43}, map[string]float32{"validation/bound": 43, "validation/rec": 43}},
		"warning":                     {dialog.Event{Kind: dialog.Warned, Message: "m"}, map[string]float32{"warnings": -1}},
	} {
		events := read(t, write(t, t.TempDir(), test.event))
		if len(events) != 3 || events[0].Version != "brain.Event:2" || !events[1].Start {
			t.Fatalf("%s: events %+v", name, events)
		}
		last := events[2]
		if diff := cmp.Diff(test.want, tags(last)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if wall := float64(began.Unix()) + test.event.Elapsed.Seconds(); last.Wall != wall || last.Step != int64(test.event.Step) {
			t.Errorf("%s: at %f step %d, want %f step %d", name, last.Wall, last.Step, wall, test.event.Step)
		}
	}
}

func TestText(t *testing.T) {
	events := read(t, write(t, t.TempDir(),
		dialog.Event{Kind: dialog.Warned, Message: "bad \xff byte"},
		dialog.Event{Kind: dialog.Sampled, Samples: []dialog.Sample{
			{Context: []string{"Hi *there*", "two\nlines"}, Responses: []string{"A", "B"}},
			{Responses: []string{"C"}},
		}}))
	for i, want := range []string{"bad \ufffd byte", "    Hi *there*\n    two lines\n    → A\n    → B\n\n    → C\n"} {
		v := events[2+i].Values[0]
		if v.Text == nil || *v.Text != want || v.Plugin != "text" {
			t.Errorf("value %+v, want %q", v, want)
		}
	}
}

// TestResume: a run that goes on repeats its events in a file that comes after
// the first, even when both begin in the same second.
func TestResume(t *testing.T) {
	dir := t.TempDir()
	e := dialog.Event{Kind: dialog.Stepped, Step: 1}
	first := write(t, dir, e)
	second := write(t, dir, e, dialog.Event{Kind: dialog.Stepped, Step: 2})
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || !strings.HasPrefix(entries[0].Name(), "events.out.tfevents.1700000000.") ||
		!strings.HasPrefix(entries[1].Name(), "events.out.tfevents.1700000001.") {
		t.Fatalf("files %v", entries)
	}
	if a, b := len(read(t, first)), len(read(t, second)); a != 3 || b != 4 {
		t.Errorf("%d and %d events, want 3 and 4", a, b)
	}
	if !read(t, second)[1].Start {
		t.Error("the second file does not begin a session, so the first one's events would stay")
	}
}

// TestNothing: without events that it shows, a run leaves no folder.
func TestNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tensorboard")
	w := New(dir, began, func(err error) { t.Error(err) })
	w.Report(dialog.Event{Kind: dialog.Sampled})
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is there: %v", err)
	}
}

// TestFailure: an error is told once, and later events are dropped.
func TestFailure(t *testing.T) {
	full := func(t *testing.T, w *Writer) { // as a disk that is full: every write fails
		w.Report(dialog.Event{Kind: dialog.Stepped})
		if err := w.file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		dir     string
		prepare func(*testing.T, *Writer)
	}{
		"write":  {t.TempDir(), full},
		"folder": {filepath.Join(file(t), "tensorboard"), func(*testing.T, *Writer) {}},
	} {
		t.Run(name, func(t *testing.T) {
			var told []string
			w := New(test.dir, began, func(err error) { told = append(told, err.Error()) })
			test.prepare(t, w)
			w.Report(dialog.Event{Kind: dialog.Stepped})
			w.Report(dialog.Event{Kind: dialog.Stepped})
			if len(told) != 1 || !strings.HasPrefix(told[0], "no more events are written for TensorBoard: ") || !strings.Contains(told[0], filepath.Dir(test.dir)) {
				t.Errorf("told %q", told)
			}
			if err := w.Close(); err != nil {
				t.Errorf("closing after a failure: %v", err)
			}
		})
	}
}

// file is the path of a file, where a folder cannot be made.
func file(t *testing.T) string {
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

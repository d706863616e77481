package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

func TestEnded(t *testing.T) {
	for _, test := range []struct{ name, state, want, fault string }{
		{"going on", `{"step":3,"finished":""}`, "", ""},
		{"finished", `{"step":3,"finished":"3 steps done"}`, "3 steps done", ""},
		{"damaged", `{`, "", "training state"},
	} {
		dir := t.TempDir()
		if err := checkpoint.Save(dir, checkpoint.State{Step: 3, Values: map[string]string{"training": test.state}}); err != nil {
			t.Fatal(err)
		}
		got, err := run.Ended(dir)
		if got != test.want || (err != nil) != (test.fault != "") || err != nil && !strings.Contains(err.Error(), test.fault) {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
	dir := t.TempDir()
	if got, err := run.Ended(dir); got != "" || err != nil {
		t.Errorf("before the first checkpoint: %q, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(dir, rundir.LastFile), []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := run.Ended(dir); err == nil {
		t.Errorf("a damaged checkpoint: %q", got)
	}
}

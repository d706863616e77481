package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// TestResumeBegun: a folder in which a training has begun, and has no configuration yet, is in use and no run is missing.
func TestResumeBegun(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	dir, err := rundir.Create(folder, false)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	_, err = (&trainOptions{Path: folder, Resume: true}).config()
	if !errors.Is(err, rundir.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("by process %d;", os.Getpid())) {
		t.Errorf("the error is %v", err)
	}
}

package checkpoint

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

func TestSaveModelAndLoadModel(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.safetensors")
	want := []safetensors.Tensor{
		{Name: "a", Shape: []int{2, 1}, Data: []float32{1, 2}},
		{Name: "running", Shape: []int{1}, Data: []float64{0.5}},
	}
	for range 2 { // the second time replaces
		if err := SaveModel(path, want, map[string]string{"method": "bn"}); err != nil {
			t.Fatal(err)
		}
	}
	got, metadata, err := LoadModel(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"method": "bn"}, metadata); diff != "" {
		t.Error(diff)
	}
	has(t, dir, "model.safetensors")
}

func TestLoadModelTakesLast(t *testing.T) {
	dir := t.TempDir()
	want := stateOf(7, 2)
	save(t, dir, want)
	got, metadata, err := LoadModel(filepath.Join(dir, LastFile))
	if err != nil || len(metadata) != 1 || metadata["step"] != "7" {
		t.Fatal(metadata, err)
	}
	if diff := cmp.Diff(want.Model, got); diff != "" {
		t.Error(diff)
	}
}

func TestSaveModelRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.safetensors")
	if err := SaveModel(path, nil, map[string]string{"cvae.kind": "x"}); err == nil || !strings.Contains(err.Error(), "reserved") {
		t.Error(err)
	}
	odd := []safetensors.Tensor{{Name: "x", Shape: []int{1}, Data: "text"}}
	if err := SaveModel(path, odd, nil); err == nil || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestLoadModelRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.safetensors")
	if _, _, err := LoadModel(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := SaveModel(path, stateOf(1, 2).Model, map[string]string{"method": "bn"}); err != nil {
		t.Fatal(err)
	}
	whole := readFile(t, path)
	for i := range whole {
		damaged := append([]byte(nil), whole...)
		damaged[i] ^= 1 << (i % 8)
		writeFile(t, path, damaged)
		if _, _, err := LoadModel(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
		writeFile(t, path, whole[:i])
		if _, _, err := LoadModel(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
}

package config

import (
	"testing"

	"github.com/cvae-go/cvae/cvae/train"
)

// TestPresets checks that every preset makes a configuration that can be
// trained.
func TestPresets(t *testing.T) {
	for _, p := range Presets() {
		c, err := Defaults(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Resolve(); err != nil {
			t.Errorf("preset %s: %v", p.Name, err)
		}
	}
}

// TestBatches: a method that compares the examples of a batch gets random ones
// in every preset, and a saved run keeps those that it has.
func TestBatches(t *testing.T) {
	for name, want := range map[string]struct {
		window int
		same   bool
	}{"vae": {train.LengthWindow, true}, "scale": {1, false}, "bn+linear": {1, false}, "mmd": {1, false}} {
		c, err := Defaults("ptb")
		if err != nil {
			t.Fatal(err)
		}
		c.Method = name
		if err := c.Complete(); err != nil {
			t.Fatal(err)
		}
		if c.LengthWindow != want.window || c.SameLength != want.same {
			t.Errorf("%s: length_window %d, same_length %t", name, c.LengthWindow, c.SameLength)
		}
	}
	saved, err := Defaults("ptb")
	if err != nil {
		t.Fatal(err)
	}
	saved.LengthWindow = 1
	if err := saved.Complete(); err != nil || !saved.SameLength {
		t.Errorf("a saved run changes its batches: %v", err)
	}
}

// TestPresetsTakeDecoders: every preset can be built with every kind of decoder.
func TestPresetsTakeDecoders(t *testing.T) {
	for _, p := range Presets() {
		for _, kind := range []string{"rnn", "cnn", "transformer"} {
			c, err := Defaults(p.Name)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Set("decoder.kind", kind); err != nil {
				t.Fatal(err)
			}
			if err := c.Complete(); err != nil {
				t.Errorf("%s with %s: %v", p.Name, kind, err)
			}
			if err := c.Model.Validate(); err != nil {
				t.Errorf("%s with %s: %v", p.Name, kind, err)
			}
		}
	}
}

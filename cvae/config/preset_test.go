package config

import "testing"

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

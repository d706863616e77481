package config

import "testing"

// TestAdapt: a method brings settings of the run with it, which stand in the place of
// the preset's; the other methods leave them alone.
func TestAdapt(t *testing.T) {
	for names, want := range map[string]int{"delta-ar": 2, "delta-ar+linear": 2, "bn": 16} {
		c, err := Defaults("tiny")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Adapt(names); err != nil || c.Model.Latent.Dim != want || c.Method != names {
			t.Errorf("%s: %d dimensions of method %s, %v", names, c.Model.Latent.Dim, c.Method, err)
		}
	}
	if err := new(Config).Adapt("nosuch"); err == nil {
		t.Error("there is a method nosuch")
	}
}

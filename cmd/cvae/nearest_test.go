package main

import "testing"

// The distances are the textbook's examples (Levenshtein 1966).
func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"β", "b", 1}, {"same", "same", 0},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"bn.gamma", "latent.dim", "optimiser.learning_rate", "seed"}
	for name, want := range map[string]string{
		"sed": "seed", "latnet.dim": "latent.dim", "learning_rate": "optimiser.learning_rate", "gama": "bn.gamma",
		"something.else": "", "": "", "x": "",
	} {
		if got := nearest(name, keys); got != want {
			t.Errorf("nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

package run

import (
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae"
)

// FuzzParseLabels: whatever the file, there are labels that fit or an error.
func FuzzParseLabels(f *testing.F) {
	c := cvae.Conditioning{Labels: []string{"topic"}}
	sum, err := checksum(cvae.Labels{"topic": {"food", "work"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"version":1,"labels":{"topic":["food","work"]},"sha256":"` + sum + `"}`))
	f.Add([]byte(`{"version":1,"labels":{"topic":["work","food"]}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		labels, err := parseLabels(b, c)
		if err == nil && (len(labels["topic"]) == 0 || !slices.IsSorted(labels["topic"])) {
			t.Errorf("%q passes as %v", b, labels)
		}
	})
}

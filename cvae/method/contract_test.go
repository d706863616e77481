package method_test

import (
	"testing"

	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestContract runs the contract over the whole table.
func TestContract(t *testing.T) {
	for _, m := range method.All() {
		t.Run(m.Name, func(t *testing.T) { methodtest.Contract(t, m) })
	}
}

package kernel

import (
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// With -kernel.require=avx2 a test that would skip that path fails instead, so
// that a machine meant to prove the assembly cannot pass without running it.
var require = flag.String("kernel.require", "", "comma-separated kernel paths that must be tested")

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(m.Run())
}

// eachPath runs f for every path but PureGo and says which ones are missing.
func eachPath(t *testing.T, f func(t *testing.T, p Path)) {
	for _, p := range []Path{AVX2, AVX512, NEON} {
		t.Run(string(p), func(t *testing.T) {
			if p.available() {
				f(t, p)
				return
			}
			if slices.Contains(strings.Split(*require, ","), string(p)) {
				t.Fatalf("path %s is required, but this CPU or build cannot run it", p)
			}
			t.Skipf("this CPU or build cannot run path %s", p)
		})
	}
}

func random() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// guarded returns n numbers from fill that begin offset elements after a guard
// and end before another; the check fails the test if a guard word was written.
func guarded[T Float](n, offset int, fill func() T) (x []T, check func(t *testing.T, what string)) {
	const guards = 8
	const word = 12345
	buf := make([]T, guards+offset+n+guards)
	for i := range buf {
		buf[i] = word
	}
	x = buf[guards+offset:][:n:n]
	for i := range x {
		x[i] = fill()
	}
	return x, func(t *testing.T, what string) {
		t.Helper()
		for i, v := range buf {
			if (i < guards+offset || i >= guards+offset+n) && v != word {
				t.Fatalf("%s wrote outside its output of %d: element %d is %v", what, n, i-guards-offset, v)
			}
		}
	}
}

// near reports whether got is within ulps units in the last place of float32
// of want, or within tiny of it. NaN matches NaN and infinities themselves.
func near(got, want, ulps, tiny float64) bool {
	if got == want || math.IsNaN(got) && math.IsNaN(want) {
		return true
	}
	return math.Abs(got-want) <= max(tiny, ulps*math.Abs(want)*0x1p-23)
}

// compare fails at the first element that is not near enough.
func compare[T Float](t *testing.T, what string, got, want []T, ulps, tiny float64) {
	t.Helper()
	for i := range want {
		if !near(float64(got[i]), float64(want[i]), ulps, tiny) {
			t.Fatalf("%s of %d: element %d is %v, want %v", what, len(want), i, got[i], want[i])
		}
	}
}

func newTeam(t testing.TB, threads int, p Path) *Team {
	team, err := NewTeam(threads, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(team.Close)
	return team
}

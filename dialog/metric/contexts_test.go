package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Counted by hand. First context: "a a" has Dist-1 1/2 and "a b" 1, together 2
// of 4 words; second: "c c c d" 2/4 and "c" 1, together 2 of 5.
func TestIntraAndInterDist(t *testing.T) {
	contexts := [][][]string{texts("a a|a b"), texts("c c c d|c")}
	near(t, "intra-dist-1", IntraDist(1, contexts), (3./4+3./4)/2, 1e-15)
	near(t, "inter-dist-1", InterDist(1, contexts), (2./4+2./5)/2, 1e-15)
	// Pairs: aa, ab are 2 of 2; cc, cc, cd are 2 of 3; "c" alone has none and counts as 0 inside.
	near(t, "intra-dist-2", IntraDist(2, contexts), (1+(2./3+0)/2)/2, 1e-15)
	near(t, "inter-dist-2", InterDist(2, contexts), (1+2./3)/2, 1e-15)
	near(t, "empty context left out", InterDist(1, append(contexts, nil)), (2./4+2./5)/2, 1e-15)
	near(t, "empty context left out inside", IntraDist(1, append(contexts, nil)), 3./4, 1e-15)
	unknown(t, "inter-dist of nothing", InterDist(1, nil))
	unknown(t, "intra-dist of nothing", IntraDist(1, [][][]string{{}}))
}

// With one response a context the two are equal;
// identical responses divide inter-dist by their number and leave intra-dist.
func TestDistOfOneResponse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		response := drawTexts(t, "response", 1, 1)
		n, k := rapid.IntRange(1, 4).Draw(t, "n"), rapid.IntRange(1, 5).Draw(t, "k")
		var same [][]string
		for range k {
			same = append(same, response[0])
		}
		one := InterDist(n, [][][]string{response})
		if intra := IntraDist(n, [][][]string{same}); math.Abs(intra-one) > 1e-12 {
			t.Fatalf("intra-dist %v, inter-dist %v", intra, one)
		}
		if inter := InterDist(n, [][][]string{same}); math.Abs(inter-one/float64(k)) > 1e-12 {
			t.Fatalf("inter-dist of %d copies %v, of one %v", k, inter, one)
		}
	})
}

func TestDistinct(t *testing.T) {
	for _, c := range []struct {
		name     string
		contexts [][][]string
		want     float64
	}{
		{"some equal", [][][]string{texts("a b|a b|b a"), texts("a|b|c")}, (2. + 3) / 2},
		{"all equal", [][][]string{texts("a|a|a")}, 1},
		{"empty responses are equal", [][][]string{texts("||a")}, 2},
		{"joined words differ", [][][]string{{{"a", "b"}, {"a b"}}}, 2},
		{"contexts without a response", [][][]string{{}, texts("a|b")}, 2},
	} {
		near(t, c.name, Distinct(c.contexts), c.want, 0)
	}
	unknown(t, "no context", Distinct(nil))
}

// The order of the caller's responses is not touched.
func TestDistinctLeavesOrder(t *testing.T) {
	responses := texts("b|a|b")
	Distinct([][][]string{responses})
	if responses[0][0] != "b" || responses[1][0] != "a" {
		t.Errorf("the responses are now %q", responses)
	}
}

func TestLength(t *testing.T) {
	near(t, "2, 0 and 4 words", Length(texts("a b||a b c d")), 2, 0)
	unknown(t, "no response", Length(nil))
}

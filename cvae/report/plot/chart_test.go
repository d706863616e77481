package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// wellFormed reads a drawing as XML.
func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// chart draws any chart, with numbers and names as bad as can be.
func chart(t *rapid.T) Chart {
	number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-100, 100), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), 5e-324, math.MaxFloat64}))
	point := rapid.Custom(func(t *rapid.T) Point {
		return Point{number.Draw(t, "x"), number.Draw(t, "y"), rapid.String().Draw(t, "note"), rapid.Bool().Draw(t, "heavy")}
	})
	series := rapid.Custom(func(t *rapid.T) Series {
		return Series{rapid.String().Draw(t, "name"), rapid.IntRange(Grey, 20).Draw(t, "colour"),
			Mark(rapid.IntRange(int(Line), int(Bars)).Draw(t, "mark")), rapid.SliceOfN(point, 0, 8).Draw(t, "points")}
	})
	axis := rapid.Custom(func(t *rapid.T) Axis {
		return Axis{rapid.String().Draw(t, "label"), rapid.Bool().Draw(t, "log"), rapid.Bool().Draw(t, "zero"), rapid.Bool().Draw(t, "whole"), number.Draw(t, "reach")}
	})
	c := Chart{
		Title: rapid.String().Draw(t, "title"), Heading: rapid.String().Draw(t, "heading"), X: axis.Draw(t, "X"), Y: axis.Draw(t, "Y"),
		Series: rapid.SliceOfN(series, 0, 14).Draw(t, "series"), Narrow: rapid.Bool().Draw(t, "narrow"),
		Upright: Upright{number.Draw(t, "upright"), rapid.String().Draw(t, "upright label")},
	}
	if !c.X.Log && !c.Y.Log {
		c.Isometric, c.Sums = rapid.Bool().Draw(t, "isometric"), rapid.Bool().Draw(t, "sums")
	}
	return c
}

var (
	coordinate = regexp.MustCompile(`\b(?:x|y|x1|x2|y1|y2|d)="([^"]*)"`)
	letters    = regexp.MustCompile(`[MmLlhHvVaz ]+`)
)

// TestAnyChart: whatever is drawn is XML, holds no number that is none, and is
// the same when it is drawn again.
func TestAnyChart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chart(t)
		texts := []string{string(c.SVG()), c.Inline()}
		for _, text := range texts {
			if err := wellFormed(text); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			for _, found := range coordinate.FindAllStringSubmatch(text, -1) {
				for number := range strings.FieldsSeq(letters.ReplaceAllString(found[1], " ")) {
					if v, err := strconv.ParseFloat(number, 64); err != nil || math.IsNaN(v) || math.Abs(v) > 2000 {
						t.Fatalf("%s is no place in a drawing\n%s", found[0], text)
					}
				}
			}
		}
		if again := c.Inline(); again != texts[1] {
			t.Fatal("two drawings of one chart differ")
		}
	})
}

// TestNamesDoNotTouch: no name covers another one, beside series or in the
// legend, and all are inside the drawing.
func TestNamesDoNotTouch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := rapid.SampledFrom([]Mark{Line, Trail}).Draw(t, "mark")
		series := rapid.Custom(func(t *rapid.T) Series {
			v := rapid.Float64Range(0, 10)
			return Series{Name: rapid.StringMatching(`[a-z+ ]{1,40}`).Draw(t, "name"), Mark: mark,
				Points: []Point{{X: v.Draw(t, "x"), Y: v.Draw(t, "y")}, {X: v.Draw(t, "x"), Y: v.Draw(t, "y")}}}
		})
		l := Chart{Series: rapid.SliceOfN(series, 1, 12).Draw(t, "series")}.layout()
		var boxes []box
		for _, n := range l.names {
			boxes = append(boxes, n.box())
		}
		for _, e := range l.legend {
			boxes = append(boxes, box{e.x, e.y - 8, e.x + 18 + textWidth(nameText(e.series)), e.y + 8})
		}
		if len(boxes) != len(l.Series) {
			t.Fatalf("%d names for %d series", len(boxes), len(l.Series))
		}
		for i, b := range boxes {
			if b.left < 0 || b.top < 0 || b.right > l.width || b.bottom > l.height {
				t.Fatalf("a name leaves the drawing: %v", b)
			}
			for _, o := range boxes[:i] {
				// Names in a column touch by a hair: boxes have air above and below.
				if b.top++; b.meets(o) {
					t.Fatalf("names meet: %v %v", b, o)
				}
				b.top--
			}
		}
	})
}

func TestFewAreNamedWhereTheyStand(t *testing.T) {
	few := make([]Series, fewSeries)
	for i := range few {
		few[i] = Series{Name: strconv.Itoa(i), Points: []Point{{X: 0, Y: float64(i)}, {X: 1, Y: float64(i)}}}
	}
	if l := (Chart{Series: few}).layout(); len(l.names) != fewSeries || l.legend != nil {
		t.Errorf("%d names and %d in a legend of %d lines", len(l.names), len(l.legend), fewSeries)
	}
	many := append(few, Series{Name: "one more", Points: []Point{{}}})
	if l := (Chart{Series: many}).layout(); l.names != nil || len(l.legend) != len(many) {
		t.Errorf("%d names and %d in a legend of %d lines", len(l.names), len(l.legend), len(many))
	}
}

func TestSafe(t *testing.T) {
	for text, want := range map[string]string{
		"a\x00b\x1b[2J": "a�b�[2J", "\u202eabc": "�abc", "\xff": "�", "שלום, 世界": "שלום, 世界", "\uffff\ufdd0": "��", "a\nb": "a�b",
	} {
		if got := Safe(text); got != want {
			t.Errorf("Safe(%q) = %q, want %q", text, got, want)
		}
	}
}

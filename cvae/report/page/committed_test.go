package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/cvae-go/cvae/cvae/experiment"
)

// TestCommittedRates draws every rate and every contour, as drawings that parse.
func TestCommittedRates(t *testing.T) {
	c, err := experiment.MeasureCommittedRates()
	if err != nil {
		t.Fatal(err)
	}
	charts := CommittedRates(c)
	if len(charts) != 5 {
		t.Errorf("%d drawings", len(charts))
	}
	for name, chart := range charts {
		for _, s := range chart.Series {
			if len(s.Points) < 11 {
				t.Errorf("%s: %d points of %q", name, len(s.Points), s.Name)
			}
		}
		d := xml.NewDecoder(bytes.NewReader(chart.SVG()))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}

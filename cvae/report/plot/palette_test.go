package plot

import (
	"math"
	"strconv"
	"testing"
)

// linear is the light of a colour as #rrggbb, by the transfer function of sRGB
// (IEC 61966-2-1).
func linear(t *testing.T, colour string) (rgb [3]float64) {
	t.Helper()
	for i := range rgb {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if s := float64(v) / 255; s <= 0.04045 {
			rgb[i] = s / 12.92
		} else {
			rgb[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return rgb
}

func luminance(c [3]float64) float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is that of WCAG 2.2.
func contrast(a, b [3]float64) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// The least contrasts are those of WCAG 2.2 AA: 3 for drawings, 4.5 for text.
func TestContrast(t *testing.T) {
	for name, of := range map[string]func(Tone) string{
		"light": func(t Tone) string { return t.Light }, "dark": func(t Tone) string { return t.Dark },
	} {
		ground := linear(t, of(paper))
		for i, tone := range Palette() {
			if c := contrast(linear(t, of(tone)), ground); c < 3 {
				t.Errorf("%s: colour %d has contrast %.2f", name, i, c)
			}
		}
		for _, tone := range []Tone{ink, faint} {
			if c := contrast(linear(t, of(tone)), ground); c < 4.5 {
				t.Errorf("%s: text %s has contrast %.2f", name, of(tone), c)
			}
		}
	}
}

// deficiencies turn linear light into what is seen without one kind of cone.
// The matrices are those of Machado et al. 2009, severity 1.
var deficiencies = map[string][3][3]float64{
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func seen(m [3][3]float64, c [3]float64) (out [3]float64) {
	for i := range out {
		for j := range c {
			out[i] += m[i][j] * c[j]
		}
	}
	return out
}

// lab is CIE 1976 L*a*b* under D65.
func lab(c [3]float64) [3]float64 {
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return (24389.0/27*v + 16) / 116
	}
	x := f((0.4124*c[0] + 0.3576*c[1] + 0.1805*c[2]) / 0.9505)
	y := f(luminance(c))
	z := f((0.0193*c[0] + 0.1192*c[1] + 0.9505*c[2]) / 1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// Colours of the first four series, which most reports have, differ by 20 in
// CIE76 for everybody, and all by 8, where about 2 can just be seen.
func TestDeficientVision(t *testing.T) {
	for name, matrix := range deficiencies {
		for mode, of := range map[string]func(Tone) string{
			"light": func(t Tone) string { return t.Light }, "dark": func(t Tone) string { return t.Dark },
		} {
			var colours [][3]float64
			for i, tone := range Palette() {
				c := lab(seen(matrix, linear(t, of(tone))))
				for j, o := range colours {
					least := 8.0
					if i < 4 {
						least = 20
					}
					if d := math.Hypot(math.Hypot(c[0]-o[0], c[1]-o[1]), c[2]-o[2]); d < least {
						t.Errorf("%s, %s: colours %d and %d differ by %.1f", name, mode, j, i, d)
					}
				}
				colours = append(colours, c)
			}
		}
	}
}

package page

import (
	"bytes"
	"context"
	"errors"
	"html"
	"image"
	_ "image/png" // decodes what the browser draws
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// browser is a headless Chromium with a profile of its own.
type browser struct {
	t       *testing.T
	program string
	folder  string
}

// findBrowser skips the test where there is no Chromium.
func findBrowser(t *testing.T) browser {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if program, err := exec.LookPath(name); err == nil {
			return browser{t, program, t.TempDir()}
		}
	}
	t.Skip("neither chromium nor google-chrome is installed")
	return browser{}
}

// run opens a page with some switches and returns the standard output.
func (b browser) run(page string, switches ...string) []byte {
	b.t.Helper()
	file := filepath.Join(b.folder, "page.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.t.Context(), 2*time.Minute)
	defer cancel()
	arguments := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
		"--user-data-dir=" + filepath.Join(b.folder, "profile")}, switches...)
	c := exec.CommandContext(ctx, b.program, append(arguments, "file://"+filepath.ToSlash(file))...)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		b.t.Fatalf("chromium: %v\n%s", err, complaints.String())
	}
	return out
}

// screenshot returns the drawn page. It stays in the folder that
// CVAE_SCREENSHOTS names, for those who want to look.
func (b browser) screenshot(name, page string, switches ...string) image.Image {
	b.t.Helper()
	file := filepath.Join(b.folder, name+".png")
	if folder := os.Getenv("CVAE_SCREENSHOTS"); folder != "" {
		file = filepath.Join(folder, name+".png")
	}
	b.run(page, append(switches, "--screenshot="+file)...)
	text, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	drawn, _, err := image.Decode(bytes.NewReader(text))
	if err != nil {
		b.t.Fatalf("%s: %v", file, err)
	}
	return drawn
}

// lightness is the mean of every sixth pixel, from 0 to 1, and the share of them
// that differ from the first one.
func lightness(m image.Image) (mean, drawn float64) {
	bounds := m.Bounds()
	first := m.At(bounds.Min.X, bounds.Min.Y)
	n := 0.0
	for y := bounds.Min.Y; y < bounds.Max.Y; y += 3 {
		for x := bounds.Min.X; x < bounds.Max.X; x += 2 {
			n++
			r, g, b, _ := m.At(x, y).RGBA()
			mean += float64(r+g+b) / (3 * 0xffff)
			if m.At(x, y) != first {
				drawn++
			}
		}
	}
	return mean / n, drawn / n
}

func TestScreenshots(t *testing.T) {
	b := findBrowser(t)
	page := rendered(t, threeRuns())
	light, drawn := lightness(b.screenshot("light", page, "--window-size=1280,6000"))
	if drawn < 0.02 {
		t.Errorf("%.3f of the light page differs from its paper", drawn)
	}
	dark, drawn := lightness(b.screenshot("dark", page, "--window-size=1280,6000", "--force-dark-mode"))
	if drawn < 0.02 {
		t.Errorf("%.3f of the dark page differs from its paper", drawn)
	}
	if light < 0.7 || dark > 0.3 {
		t.Errorf("lightness %.2f in light and %.2f in dark", light, dark)
	}
}

// framed shows a page in a frame as wide as a phone, for the windows of
// Chromium are wider, and writes into the title how wide the page is and how many plots
// do not fit.
func framed(page string) string {
	page = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`).ReplaceAllString(page, "")
	return `<!doctype html><meta charset="utf-8"/><style>body{margin:0}</style><iframe width="400" height="9000" style="border:0" srcdoc="` + html.EscapeString(page) + `"></iframe>
<script>onload=()=>{const d=frames[0].document;document.title="width "+d.documentElement.scrollWidth+" of "+frames[0].innerWidth+
", wide plots: "+[...d.querySelectorAll("figure")].filter(f=>f.scrollWidth>f.clientWidth).length}</script>`
}

func TestPhone(t *testing.T) {
	b := findBrowser(t)
	page := framed(rendered(t, oddRuns()))
	if _, drawn := lightness(b.screenshot("phone", page, "--window-size=500,9000")); drawn < 0.02 {
		t.Errorf("%.3f of the page differs from its paper", drawn)
	}
	dom := string(b.run(page, "--dump-dom"))
	if !strings.Contains(dom, "<title>width 400 of 400, wide plots: 0</title>") {
		t.Errorf("the page or a plot is wider than the phone: %s", regexp.MustCompile(`<title>[^<]*</title>`).FindString(dom))
	}
}

// Printing opens what is folded, so the pages are as many as of a page that is
// unfolded already.
func TestPrint(t *testing.T) {
	b := findBrowser(t)
	r := threeRuns()
	for i := range r.Models {
		r.Models[i].Card = strings.Repeat("A line of the model card.\n", 150)
	}
	page := rendered(t, r)
	folded, open := b.pages(page), b.pages(strings.ReplaceAll(page, "<details>", "<details open>"))
	if folded != open || folded < 8 { // 450 lines of cards alone fill more
		t.Errorf("%d pages folded, %d unfolded", folded, open)
	}
}

// pages prints a page and counts the sheets.
func (b browser) pages(page string) int {
	b.t.Helper()
	file := filepath.Join(b.folder, "page.pdf")
	if folder := os.Getenv("CVAE_SCREENSHOTS"); folder != "" {
		file = filepath.Join(folder, "page.pdf")
	}
	b.run(page, "--no-pdf-header-footer", "--print-to-pdf="+file)
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		b.t.Fatal("chromium wrote no PDF")
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(text, -1))
}

package explore_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve"
	"github.com/cvae-go/cvae/cvae/serve/explore"
	"github.com/cvae-go/cvae/dialog"
)

const dinner = "Shall we have dinner together tonight?"

// site is the page of the built-in model.
type site struct {
	url   string
	run   *run.Run
	space *explore.Space
}

func open(t *testing.T) site {
	t.Helper()
	r, err := run.OpenBuiltin(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	c, err := r.OpenCorpus(run.Source{Corpus: "builtin"})
	if err != nil {
		t.Fatal(err)
	}
	space, err := explore.NewSpace(t.Context(), r, c, dialog.Valid, 1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := serve.New([]*run.Run{r}, serve.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	responder, err := s.Responder("")
	if err != nil {
		t.Fatal(err)
	}
	h, err := explore.NewHandler(t.Context(), space, responder, r.Sampling(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for pattern, handle := range h.Routes() {
		s.Handle(pattern, handle)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		web.Close()
		s.Close()
	})
	return site{web.URL, r, space}
}

// A browser is a headless Chromium that is driven over its pipe.
type browser struct {
	t       *testing.T
	to      io.Writer
	from    io.Reader
	rest    []byte
	id      int
	session string // of the page
}

// newBrowser opens a page in a window of so many pixels; where there is no Chromium the
// test is skipped.
func newBrowser(t *testing.T, url string, width, height int, dark bool) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("neither chromium nor google-chrome is installed")
	}
	in, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	c := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe",
		"--user-data-dir="+filepath.Join(t.TempDir(), "profile"), "about:blank")
	c.ExtraFiles = []*os.File{in, out} // 3 and 4
	c.WaitDelay = time.Second
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = in.Close(), out.Close()
	b := &browser{t: t, to: to, from: from}
	t.Cleanup(func() {
		_, _ = to.Write([]byte(`{"id":0,"method":"Browser.close"}` + "\x00")) // or it is killed
		time.Sleep(200 * time.Millisecond)
		cancel()
		_ = c.Wait() // it was told to go
		_, _ = to.Close(), from.Close()
	})
	b.attach(url, width, height, dark)
	return b
}

// attach opens the page and waits until it is ready.
func (b *browser) attach(url string, width, height int, dark bool) {
	b.t.Helper()
	target := b.call("Target.createTarget", map[string]any{"url": "about:blank"})["targetId"]
	b.session = b.call("Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}})
	b.call("Page.navigate", map[string]any{"url": url})
	b.wait(`document.body && document.body.dataset.ready === "yes"`)
}

// eval is the value of an expression on the page.
func (b *browser) eval(expression string) any {
	b.t.Helper()
	r := b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true})
	if fault := r["exceptionDetails"]; fault != nil {
		b.t.Fatalf("%s: %v", expression, fault)
	}
	return r["result"].(map[string]any)["value"]
}

// wait waits until an expression is true.
func (b *browser) wait(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); b.eval(expression) != true; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("%s does not come true; the error is %q", expression, b.eval(`document.getElementById("error").textContent`))
		}
	}
}

// text is that of an element.
func (b *browser) text(id string) string {
	b.t.Helper()
	return b.eval(fmt.Sprintf(`document.getElementById(%q).textContent`, id)).(string)
}

// moved does something that makes the page stand at another place, and waits for it.
func (b *browser) moved(do func()) {
	b.t.Helper()
	before := b.eval(`document.getElementById("text").dataset.places`)
	do()
	b.wait(fmt.Sprintf(`document.getElementById("text").dataset.places !== %q`, before))
}

// at is the pixel of a place of the map, from 0 to 1 to the right and down.
func (b *browser) at(x, y float64) (px, py float64) {
	b.t.Helper()
	box := b.eval(`(() => { const m = document.getElementById("map"); m.scrollIntoView({block: "center"}); const r = m.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`).([]any)
	return box[0].(float64) + x*box[2].(float64), box[1].(float64) + y*box[3].(float64)
}

func (b *browser) mouse(kind string, x, y float64) {
	b.t.Helper()
	b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1})
}

func (b *browser) click(x, y float64) {
	b.t.Helper()
	b.mouse("mousePressed", x, y)
	b.mouse("mouseReleased", x, y)
}

func (b *browser) key(name string) {
	b.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		b.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": name})
	}
}

// z is where the page stands.
func (b *browser) z() []float32 {
	b.t.Helper()
	var z []float32
	if err := json.Unmarshal([]byte(b.eval(`document.getElementById("text").dataset.z`).(string)), &z); err != nil {
		b.t.Fatal(err)
	}
	return z
}

// call asks Chromium for something and returns the result.
func (b *browser) call(method string, parameters map[string]any) map[string]any {
	b.t.Helper()
	b.id++
	message := map[string]any{"id": b.id, "method": method, "params": parameters}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		var answer struct {
			ID     int
			Result map[string]any
			Error  map[string]any
		}
		if err := json.Unmarshal(b.message(), &answer); err != nil {
			b.t.Fatal(err)
		}
		if answer.ID == b.id {
			if answer.Error != nil {
				b.t.Fatalf("%s: %v", method, answer.Error)
			}
			return answer.Result
		}
	}
}

// message is the next that Chromium sends.
func (b *browser) message() []byte {
	b.t.Helper()
	for {
		if at := bytes.IndexByte(b.rest, 0); at >= 0 {
			text := b.rest[:at]
			b.rest = b.rest[at+1:]
			return text
		}
		buffer := make([]byte, 64<<10)
		n, err := b.from.Read(buffer)
		if err != nil {
			b.t.Fatalf("chromium has gone: %v", err)
		}
		b.rest = append(b.rest, buffer[:n]...)
	}
}

// check compares what the page shows at its place with the library: the text and ln p of
// that z, and the nearest by brute force over the posteriors.
func (s site) check(b *browser) {
	b.t.Helper()
	z := b.z()
	q := dialog.Request{Context: []string{dinner}, Sampling: s.run.Sampling(), Z: []dialog.Block{{z}}}
	want, err := s.run.Respond(context.Background(), q, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if got := b.text("text"); got != want.Responses[0].Shown() {
		b.t.Errorf("the page says %q, and the library %q", got, want.Responses[0].Text)
	}
	if got, want := b.text("logprob"), fmt.Sprintf("%.2f", want.Responses[0].LogProb); got != want {
		b.t.Errorf("ln p on the page %s, of the library %s", got, want)
	}
	shown := b.eval(`[...document.querySelectorAll("#nearest li")].map((li) => li.firstChild.textContent.trim())`).([]any)
	for i, text := range s.brute(b.t, z) {
		if len(shown) != 5 || shown[i] != text {
			b.t.Errorf("the neighbours on the page are %q; number %d is %q", shown, i+1, text)
		}
	}
}

// brute finds the five nearest responses of the split by encoding each by itself.
func (s site) brute(t *testing.T, z []float32) []string {
	t.Helper()
	type near struct {
		text     string
		distance float64
	}
	var all []near
	for i, real := range s.space.Real {
		mean := s.space.Mean(i)
		sum := 0.0
		for d := range z {
			sum += math.Pow(float64(z[d])-mean[d], 2)
		}
		all = append(all, near{real.Text, sum})
	}
	var texts []string
	for range 5 {
		best := 0
		for i := range all {
			if all[i].distance < all[best].distance {
				best = i
			}
		}
		texts = append(texts, all[best].text)
		all[best].distance = math.Inf(1)
	}
	return texts
}

// TestClick: clicks, a drag, keys, sliders and a label move the place, and the page says
// what the library says there. The 95th percentile of a click is below 100 ms.
func TestClick(t *testing.T) {
	s := open(t)
	b := newBrowser(t, s.url, 1200, 1400, false)
	s.check(b)
	var took []time.Duration
	for i := range 40 {
		x, y := b.at(0.1+0.8*float64(i*7%40)/40, 0.1+0.8*float64(i*13%40)/40)
		began := time.Now()
		b.moved(func() { b.click(x, y) })
		took = append(took, time.Since(began))
		if i%10 == 0 {
			s.check(b)
		}
	}
	slices.Sort(took)
	t.Logf("a click: median %s, 95th percentile %s", took[20], took[37])
	if took[37] > 100*time.Millisecond && os.Getenv("CVAE_TIMES") != "" { // this machine may have other work
		t.Errorf("95 %% of clicks take %s", took[37])
	}
	// What the candidate has outside of the plane stays.
	b.moved(func() { b.key("1") })
	// The cross leaves the number of the answer that it stands on to be read.
	if over := b.eval(`(() => { const number = document.querySelector(".mark.chosen text").getBoundingClientRect();
		return [...document.querySelectorAll("#cursor line")].some((l) => { const r = l.getBoundingClientRect();
			return r.left < number.right && r.right > number.left && r.top < number.bottom && r.bottom > number.top; }); })()`); over != false {
		t.Error("the cross hides the number of its answer")
	}
	base := b.z()
	x, y := b.at(0.97, 0.97)
	b.moved(func() { b.click(x, y) })
	if n := b.eval(`document.querySelectorAll(".mark.chosen, #candidates [aria-pressed=true]").length`); n != 0.0 {
		t.Errorf("%v answers look chosen after a click elsewhere", n)
	}
	z, back := b.z(), s.space.On(b.z(), s.space.Plane.Project(base))
	for d := range z {
		if math.Abs(float64(back[d]-base[d])) > 1e-4 {
			t.Errorf("dimension %d moved outside of the plane: %g, candidate %g", d, back[d], base[d])
		}
	}
	b.moved(func() { b.key("ArrowLeft") })
	s.check(b)
	b.moved(func() { b.key("3") })
	if got, want := b.text("text"), b.eval(`document.querySelectorAll("#candidates button span")[2].textContent`); got != want {
		t.Errorf("the key 3 stands on %q, candidate 3 is %q", got, want)
	}
	b.moved(func() {
		x0, y0 := b.at(0.2, 0.2)
		x1, y1 := b.at(0.8, 0.6)
		b.mouse("mousePressed", x0, y0)
		b.mouse("mouseMoved", x1, y1)
		b.mouse("mouseReleased", x1, y1)
	})
	if n := b.eval(`document.querySelectorAll("#walk li").length`); n != 7.0 {
		t.Errorf("%v answers along the way, want 7", n)
	}
	for _, slider := range []string{`document.querySelector("#sliders input")`, `document.getElementById("along")`} {
		b.moved(func() { b.eval(slider + `.value = 1; ` + slider + `.dispatchEvent(new Event("input"))`) })
		s.check(b)
	}
	if colours := b.eval(`new Set([...document.querySelectorAll("#points circle")].map((c) => c.getAttribute("class"))).size`); colours.(float64) < 3 {
		t.Errorf("%v colours for the labels of the corpus", colours)
	}
}

// TestRealTexts: real answers and what they answer are shown as they stand in the corpus.
func TestRealTexts(t *testing.T) {
	s := open(t)
	c, err := s.run.OpenCorpus(run.Source{Corpus: "builtin"})
	if err != nil {
		t.Fatal(err)
	}
	turns := map[string]bool{}
	for d, err := range c.Dialogues(dialog.Valid) {
		if err != nil {
			t.Fatal(err)
		}
		for _, turn := range d.Turns {
			turns[turn.Text] = true
		}
	}
	for _, real := range s.space.Real {
		for _, text := range append(strings.Split(real.Context, " / "), real.Text) {
			if !turns[text] {
				t.Fatalf("%q is no turn of the corpus", text)
			}
		}
	}
	if unknown, all, err := s.space.Unknown([]string{"日本語", "hello"}); err != nil || unknown == 0 || unknown >= all {
		t.Errorf("%d of %d tokens are unknown, %v", unknown, all, err)
	}
}

// TestHole: far from every real response there is a hole, and the page says so.
func TestHole(t *testing.T) {
	s := open(t)
	far := s.space.On(make([]float32, s.space.Dim), [2]float64{100, 100})
	if d := s.space.Density(far); !d.Hole {
		t.Errorf("far away: %+v", d)
	}
}

// TestFits looks at the page in narrow and wide windows, light and dark: nothing is wider
// than the window, and the pictures differ. CVAE_SCREENSHOTS names a folder for them.
func TestFits(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		width int
		dark  bool
	}{{1200, false}, {360, false}, {1200, true}} {
		b := newBrowser(t, s.url, c.width, 1400, c.dark)
		if w := b.eval(`document.documentElement.scrollWidth`).(float64); w > float64(c.width) {
			t.Errorf("the page is %v pixels wide in a window of %d", w, c.width)
		}
		// Axes are named in letters that can be read.
		if px := b.eval(`Math.min(...[...document.querySelectorAll(".axis-text")].map((t) => t.getBoundingClientRect().height))`).(float64); px < 12 {
			t.Errorf("in %d pixels the names of axes are %g pixels high", c.width, px)
		}
		background := b.eval(`getComputedStyle(document.body).backgroundColor`).(string)
		if isDark := background != "rgb(255, 255, 255)"; isDark != c.dark {
			t.Errorf("dark %v: the background is %s", c.dark, background)
		}
		if folder := os.Getenv("CVAE_SCREENSHOTS"); folder != "" {
			data := b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true})["data"].(string)
			picture, err := base64.StdEncoding.DecodeString(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("explore-%d-%v.png", c.width, c.dark)), picture, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestInSight: the answer is seen where one clicks and where one moves a slider, and those
// along a way when one has dragged.
func TestInSight(t *testing.T) {
	s := open(t)
	for _, c := range []struct{ width, height int }{{1400, 900}, {800, 900}, {360, 740}} {
		b := newBrowser(t, s.url, c.width, c.height, false)
		seen := func(what, id string) {
			t.Helper()
			r := b.eval(fmt.Sprintf(`(() => { const r = document.getElementById(%q).getBoundingClientRect(); return [r.top, r.bottom]; })()`, id)).([]any)
			if top, bottom := r[0].(float64), r[1].(float64); top < -1 || bottom > float64(c.height)+1 { // they are no whole pixels
				t.Errorf("%d×%d: %s, %s lies from %g to %g", c.width, c.height, what, id, top, bottom)
			}
		}
		b.eval(`document.getElementById("map").scrollIntoView({block: "end"})`)
		seen("at the map", "map")
		seen("at the map", "text")
		b.eval(`document.querySelector("#sliders label:last-child").scrollIntoView({block: "center"})`)
		seen("at the sliders", "sliders")
		seen("at the sliders", "text")
		b.moved(func() {
			x0, y0 := b.at(0.2, 0.2)
			x1, y1 := b.at(0.8, 0.6)
			b.mouse("mousePressed", x0, y0)
			b.mouse("mouseMoved", x1, y1)
			b.mouse("mouseReleased", x1, y1)
		})
		b.wait(`!document.getElementById("walk-part").hidden`)
		seen("after a drag", "walk")
		seen("after a drag", "text")
		if over := b.eval(`document.getElementById("walk").getBoundingClientRect().top < document.getElementById("text").getBoundingClientRect().bottom`); over != false {
			t.Errorf("%d×%d: the answers along the way begin behind the place", c.width, c.height)
		}
	}
}

// TestContexts: what is said of a context is about that context alone, and how much of it the model reads.
func TestContexts(t *testing.T) {
	s := open(t)
	b := newBrowser(t, s.url, 1200, 1400, false)
	for _, c := range []struct{ context, warning, fault string }{
		{"Wibble frobnicate hello", "does not know", ""},
		{"", "", "The context holds no word;"},
		{strings.Repeat("hello ", 300), fmt.Sprintf("The model reads the first %d of these 300 words and signs.", s.run.Config.Model.Window().Tokens-1), ""},
		{dinner, "", ""},
	} {
		b.eval(fmt.Sprintf(`(() => { document.getElementById("context").maxLength = 1e6; document.getElementById("context").value = %q; document.querySelector("#ask button").click(); })()`, c.context))
		shown := func(id, want string) string {
			return fmt.Sprintf(`(() => { const e = document.getElementById(%q); return %q ? !e.hidden && e.textContent.includes(%q) : e.hidden; })()`, id, want, want)
		}
		b.wait(shown("unknown", c.warning) + " && " + shown("error", c.fault))
	}
	if text := b.eval(`document.body.textContent`).(string); strings.Contains(text, "bad request") {
		t.Error("the page tells of a bad request")
	}
}

// TestPolicy: the page loads nothing from elsewhere and runs no script of its own text.
func TestPolicy(t *testing.T) {
	s := open(t)
	for _, path := range []string{"/", "/explore/page.js", "/explore/page.css"} {
		resp, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		policy := resp.Header.Get("Content-Security-Policy")
		if err != nil || resp.StatusCode != 200 || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s, %v, policy %q", path, resp.Status, err, policy)
		}
		bare := strings.ReplaceAll(string(text), "http://www.w3.org/2000/svg", "") // a name and no address
		if strings.Contains(bare, "http:") || strings.Contains(bare, "https:") || strings.Contains(bare, " style=") || strings.Contains(bare, " onclick") || strings.Contains(bare, "<script>") {
			t.Errorf("%s has an address, a style or a script in it", path)
		}
	}
	for _, body := range []string{`{`, `{"z":[]}`, `{"z":[[1,2]]}`, `{"z":["a"]}`, `{"z":[[1e300]]}`, `{"at":3}`, `{"zz":1}`, `{"context":[],"z":[[` + strings.Repeat("0,", 15) + `0]]}`} {
		resp, err := http.Post(s.url+"/explore/decode", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != 400 || strings.Contains(string(text), "Go ") || strings.Contains(string(text), "json: ") || strings.Contains(string(text), "bad request") {
			t.Errorf("%s: %s %s, %v", body, resp.Status, text, err)
		}
	}
}

package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/serve"
	"github.com/cvae-go/cvae/cvae/serve/openai"
)

// get asks for a path with headers.
func get(t testing.TB, method, url, body string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, text
}

// TestStatuses: every refusal has its status and the shape of OpenAI's errors.
func TestStatuses(t *testing.T) {
	open := served(t, serve.DefaultOptions(), builtin(t))
	o := serve.DefaultOptions()
	o.Token = "s3cret"
	closed := served(t, o, builtin(t))
	large := `{"messages":[{"role":"user","content":"` + strings.Repeat("a", 1<<20) + `"}]}`
	for _, c := range []struct {
		method, url, body string
		headers           []string
		want              int
	}{
		{"GET", open + "/v1/models", "", nil, 200},
		{"GET", open + "/v1/models/builtin", "", nil, 200},
		{"GET", open + "/v1/models/gpt", "", nil, 404},
		{"GET", open + "/v1/nothing", "", nil, 404},
		{"GET", open + "/v1/chat/completions", "", nil, 405},
		{"POST", open + "/v1/models", "", nil, 405},
		{"GET", open + "/health", "", nil, 200},
		{"POST", open + "/v1/chat/completions", large, nil, 413},
		{"POST", open + "/v1/chat/completions", chatting(`,"model":"gpt"`), nil, 404},
		{"POST", open + "/v1/chat/completions", `{"messages":[{"role":"system","content":"be kind"}]}`, nil, 400},
		{"POST", open + "/v1/chat/completions", chatting(`,"cvae":{"labels":{"topic":"a"}}`), nil, 400},
		{"POST", open + "/v1/chat/completions", chatting(""), []string{"Host", "evil.example"}, 403},
		{"POST", open + "/v1/chat/completions", chatting(""), []string{"Origin", "https://evil.example"}, 403},
		{"POST", open + "/v1/chat/completions", chatting(""), []string{"Host", "localhost:1"}, 200},
		{"GET", open + "/v1/models", "", []string{"Origin", "https://evil.example"}, 403},
		{"GET", open + "/v1/models", "", []string{"Origin", "null"}, 403},
		{"GET", open + "/metrics", "", []string{"Origin", "https://evil.example"}, 403},
		{"GET", open + "/health", "", []string{"Origin", "https://evil.example"}, 403},
		{"GET", open + "/health", "", []string{"Host", "evil.example"}, 403},
		{"GET", open + "/v1/models", "", []string{"Origin", open}, 200},
		{"GET", closed + "/v1/models", "", nil, 401},
		{"GET", closed + "/v1/models", "", []string{"Authorization", "Bearer s3cre"}, 401},
		{"GET", closed + "/v1/models", "", []string{"Authorization", "Basic s3cret"}, 401},
		{"GET", closed + "/metrics", "", nil, 401},
		{"GET", closed + "/health", "", nil, 200},
		{"GET", closed + "/v1/models", "", []string{"Authorization", "Bearer s3cret", "Host", "far.example"}, 200},
	} {
		resp, text := get(t, c.method, c.url, c.body, c.headers...)
		var e struct{ Error *openai.Error }
		if err := json.Unmarshal(text, &e); err != nil || resp.StatusCode != c.want || (e.Error == nil) != (c.want == 200) {
			t.Errorf("%s %s %.80s %v: %s %s", c.method, c.url, c.body, c.headers, resp.Status, text)
		}
	}
}

// TestMetrics counts what was asked.
func TestMetrics(t *testing.T) {
	url := served(t, serve.DefaultOptions(), builtin(t))
	var got openai.ChatReply
	asked(t, url+"/v1/chat/completions", chatting(`,"n":3`), &got)
	_, text := get(t, "GET", url+"/metrics", "")
	for _, want := range []string{`cvae_requests_total{path="/v1/chat/completions",status="200"} 1`, `cvae_responses_total{model="builtin"} 3`,
		fmt.Sprintf(`cvae_tokens_total{model="builtin",side="completion"} %d`, got.Usage.Completion), `cvae_requests_waiting{model="builtin"} 0`, `cvae_pass_responses_sum{model="builtin"} 3`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

// TestQueueIsFull: more than may wait are told when to come again, and all others are
// answered.
func TestQueueIsFull(t *testing.T) {
	o := serve.DefaultOptions()
	o.Waiting, o.Rows = 2, 1
	url := served(t, o, builtin(t)) + "/v1/chat/completions"
	var mu sync.Mutex
	statuses := map[int]int{}
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			resp, _ := post(t, url, chatting(`,"n":128,"temperature":1`))
			mu.Lock()
			defer mu.Unlock()
			statuses[resp.StatusCode]++
			if resp.StatusCode == 429 && resp.Header.Get("Retry-After") < "1" {
				t.Errorf("Retry-After is %q", resp.Header.Get("Retry-After"))
			}
		})
	}
	all.Wait()
	if statuses[200]+statuses[429] != 40 || statuses[200] == 0 || statuses[429] == 0 {
		t.Errorf("statuses %v", statuses)
	}
}

// TestTimeout: an answer that takes too long is an error, before a stream and in it.
func TestTimeout(t *testing.T) {
	o := serve.DefaultOptions()
	o.Timeout = time.Nanosecond
	url := served(t, o, builtin(t)) + "/v1/chat/completions"
	for _, more := range []string{"", `,"stream":true`} {
		if status, e := refused(t, url, chatting(more)); status != 504 || *e.Code != "timeout" {
			t.Errorf("%d, %+v", status, e)
		}
	}
}

// serving runs Serve, with more paths, until stop is called, which returns its error.
func serving(t *testing.T, o serve.Options, more ...route) (address string, stop func() error) {
	t.Helper()
	s, err := serve.New(runs(builtin(t)), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range more {
		s.Handle(r.pattern, r.handle)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	stop = sync.OnceValue(func() error {
		cancel()
		err := <-ended
		s.Close()
		return err
	})
	t.Cleanup(func() { _ = stop() })
	return l.Addr().String(), stop
}

// A route is a path of a server and its handler.
type route struct {
	pattern string
	handle  http.HandlerFunc
}

func runs[T any](list ...T) []T { return list }

// dial sends bytes and returns the connection.
func dial(t *testing.T, address, text string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	return c.(*net.TCPConn)
}

func raw(body string) string {
	return fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// TestHostileConnections: bodies that never end, connections that close by half and
// clients that leave in the middle cost nobody else anything, and nothing stays.
func TestHostileConnections(t *testing.T) {
	o := serve.DefaultOptions()
	o.Receive = 300 * time.Millisecond
	address, stop := serving(t, o)
	before := runtime.NumGoroutine()
	for range 5 {
		slow := dial(t, address, "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
		if text, err := io.ReadAll(slow); err != nil || !strings.Contains(string(text), "408 Request Timeout") && len(text) > 0 {
			t.Errorf("a body that never ends: %q, %v", text, err)
		}
		header := dial(t, address, "POST /v1/chat/completions HTTP/1.1\r\nHost: loc")
		if _, err := io.ReadAll(header); err != nil {
			t.Errorf("a header that never ends: %v", err)
		}
		for _, more := range []string{`,"n":4`, `,"n":64,"stream":true`} {
			half := dial(t, address, raw(chatting(more)))
			_ = half.CloseWrite()
			text, err := io.ReadAll(half)
			if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 200 OK") || strings.Contains(more, "stream") && !strings.Contains(string(text), "[DONE]") {
				t.Errorf("a connection closed by half, %s: %.200q, %v", more, text, err)
			}
		}
		gone := dial(t, address, raw(chatting(`,"n":128,"stream":true`)))
		if _, err := bufio.NewReader(gone).ReadString('\n'); err != nil {
			t.Errorf("a client before it leaves: %v", err)
		}
		_ = gone.SetLinger(0)
		_ = gone.Close()
		var got openai.ChatReply
		asked(t, "http://"+address+"/v1/chat/completions", chatting(`,"n":2`), &got)
	}
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before+2; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, before %d", runtime.NumGoroutine(), before)
		}
	}
	if err := stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
}

// TestLeaving: the context of a request ends when its client has left, whichever way, and
// not when the client has closed its side and waits.
func TestLeaving(t *testing.T) {
	ended, let := make(chan bool, 1), make(chan bool)
	address, _ := serving(t, serve.DefaultOptions(), route{"POST /wait", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body) // net/http looks for the end of the connection behind it
		select {
		case <-r.Context().Done():
			ended <- true
		case <-let:
			_, _ = io.WriteString(w, "here")
		}
	}})
	ask := func() *net.TCPConn {
		return dial(t, address, "POST /wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
	}
	for name, leave := range map[string]func(*net.TCPConn){
		"reset":  func(c *net.TCPConn) { _ = c.SetLinger(0); _ = c.Close() },
		"closed": func(c *net.TCPConn) { _ = c.Close() },
	} {
		c := ask()
		time.Sleep(50 * time.Millisecond)
		leave(c)
		select {
		case <-ended:
		case <-time.After(15 * time.Second):
			t.Errorf("%s: the request goes on", name)
			let <- true
		}
	}
	half := ask()
	_ = half.CloseWrite()
	select {
	case <-ended:
		t.Fatal("a client that waits is taken for one that has left")
	case <-time.After(1200 * time.Millisecond): // two interim responses
		let <- true
	}
	r := bufio.NewReader(half)
	resp, err := http.ReadResponse(r, nil)
	for err == nil && resp.StatusCode == http.StatusProcessing {
		resp, err = http.ReadResponse(r, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 || string(text) != "here" {
		t.Errorf("a client that waits gets %s %q, %v", resp.Status, text, err)
	}
}

// TestDeclared: a request that says itself that it is too large is refused before it is
// sent.
func TestDeclared(t *testing.T) {
	address, _ := serving(t, serve.DefaultOptions())
	for _, header := range []string{"Content-Length: 99999999999\r\nExpect: 100-continue", "Content-Length: 2000000"} {
		c := dial(t, address, "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"+header+"\r\n\r\n")
		if resp, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || resp.StatusCode != 413 {
			t.Errorf("%s: %v, %v", header, resp, err)
		}
	}
}

// TestRefusedEarly: who is refused before the request has ended is told so at once, though
// no more of it comes.
func TestRefusedEarly(t *testing.T) {
	o := serve.DefaultOptions()
	closed := o
	closed.Token = "s3cret"
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 1<<16, strings.Repeat("a", 1<<16))
	for _, c := range []struct {
		path    string
		options serve.Options
		chunks  int
		want    int
	}{{"chat/completions", o, 18, 413}, {"embeddings", o, 17, 413}, {"chat/completion", o, 1, 404}, {"models", o, 1, 405}, {"chat/completions", closed, 1, 401}} {
		address, _ := serving(t, c.options)
		conn := dial(t, address, "POST /v1/"+c.path+" HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"+strings.Repeat(chunk, c.chunks))
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != c.want {
			t.Errorf("%s after %d chunks: %v, %v; want %d", c.path, c.chunks, resp, err, c.want)
		}
	}
}

// TestHostileJSON is refused, and the server goes on.
func TestHostileJSON(t *testing.T) {
	url := served(t, serve.DefaultOptions(), builtin(t))
	for _, path := range []string{"/v1/chat/completions", "/v1/completions", "/v1/embeddings"} {
		for _, body := range []string{"", "null", "[]", strings.Repeat("[", 1<<19), strings.Repeat(`{"a":`, 1<<17), "{\"model\":\"\xff\x00\"}", `{"messages":[{"role":"user","content":"\u0000\u001b[2J\ud800"}],"n":1e400}`} {
			if status, _ := refused(t, url+path, body); status != 400 && status != 404 {
				t.Errorf("%s %.40q: %d", path, body, status)
			}
		}
	}
	var got openai.ChatReply
	asked(t, url+"/v1/chat/completions", `{"messages":[{"role":"user","content":"\u001b[2J\u202e hello"}]}`, &got)
}

// TestDrain: a server that is stopped finishes its streams and takes nothing more.
func TestDrain(t *testing.T) {
	o := serve.DefaultOptions()
	o.Rows = 1
	address, stop := serving(t, o)
	var all sync.WaitGroup
	began := make(chan struct{}, 8)
	for i := range 8 {
		c := dial(t, address, raw(chatting(fmt.Sprintf(`,"n":64,"temperature":1,"seed":%d,"stream":true`, i))))
		all.Go(func() {
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			began <- struct{}{}
			if err != nil {
				t.Errorf("a stream that ran: %v", err)
				return
			}
			if resp.StatusCode == http.StatusServiceUnavailable {
				return // it came after the stop
			}
			if s := listen(t, resp.Body); !s.done || len(s.texts) != 64 {
				t.Errorf("a stream ended early: %+v", s)
			}
		})
	}
	<-began
	if err := stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	all.Wait()
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("it still takes connections")
	}
}

// TestHealthOfDrain: while a stopped server finishes a stream, /health and all other paths
// answer with status 503.
func TestHealthOfDrain(t *testing.T) {
	o := serve.DefaultOptions()
	o.Rows, o.Drain = 1, 5*time.Second
	address, stop := serving(t, o)
	// A request that does not arrive whole runs until its connection closes.
	half := dial(t, address, "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
	time.Sleep(200 * time.Millisecond)
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	for _, path := range []string{"/health", "/v1/models"} {
		status := 200
		for deadline := time.Now().Add(3 * time.Second); status == 200 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			resp, _ := get(t, "GET", "http://"+address+path, "")
			status = resp.StatusCode
		}
		if status != 503 {
			t.Errorf("%s answers %d while the server drains", path, status)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	_ = half.Close()
	if err := <-stopped; err != nil {
		t.Errorf("stopping: %v", err)
	}
}

// crowd has so many streams at once, and returns the time of each and of all. Every third
// is that of a client who asked the same before, and must have the same texts.
func crowd(t testing.TB, url string, n int) (each []time.Duration, all time.Duration) {
	t.Helper()
	client := &http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: n}}
	defer client.CloseIdleConnections()
	texts := make([]string, n)
	each = make([]time.Duration, n)
	var wait sync.WaitGroup
	began := time.Now()
	for i := range n {
		wait.Go(func() {
			start := time.Now()
			resp, err := client.Post(url, "application/json", strings.NewReader(chatting(fmt.Sprintf(`,"seed":%d,"n":1,"stream":true`, i%(n/3)))))
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			s := listen(t, resp.Body)
			if texts[i] = s.texts[0]; !s.done || resp.StatusCode != 200 {
				t.Errorf("stream %d: %s, %+v", i, resp.Status, s)
			}
			each[i] = time.Since(start)
		})
	}
	wait.Wait()
	all = time.Since(began)
	for i := range texts {
		if texts[i] != texts[i%(n/3)] {
			t.Errorf("stream %d says %q, and another with its seed %q", i, texts[i], texts[i%(n/3)])
		}
	}
	slices.Sort(each)
	return each, all
}

// TestCrowd has a thousand streams at once, twice, and looks whether the memory comes back.
// BenchmarkStreams says how fast they are.
func TestCrowd(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 150
	}
	o := serve.DefaultOptions()
	o.Waiting, o.Timeout = n, 10*time.Minute
	url := served(t, o, builtin(t)) + "/v1/chat/completions"
	crowd(t, url, n)
	before, goroutines := heap(), runtime.NumGoroutine()
	each, all := crowd(t, url, n)
	t.Logf("%d streams in %s: %.0f a second; p50 %s, p99 %s", n, all, float64(n)/all.Seconds(), each[n/2], each[n*99/100])
	time.Sleep(100 * time.Millisecond)
	if after := heap(); after > before+8<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
	if after := runtime.NumGoroutine(); after > goroutines+10 {
		t.Errorf("%d goroutines, before %d", after, goroutines)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkStreams is how many of a thousand streams at once are answered a second, in
// passes of many responses and of one.
func BenchmarkStreams(b *testing.B) {
	for _, rows := range []int{256, 1} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			o := serve.DefaultOptions()
			o.Waiting, o.Rows, o.Timeout = 1000, rows, 10*time.Minute
			url := served(b, o, builtin(b)) + "/v1/chat/completions"
			for b.Loop() {
				each, all := crowd(b, url, 1000)
				b.ReportMetric(1000/all.Seconds(), "streams/s")
				b.ReportMetric(each[500].Seconds()*1e3, "p50-ms")
				b.ReportMetric(each[990].Seconds()*1e3, "p99-ms")
			}
		})
	}
}

// TestOneByOne: the texts of a request do not depend on those that share its pass.
func TestOneByOne(t *testing.T) {
	r := builtin(t)
	o := serve.DefaultOptions()
	together := served(t, o, r) + "/v1/chat/completions"
	var wait sync.WaitGroup
	answers := make([]openai.ChatReply, 24)
	ask := func(i int) string { return chatting(fmt.Sprintf(`,"n":%d,"seed":%d,"temperature":%d`, i%5+1, i, i%2)) }
	for i := range answers {
		wait.Go(func() { asked(t, together, ask(i), &answers[i]) })
	}
	wait.Wait()
	for i, got := range answers {
		var alone openai.ChatReply
		asked(t, together, ask(i), &alone)
		a, _ := json.Marshal(alone.Choices)
		g, _ := json.Marshal(got.Choices)
		if !bytes.Equal(a, g) {
			t.Errorf("request %d: %s, alone %s", i, g, a)
		}
	}
}

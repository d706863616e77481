package batch_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve/batch"
	"github.com/cvae-go/cvae/dialog"
)

// A gate is a model whose passes wait until they are let through, and which answers with
// the turn that it is asked.
type gate struct {
	began chan []string // the turns of a pass that has begun
	let   chan struct{}
}

func newGate() gate { return gate{make(chan []string, 100), make(chan struct{})} }

func (g gate) Together(questions []run.Question) (answers []run.Answer) {
	var turns []string
	for _, q := range questions {
		turns = append(turns, q.Context[0])
	}
	g.began <- turns
	<-g.let
	for _, q := range questions {
		if q.Context[0] == "panic" {
			panic("a fault of the model")
		}
		answers = append(answers, run.Answer{Reply: dialog.Reply{Context: q.Context}, Err: context.Cause(q.Ctx)})
	}
	return answers
}

// asking is a question that waits in a queue.
type asking struct {
	answer chan run.Answer
	leave  context.CancelFunc
}

// ask asks a turn of n responses, and waits until the queue holds it.
func ask(t *testing.T, q *batch.Queue, turn string, n int) asking {
	t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	a := asking{make(chan run.Answer, 1), leave}
	before := q.Waiting()
	go func() {
		a.answer <- q.Ask(run.Question{Ctx: ctx, Request: dialog.Request{Context: []string{turn}, Sampling: dialog.Sampling{N: n}}})
	}()
	soon(t, "the question "+turn+" does not wait", func() bool { return q.Waiting() > before })
	return a
}

// soon waits for what comes soon.
func soon(t *testing.T, fault string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(fault)
		}
	}
}

// busy is a queue whose first pass runs, that of the turn first.
func busy(t *testing.T, o batch.Options) (*batch.Queue, gate, chan run.Answer) {
	t.Helper()
	g := newGate()
	q := batch.New(g, o)
	first := make(chan run.Answer, 1)
	go func() {
		first <- q.Ask(run.Question{Ctx: context.Background(), Request: dialog.Request{Context: []string{"first"}}})
	}()
	if turns := <-g.began; !slices.Equal(turns, []string{"first"}) {
		t.Fatalf("the first pass has %q", turns)
	}
	return q, g, first
}

// TestPasses: what waits while a pass runs makes the next, as far as its rows go and in
// order; one that has more rows than a pass goes alone.
func TestPasses(t *testing.T) {
	var passed []batch.Pass
	q, g, first := busy(t, batch.Options{Waiting: 10, Rows: 4, Passed: func(p batch.Pass) { passed = append(passed, p) }})
	waiting := []asking{ask(t, q, "a", 2), ask(t, q, "b", 2), ask(t, q, "c", 1), ask(t, q, "d", 9), ask(t, q, "e", 4)}
	close(g.let)
	want := [][]string{{"a", "b"}, {"c"}, {"d"}, {"e"}}
	for _, turns := range want {
		if got := <-g.began; !slices.Equal(got, turns) {
			t.Errorf("a pass of %q, want %q", got, turns)
		}
	}
	for i, a := range append([]asking{{answer: first}}, waiting...) {
		if got := <-a.answer; got.Err != nil || got.Context[0] != []string{"first", "a", "b", "c", "d", "e"}[i] {
			t.Errorf("question %d has the answer %+v", i, got)
		}
	}
	q.Close()
	var sizes [][2]int
	for _, p := range passed {
		sizes = append(sizes, [2]int{p.Questions, p.Responses})
	}
	if want := [][2]int{{1, 1}, {2, 4}, {1, 1}, {1, 9}, {1, 4}}; !reflect.DeepEqual(sizes, want) {
		t.Errorf("passes of %v questions and responses, want %v", sizes, want)
	}
}

// TestToldFirst: who has an answer finds its pass counted.
func TestToldFirst(t *testing.T) {
	told := false
	q, g, first := busy(t, batch.Options{Waiting: 1, Rows: 1, Passed: func(batch.Pass) {
		time.Sleep(20 * time.Millisecond)
		told = true
	}})
	close(g.let)
	if <-first; !told {
		t.Error("answered before the pass was told of")
	}
	q.Close()
}

// TestFull: no more wait than may, and there is room again once one has left.
func TestFull(t *testing.T) {
	q, g, _ := busy(t, batch.Options{Waiting: 2, Rows: 4})
	one, two := ask(t, q, "one", 1), ask(t, q, "two", 1)
	for range 3 {
		if a := q.Ask(run.Question{Ctx: context.Background()}); !errors.Is(a.Err, batch.ErrFull) {
			t.Errorf("a question to a full queue: %v", a.Err)
		}
	}
	one.leave()
	if a := <-one.answer; !errors.Is(a.Err, context.Canceled) {
		t.Errorf("a caller that left has %v", a.Err)
	}
	three := ask(t, q, "three", 1)
	close(g.let)
	if turns := <-g.began; !slices.Equal(turns, []string{"two", "three"}) {
		t.Errorf("the pass after one has left is of %q", turns)
	}
	for _, a := range []asking{two, three} {
		if got := <-a.answer; got.Err != nil {
			t.Error(got.Err)
		}
	}
	q.Close()
}

// TestLeaveAPass: who leaves while the pass runs has the answer of the pass, in which the
// model sees that the context has ended.
func TestLeaveAPass(t *testing.T) {
	q, g, _ := busy(t, batch.Options{Waiting: 2, Rows: 4})
	gone, stays := ask(t, q, "gone", 1), ask(t, q, "stays", 1)
	g.let <- struct{}{}
	<-g.began
	gone.leave()
	select {
	case a := <-gone.answer:
		t.Errorf("answered by %+v while the pass, which may call its Each, runs", a)
	case <-time.After(20 * time.Millisecond):
	}
	g.let <- struct{}{}
	if a := <-gone.answer; !errors.Is(a.Err, context.Canceled) {
		t.Errorf("who left has %v", a.Err)
	}
	if a := <-stays.answer; a.Err != nil {
		t.Errorf("who stays has %v", a.Err)
	}
	q.Close()
}

// TestClose answers all who wait, and then nobody.
func TestClose(t *testing.T) {
	q, g, _ := busy(t, batch.Options{Waiting: 5, Rows: 1})
	waiting := []asking{ask(t, q, "a", 1), ask(t, q, "b", 1)}
	closed := make(chan struct{})
	go func() {
		q.Close()
		close(closed)
	}()
	soon(t, "a queue that closes takes questions in", func() bool {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return errors.Is(q.Ask(run.Question{Ctx: ctx}).Err, batch.ErrClosed)
	})
	select {
	case <-closed:
		t.Error("it has closed while some wait")
	default:
	}
	close(g.let)
	for _, a := range waiting {
		if got := <-a.answer; got.Err != nil {
			t.Error(got.Err)
		}
	}
	<-closed
	if err := q.Do(context.Background(), func() { t.Error("a closed queue runs a task") }); !errors.Is(err, batch.ErrClosed) {
		t.Errorf("a task of a closed queue: %v", err)
	}
}

// TestDo runs a task between passes, in order, and not one whose caller has left.
func TestDo(t *testing.T) {
	q, g, _ := busy(t, batch.Options{Waiting: 10, Rows: 10})
	var wait sync.WaitGroup
	var ran []string
	task := func(ctx context.Context, name string, want error) {
		before := q.Waiting()
		wait.Go(func() {
			if err := q.Do(ctx, func() { ran = append(ran, name) }); !errors.Is(err, want) {
				t.Errorf("the task %s: %v, want %v", name, err, want)
			}
		})
		soon(t, "a task does not wait", func() bool { return q.Waiting() > before })
	}
	leaving, leave := context.WithCancel(context.Background())
	before := ask(t, q, "before", 1)
	task(leaving, "left", context.Canceled)
	task(context.Background(), "task", nil)
	after := ask(t, q, "after", 1)
	leave()
	soon(t, "a task does not leave", func() bool { return q.Waiting() == 3 })
	close(g.let)
	if turns := <-g.began; !slices.Equal(turns, []string{"before"}) {
		t.Errorf("the pass before a task is of %q", turns)
	}
	if turns := <-g.began; !slices.Equal(turns, []string{"after"}) || !slices.Equal(ran, []string{"task"}) {
		t.Errorf("after the tasks %q comes a pass of %q", ran, turns)
	}
	<-before.answer
	<-after.answer
	wait.Wait()
	q.Close()
}

// TestFault: a fault of the model is the answer of its pass, and of no other.
func TestFault(t *testing.T) {
	q, g, first := busy(t, batch.Options{Waiting: 10, Rows: 2})
	bad, beside, later := ask(t, q, "panic", 1), ask(t, q, "beside", 1), ask(t, q, "later", 1)
	close(g.let)
	for _, a := range []asking{bad, beside} {
		if got := <-a.answer; got.Err == nil || !strings.Contains(got.Err.Error(), "a fault in the program, please report it: a fault of the model") {
			t.Errorf("%+v", got)
		}
	}
	for _, answer := range []chan run.Answer{first, later.answer} {
		if got := <-answer; got.Err != nil {
			t.Error(got.Err)
		}
	}
	if err := q.Do(context.Background(), func() { panic("a fault of a task") }); err == nil || !strings.Contains(err.Error(), "a fault of a task") {
		t.Errorf("a task at fault: %v", err)
	}
	q.Close()
}

// TestRetryAfter grows with what waits: after a pass of some time, that time for each pass
// to come and one more.
func TestRetryAfter(t *testing.T) {
	q, g, first := busy(t, batch.Options{Waiting: 10, Rows: 2})
	if q.RetryAfter() != 0 {
		t.Errorf("before any pass: %s", q.RetryAfter())
	}
	time.Sleep(20 * time.Millisecond)
	g.let <- struct{}{}
	<-first
	second := make(chan run.Answer, 1)
	go func() {
		second <- q.Ask(run.Question{Ctx: context.Background(), Request: dialog.Request{Context: []string{"second"}}})
	}()
	<-g.began
	one := q.RetryAfter()
	if one < 20*time.Millisecond {
		t.Errorf("%s, after a pass of more than 20 ms", one)
	}
	for i, want := range []time.Duration{2, 3, 3} { // 2 rows, 3 rows, 4 rows
		ask(t, q, "more", []int{2, 1, 1}[i])
		if got := q.RetryAfter(); got != want*one {
			t.Errorf("%d wait: %s, and %s with none", i+1, got, one)
		}
	}
	close(g.let)
	q.Close()
}

// TestResponder: answers through a queue are those of the run, streams too, and a search
// by beams has the model for itself.
func TestResponder(t *testing.T) {
	r, err := run.OpenBuiltin(1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	q := batch.New(r, batch.Options{Waiting: 10, Rows: 10})
	defer q.Close()
	queued := batch.Responder{Run: r, Queue: q}
	for _, beam := range []int{0, 2} {
		request := dialog.Request{Context: []string{"How are you?"}, Sampling: dialog.DefaultSampling()}
		request.N, request.Beam, request.NoRepeat = 2, beam, 2
		want, err := r.Respond(context.Background(), request, nil)
		if err != nil {
			t.Fatal(err)
		}
		last := map[int]string{}
		got, err := queued.Respond(context.Background(), request, func(d dialog.Delta) { last[d.Index] = d.Text })
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("beam %d: %+v, %v; want %+v", beam, got, err, want)
		}
		for i, text := range last {
			if text != want.Responses[i].Text {
				t.Errorf("beam %d: response %d streams %q and is %q", beam, i, text, want.Responses[i].Text)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, beam := range []int{0, 2} {
		request := dialog.Request{Context: []string{"How are you?"}, Sampling: dialog.DefaultSampling()}
		request.Beam = beam
		if _, err := queued.Respond(ctx, request, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("beam %d of a caller who has left: %v", beam, err)
		}
	}
}

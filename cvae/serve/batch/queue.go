// Package batch gathers the questions of several callers into decoding passes. One queue
// stands before one model: what waits while a pass runs makes the next pass.
package batch

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/cvae-go/cvae/cvae/run"
)

// Errors of a queue.
var (
	// ErrFull says that as many wait as may.
	ErrFull = errors.New("the queue is full")
	// ErrClosed says that nothing more is taken in.
	ErrClosed = errors.New("the queue is closed")
)

// A Model answers questions in one pass; a [run.Run] does.
type Model interface {
	Together([]run.Question) []run.Answer
}

// Options bound a queue.
type Options struct {
	Waiting int // most callers that wait; at least 1
	Rows    int // most responses of a pass, but for one question that has more; at least 1
	// Passed is told of every pass; nil: nobody is.
	Passed func(Pass)
}

// A Pass is one decoding pass that has ended.
type Pass struct {
	Questions, Responses int
	Took                 time.Duration
}

// A Queue is the callers before one model. It is safe for concurrent use.
type Queue struct {
	model   Model
	options Options

	mu      sync.Mutex
	wake    *sync.Cond // something waits, or the queue is closed
	waiting []*item
	closed  bool
	last    time.Duration // of the last pass
	done    chan struct{} // the worker has ended
}

// An item is what one caller waits for.
type item struct {
	ctx      context.Context
	question run.Question
	task     func() // in place of the question
	answer   run.Answer
	ready    chan struct{} // closed once it is answered
}

// New starts a queue before a model. Close ends it.
func New(m Model, o Options) *Queue {
	q := &Queue{model: m, options: o, done: make(chan struct{})}
	q.wake = sync.NewCond(&q.mu)
	go q.work()
	return q
}

// Ask has a question answered in a pass with others. When its context ends first, the
// question leaves the queue at once, or the pass with the next token. Its Each is not
// called once Ask has returned.
func (q *Queue) Ask(question run.Question) run.Answer {
	it := &item{ctx: question.Ctx, question: question}
	if err := q.wait(it); err != nil {
		return run.Answer{Err: err}
	}
	return it.answer
}

// Do runs a task while no pass runs. When ctx ends first, the task is not run; one that
// runs already is waited for.
func (q *Queue) Do(ctx context.Context, task func()) error {
	it := &item{ctx: ctx, task: task}
	if err := q.wait(it); err != nil {
		return err
	}
	return it.answer.Err
}

func (q *Queue) wait(it *item) error {
	it.ready = make(chan struct{})
	if err := q.join(it); err != nil {
		return err
	}
	select {
	case <-it.ready:
		return nil
	case <-it.ctx.Done():
		if q.leave(it) {
			return context.Cause(it.ctx)
		}
		<-it.ready
		return nil
	}
}

func (q *Queue) join(it *item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	if len(q.waiting) >= q.options.Waiting {
		return ErrFull
	}
	q.waiting = append(q.waiting, it)
	q.wake.Signal()
	return nil
}

// leave takes an item out of the queue, if it is still there, and tells whether it was.
func (q *Queue) leave(it *item) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, other := range q.waiting {
		if other == it {
			q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// Waiting is the number of callers before the model.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

// RetryAfter is in how long the queue may have room again: the time of a pass for each
// that it takes to answer all who wait.
func (q *Queue) RetryAfter() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	rows := 0
	for _, it := range q.waiting {
		rows += it.rows()
	}
	passes := math.Ceil(float64(rows)/float64(q.options.Rows)) + 1
	return time.Duration(passes * float64(q.last))
}

// Close takes nothing more in and returns once all who wait are answered.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	q.wake.Signal()
	q.mu.Unlock()
	<-q.done
}

// work answers until the queue is closed and empty.
func (q *Queue) work() {
	defer close(q.done)
	for {
		items := q.next()
		if items == nil {
			return
		}
		began := time.Now()
		rows := q.answer(items)
		q.ended(Pass{len(items), rows, time.Since(began)})
		for _, it := range items { // once the pass is told of, so that its callers find it counted
			close(it.ready)
		}
	}
}

// ended tells of a pass; one of a task has no responses and is told to nobody.
func (q *Queue) ended(p Pass) {
	q.mu.Lock()
	q.last = p.Took
	q.mu.Unlock()
	if p.Responses > 0 && q.options.Passed != nil {
		q.options.Passed(p)
	}
}

// next takes the items of the next pass off the queue: a task alone, or questions as far
// as there is room. It waits for the first; nil: there will be none.
func (q *Queue) next() []*item {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 {
		if q.closed {
			return nil
		}
		q.wake.Wait()
	}
	n, rows := 0, 0
	for _, it := range q.waiting {
		if n > 0 && (it.task != nil || q.waiting[0].task != nil || rows+it.rows() > q.options.Rows) {
			break
		}
		rows += it.rows()
		n++
	}
	items := q.waiting[:n:n]
	q.waiting = append([]*item(nil), q.waiting[n:]...)
	return items
}

// rows is the number of responses of an item, 1 for a task.
func (it *item) rows() int {
	if it.question.Z != nil {
		return len(it.question.Z)
	}
	return max(1, it.question.N)
}

// answer answers items and tells how many responses were decoded. A fault of the program
// is the answer of all of them, and the next pass goes on.
func (q *Queue) answer(items []*item) (rows int) {
	defer func() {
		fault := recover()
		for _, it := range items {
			if fault != nil {
				it.answer = run.Answer{Err: fmt.Errorf("a fault in the program, please report it: %v", fault)}
			}
		}
	}()
	if items[0].task != nil {
		items[0].task()
		return 0
	}
	var questions []run.Question
	for _, it := range items {
		questions = append(questions, it.question)
		rows += it.rows()
	}
	for i, a := range q.model.Together(questions) {
		items[i].answer = a
	}
	return rows
}

package train

import (
	"context"
	"fmt"
	"time"

	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/dialog"
)

// An agreement makes ranks stop after the same step. That it is asked to stop, and what
// time it is, a rank knows alone, so it tells the others after every gradient.
type agreement struct {
	link    ranks.Link
	asked   context.Context // of this rank
	stop    context.CancelCauseFunc
	elapsed time.Duration // of rank 0 at the last meeting
	due     bool          // rank 0 wants to save, for which all bring their moments

	traffic       []ranks.Traffic // of every rank at the last meeting
	total, logged stretch
}

// A stretch is steps since some meeting.
type stretch struct {
	from  []ranks.Traffic // of every rank when it began
	steps int
}

// ErrAsked ends the training of a rank because another one was asked to stop.
var ErrAsked = fmt.Errorf("another rank was asked to stop: %w", context.Canceled)

// agree returns a context for the whole of training: it ends on all ranks at once.
func (t *Trainer) agree(asked context.Context) (context.Context, error) {
	if t.options.Ranks.Size() == 1 {
		return asked, nil
	}
	ctx, stop := context.WithCancelCause(context.WithoutCancel(asked))
	t.agreement = &agreement{link: t.options.Ranks, asked: asked, stop: stop}
	t.saver.agreement = t.agreement
	if err := t.agreement.meet(t.watch, t.saver); err != nil {
		return nil, err
	}
	t.agreement.total.from, t.agreement.logged.from = t.agreement.traffic, t.agreement.traffic
	return ctx, nil
}

// meet tells the other ranks of this one. A nil agreement has none.
func (a *agreement) meet(w *watch, s *saver) error {
	if a == nil {
		return nil
	}
	mine := said{Elapsed: w.elapsed(), Traffic: a.link.Traffic()}
	if s.late() {
		mine.Save = 1
	}
	if a.asked.Err() != nil {
		mine.Stop = 1
	}
	all, err := ranks.GatherSized(a.link, mine.numbers(), func(int) int { return numbersSaid })
	if err != nil {
		return fmt.Errorf("agreeing with the other ranks: %w", err)
	}
	a.traffic = nil
	for r, numbers := range all {
		rank := saidBy(numbers)
		a.traffic = append(a.traffic, rank.Traffic)
		if r == 0 {
			a.elapsed, a.due = rank.Elapsed, rank.Save != 0
		}
		if rank.Stop != 0 {
			cause := context.Cause(a.asked)
			if cause == nil {
				cause = ErrAsked
			}
			a.stop(cause)
		}
	}
	return nil
}

// said is what a rank tells the others.
type said struct {
	Stop    int64 // 1: it was asked to stop
	Save    int64 // 1: it is time to save
	Elapsed time.Duration
	ranks.Traffic
}

// numbersSaid is how many numbers that is.
const numbersSaid = 9

func (s said) numbers() []int64 {
	return []int64{s.Stop, s.Save, int64(s.Elapsed), s.Sent, s.Received, int64(s.Waiting), int64(s.Moving), int64(s.Behind), s.Exchanges}
}

// saidBy is the inverse of numbers.
func saidBy(n []int64) said {
	return said{n[0], n[1], time.Duration(n[2]), ranks.Traffic{Sent: n[3], Received: n[4], Waiting: time.Duration(n[5]), Moving: time.Duration(n[6]), Behind: time.Duration(n[7]), Exchanges: n[8]}}
}

// stepped counts a step.
func (a *agreement) stepped() {
	if a != nil {
		a.total.steps++
		a.logged.steps++
	}
}

// lap is what the ranks exchanged since the last lap; nil for a nil agreement.
func (a *agreement) lap() *dialog.Exchange {
	if a == nil {
		return nil
	}
	e := a.logged.exchange(a.traffic)
	a.logged = stretch{from: a.traffic}
	return e
}

// exchange is the means of a step of the stretch that ends with this traffic; nil without
// steps.
func (s stretch) exchange(now []ranks.Traffic) *dialog.Exchange {
	if s.steps == 0 {
		return nil
	}
	var since []ranks.Traffic
	for r := range now {
		since = append(since, now[r].Since(s.from[r]))
	}
	return exchange(since, s.steps)
}

// exchange is the means of a step of what every rank exchanged in so many.
func exchange(of []ranks.Traffic, steps int) *dialog.Exchange {
	e, n := &dialog.Exchange{Ranks: len(of)}, float64(steps)
	ms := func(d time.Duration) float64 { return d.Seconds() * 1000 / n }
	for _, t := range of {
		e.Exchanges = float64(t.Exchanges) / n // the same on all
		e.Bytes = append(e.Bytes, float64(t.Sent)/n)
		e.Moving, e.Waiting, e.Behind = append(e.Moving, ms(t.Moving)), append(e.Waiting, ms(t.Waiting)), append(e.Behind, ms(t.Behind))
	}
	return e
}

// Exchanged gathers what every rank exchanged in so many steps; nil where one trains
// alone.
func Exchanged(l ranks.Link, mine ranks.Traffic, steps int) (*dialog.Exchange, error) {
	if l.Size() == 1 {
		return nil, nil
	}
	all, err := ranks.GatherSized(l, said{Traffic: mine}.numbers(), func(int) int { return numbersSaid })
	if err != nil {
		return nil, err
	}
	var of []ranks.Traffic
	for _, numbers := range all {
		of = append(of, saidBy(numbers).Traffic)
	}
	return exchange(of, steps), nil
}

// Exchanged is what the ranks exchanged, means of all steps of this process; nil where
// it trains alone, or has trained nothing.
func (t *Trainer) Exchanged() *dialog.Exchange {
	if t.agreement == nil {
		return nil
	}
	return t.agreement.total.exchange(t.agreement.traffic)
}

// elapsed is the time spent on the run, the same on all ranks.
func (t *Trainer) elapsed() time.Duration {
	if t.agreement != nil {
		return t.agreement.elapsed
	}
	return t.watch.elapsed()
}

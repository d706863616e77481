package train

import "time"

// A watch tells the time that a run has spent, over resumes.
type watch struct {
	now    func() time.Time
	before time.Duration // spent by earlier processes
	began  time.Time     // of this process's share
	lapped time.Time     // the end of the last lap
	idle   time.Duration // spent aside since lapped
}

func (w *watch) start() { w.began, w.lapped = w.now(), w.now() }

func (w *watch) elapsed() time.Duration { return w.before + w.now().Sub(w.began) }

// aside runs f without counting its time to the lap.
func (w *watch) aside(f func() error) error {
	start := w.now()
	defer func() { w.idle += w.now().Sub(start) }()
	return f()
}

// lap is the time spent since the last lap, and begins another.
func (w *watch) lap() time.Duration {
	now := w.now()
	spent := now.Sub(w.lapped) - w.idle
	w.lapped, w.idle = now, 0
	return spent
}

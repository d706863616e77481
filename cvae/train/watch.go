package train

import "time"

// A watch tells the time that a run has spent, over resumes.
type watch struct {
	now    func() time.Time
	before time.Duration // spent by earlier processes
	began  time.Time     // of this process's share
	lapped time.Time     // the end of the last lap
	idle   time.Duration // spent aside since lapped
	looked time.Time     // the last lap or look
}

func (w *watch) start() { w.began, w.lapped, w.looked = w.now(), w.now(), w.now() }

func (w *watch) elapsed() time.Duration { return w.before + w.now().Sub(w.began) }

// aside runs f without counting its time to the lap.
func (w *watch) aside(f func() error) error {
	start := w.now()
	defer func() { w.idle += w.now().Sub(start) }()
	return f()
}

// silent is the time since the last lap or look.
func (w *watch) silent() time.Duration { return w.now().Sub(w.looked) }

// spent is the time spent since the last lap.
func (w *watch) spent() time.Duration { return w.now().Sub(w.lapped) - w.idle }

// look is spent, and notes that somebody looked.
func (w *watch) look() time.Duration {
	w.looked = w.now()
	return w.looked.Sub(w.lapped) - w.idle
}

// lap is the time spent since the last lap, and begins another.
func (w *watch) lap() time.Duration {
	spent := w.look()
	w.lapped, w.idle = w.looked, 0
	return spent
}

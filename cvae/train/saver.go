package train

import "time"

// A saver says when a run is due to be saved, and where.
type saver struct {
	keeper Keeper
	every  time.Duration
	watch  *watch
	saved  time.Time
}

// put notes that the run is saved as it is.
func (s *saver) put() { s.saved = s.watch.now() }

func (s *saver) due() bool { return s.watch.now().Sub(s.saved) >= s.every }

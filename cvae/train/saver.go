package train

import "time"

// A saver says when a run is due to be saved, and where.
type saver struct {
	keeper Keeper
	every  time.Duration
	watch  *watch
	saved  time.Time
	// agreement of the ranks, which save together; nil: one process trains.
	agreement *agreement
}

// put notes that the run is saved as it is.
func (s *saver) put() {
	s.saved = s.watch.now()
	if s.agreement != nil {
		s.agreement.due = false
	}
}

// late reports whether this process would save now.
func (s *saver) late() bool { return s.watch.now().Sub(s.saved) >= s.every }

func (s *saver) due() bool {
	if s.agreement != nil {
		return s.agreement.due
	}
	return s.late()
}

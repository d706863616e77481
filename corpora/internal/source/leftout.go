package source

import "fmt"

// LeftOut counts the messages of a log of chat that are no talk. A source passes
// it on in the place of an error, after its last dialogue; it is none.
type LeftOut struct {
	System     int `json:"system"`     // what the program says: who comes and goes, calls, deleted messages
	Media      int `json:"media"`      // messages without words
	Unanswered int `json:"unanswered"` // messages of conversations in which one speaker alone says something
}

func (l *LeftOut) Error() string {
	return fmt.Sprintf("left out: %d system messages, %d media, %d unanswered", l.System, l.Media, l.Unanswered)
}

// Add adds other counts.
func (l *LeftOut) Add(other LeftOut) {
	l.System, l.Media, l.Unanswered = l.System+other.System, l.Media+other.Media, l.Unanswered+other.Unanswered
}

package source

import "fmt"

// LeftOut counts the messages of a log of chat that are no talk, and records that are not wanted. A source passes
// it on in the place of an error, after its last dialogue; it is none.
type LeftOut struct {
	System     int `json:"system"`     // what the program says: who comes and goes, calls, deleted messages
	Media      int `json:"media"`      // messages without words
	Unanswered int `json:"unanswered"` // messages of conversations in which one speaker alone says something
	Unwanted   int `json:"unwanted"`   // records that the map of their shape leaves out, such as answers that are marked as bad
}

func (l *LeftOut) Error() string {
	return fmt.Sprintf("left out: %d system messages, %d media, %d unanswered, %d unwanted", l.System, l.Media, l.Unanswered, l.Unwanted)
}

// Add adds other counts.
func (l *LeftOut) Add(other LeftOut) {
	l.System, l.Media, l.Unanswered, l.Unwanted = l.System+other.System, l.Media+other.Media, l.Unanswered+other.Unanswered, l.Unwanted+other.Unwanted
}

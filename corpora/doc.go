// Package corpora reads corpora of dialogues and of sentences, each in its own
// source format, as one stream of dialogues per split.
//
// A format is one file and one row of the table Formats. Open detects the
// format of a path, or takes it from Options; Corpus streams, splits,
// de-duplicates and counts. Every row passes the suite in corporatest. Convert
// writes a corpus in one of the formats of the table Targets.
package corpora

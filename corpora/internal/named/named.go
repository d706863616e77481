// Package named puts how a file is read into its path, so that whatever opens the
// path reads it so.
package named

import (
	"strings"
	"time"
)

// How says how a file is read. The zero value is the usual way.
type How struct {
	// Encoding is that of its text; empty: that of its first bytes, or UTF-8.
	Encoding string
	// Gap is the longest pause between two messages of one conversation; 0: the usual one.
	Gap time.Duration
}

// These stand before the encoding and before the gap. No path of an operating system has a NUL.
const (
	encodingMark = "\x00encoding="
	gapMark      = "\x00gap="
)

// With is a path whose file is read in a way.
func With(path string, how How) string {
	if how.Gap != 0 {
		path += gapMark + how.Gap.String()
	}
	if how.Encoding != "" {
		path += encodingMark + how.Encoding
	}
	return path
}

// Cut takes the way out of a path.
func Cut(path string) (plain string, how How) {
	plain, how.Encoding, _ = strings.Cut(path, encodingMark)
	plain, gap, _ := strings.Cut(plain, gapMark)
	how.Gap, _ = time.ParseDuration(gap) // what With wrote, or nothing
	return plain, how
}

// Plain is the path as the operating system knows it.
func Plain(path string) string {
	plain, _ := Cut(path)
	return plain
}

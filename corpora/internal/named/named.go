// Package named puts the encoding of a file into its path, so that whatever opens
// the path decodes it.
package named

import "strings"

// mark stands before the encoding. No path of an operating system has a NUL.
const mark = "\x00encoding="

// With is a path whose file is in an encoding; empty: that of its first bytes, or UTF-8.
func With(path, encoding string) string {
	if encoding == "" {
		return path
	}
	return path + mark + encoding
}

// Cut takes the encoding out of a path.
func Cut(path string) (plain, encoding string) {
	plain, encoding, _ = strings.Cut(path, mark)
	return plain, encoding
}

// Plain is the path as the operating system knows it.
func Plain(path string) string {
	plain, _ := Cut(path)
	return plain
}

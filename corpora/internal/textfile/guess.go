package textfile

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// Advice says in which encoding a text that is not UTF-8 may be read; nothing of a text
// without a character that encodings differ in, such as an empty one.
func Advice(raw []byte) string {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		raw = bytes.TrimPrefix(raw, []byte(mark))
	}
	if !bytes.ContainsFunc(raw, func(r rune) bool { return r == 0 || r >= utf8.RuneSelf }) {
		return ""
	}
	return fmt.Sprintf(" (if the whole file is in another encoding, it is likely %[1]s: give --encoding %[1]s)", Guess(raw))
}

// Guess is the likely encoding of the beginning of a text that is not UTF-8: utf-16le,
// utf-16be, gbk, windows-1251 or latin1.
func Guess(raw []byte) string {
	var zeros [2]int // at even and odd places
	pairs, common, cyrillic, high, runs := 0, 0, 0, 0, 0
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == 0 {
			zeros[i%2]++
		}
		if c < 0x80 {
			continue
		}
		if high++; c >= 0xc0 {
			cyrillic++
		}
		if i == 0 || raw[i-1] < 0x80 {
			runs++
		}
	}
	switch few := len(raw) / 100; { // other text has no zero
	case zeros[1] > few && zeros[1] > zeros[0]:
		return "utf-16le"
	case zeros[0] > few:
		return "utf-16be"
	}
	for i := 0; i+1 < len(raw); i++ { // as pairs of bytes, of which the common Chinese characters have these
		if raw[i] < 0x80 {
			continue
		}
		if pairs++; raw[i] >= 0xa1 && raw[i] <= 0xd7 && raw[i+1] >= 0xa1 {
			common++
		}
		i++
	}
	switch {
	case 4*common > 3*pairs && high >= 2*runs:
		return "gbk"
	case high > 3*runs && 10*cyrillic > 9*high:
		return "windows-1251"
	}
	return "latin1"
}

// AdviceOn is Advice for the beginning of a file.
func AdviceOn(path string) string {
	f, err := OpenHead(path)
	if err != nil {
		return "" // which reading it says
	}
	defer f.Close()
	const enough = 16 << 10
	raw, _ := io.ReadAll(io.LimitReader(f, enough)) // what there is of it
	return Advice(raw)
}

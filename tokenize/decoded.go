package tokenize

import (
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Decoded reads a text that may begin with a byte order mark: that of UTF-8 is
// passed over, and UTF-16 becomes UTF-8. Other bytes stay as they are.
func Decoded(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(encoding.Nop.NewDecoder()))
}

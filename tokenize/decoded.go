package tokenize

import (
	"bufio"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Decoded reads a text that may begin with a byte order mark: that of UTF-8 is
// passed over, and UTF-16 becomes UTF-8. Other bytes stay as they are, and are passed on as they come.
func Decoded(r io.Reader) io.Reader { return &decoded{from: bufio.NewReader(r)} }

type decoded struct {
	from *bufio.Reader
	io.Reader
}

// Read implements io.Reader. A person may write less than a mark is long, which one byte tells.
func (d *decoded) Read(p []byte) (int, error) {
	if d.Reader == nil {
		first, err := d.from.Peek(1)
		if err != nil {
			return 0, err
		}
		d.Reader = d.from
		if first[0] == 0xef || first[0] >= 0xfe { // which begins a mark
			d.Reader = transform.NewReader(d.from, unicode.BOMOverride(encoding.Nop.NewDecoder()))
		}
	}
	return d.Reader.Read(p)
}

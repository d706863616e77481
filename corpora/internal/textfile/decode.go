package textfile

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

// Encoding finds an encoding by a name of the web, such as gbk, latin1 or utf-16le, or by one that Python and Windows have for it.
func Encoding(name string) (encoding.Encoding, error) {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	switch name {
	case "utf-32", "utf32", "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), nil
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM), nil
	}
	others := map[string]string{"cp932": "shift_jis", "cp936": "gbk", "cp949": "euc-kr", "uhc": "euc-kr", "cp950": "big5", "cp874": "windows-874",
		"latin-1": "latin1", "utf16": "utf-16", "shiftjis": "shift_jis", "euckr": "euc-kr", "eucjp": "euc-jp", "koi8r": "koi8-r", "tis620": "tis-620"}
	e, err := htmlindex.Get(cmp.Or(others[name], name))
	if err != nil {
		return nil, fmt.Errorf("there is no encoding %q; names are such as utf-8, latin1, windows-1251, gbk, big5, shift_jis, euc-kr and utf-16le", name)
	}
	return e, nil
}

// decode puts a decoder between the file and the reader: that of the encoding of
// this name, or the one that a byte order mark tells. A byte order mark of UTF-8 is passed over.
func (f *File) decode(name string) error {
	if name != "" {
		e, err := Encoding(name)
		if err != nil {
			return err
		}
		f.through(e.NewDecoder())
		return nil
	}
	b, _ := f.Peek(4) // a shorter file has no mark that matters, or that of UTF-16
	switch {
	case bytes.Equal(b, []byte("\xff\xfe\x00\x00")), bytes.Equal(b, []byte("\x00\x00\xfe\xff")):
		f.through(utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewDecoder())
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		_, _ = f.Discard(3) // cannot fail: the bytes are buffered
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		f.through(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	}
	return nil
}

func (f *File) through(t transform.Transformer) {
	f.Reader = bufio.NewReaderSize(transform.NewReader(f.Reader, t), bufferSize)
}

// bufferSize is how many bytes of a file are looked at for its line ends.
const bufferSize = 64 << 10

// endLines makes lines of a file whose only line ends are CR, as on the Macintosh of
// old.
func (f *File) endLines() {
	b, _ := f.Peek(bufferSize) // as much as there is
	if bytes.IndexByte(b, '\r') >= 0 && bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') < len(b)-1 {
		f.Reader = bufio.NewReaderSize(carriageReturns{f.Reader}, bufferSize)
	}
}

// carriageReturns makes LF of each CR.
type carriageReturns struct{ io.Reader }

// Read implements io.Reader.
func (c carriageReturns) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	for i := range b[:n] {
		if b[i] == '\r' {
			b[i] = '\n'
		}
	}
	return n, err
}

// decompress puts a decompressor between the file and the reader, by the magic
// bytes of RFC 1952 (gzip), RFC 8878 (zstd), bzip2 and xz.
func (f *File) decompress() error {
	before := f.Reader
	if err := f.decompressed(); err != nil || f.Reader == before {
		return err
	}
	if f.isTar() {
		return fault.ErrTar
	}
	return nil
}

func (f *File) decompressed() error {
	magic, _ := f.Peek(6) // a shorter file is not compressed
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(f.Reader)
		if err != nil {
			return fmt.Errorf("gzip: %w", err)
		}
		f.expand(z, z.Close)
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(f.Reader, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return fmt.Errorf("zstd: %w", err)
		}
		f.expand(z, func() error { z.Close(); return nil })
	case bytes.HasPrefix(magic, []byte("BZh")):
		f.expand(bzip2.NewReader(f.Reader), nothing)
	case bytes.Equal(magic, []byte("\xfd7zXZ\x00")):
		if err := f.checkDictionary(); err != nil {
			return err
		}
		z, err := xz.ReaderConfig{SingleStream: true}.NewReader(f.Reader)
		if err != nil {
			return fmt.Errorf("xz: %w", err)
		}
		f.expand(z, nothing)
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")):
		return fault.ErrZip
	case f.isTar():
		return fault.ErrTar
	case bytes.Equal(magic, []byte("ARROW1")), bytes.HasPrefix(magic, []byte("\xff\xff\xff\xff")): // a file, a stream
		return fault.ErrArrow
	}
	return nil
}

func nothing() error { return nil }

// isTar tells whether a tar archive begins here.
func (f *File) isTar() bool {
	const at = 257 // of the magic in the header of POSIX.1-1988
	head, _ := f.Peek(at + 5)
	return len(head) == at+5 && string(head[at:]) == "ustar"
}

// checkDictionary refuses a dictionary of LZMA2 (filter 0x21, one byte of properties)
// that would take more memory than other compressions may.
func (f *File) checkDictionary() error {
	const stream = 12 // bytes of the header of a stream
	head, _ := f.Peek(stream + 64)
	i := bytes.Index(head[min(stream, len(head)):], []byte("\x21\x01"))
	if i < 0 || stream+i+2 >= len(head) {
		return errors.New("xz: its filter is unknown")
	}
	size := head[stream+i+2]
	if size > 40 || (2|int64(size&1))<<(size/2+11) > maxWindow {
		return errors.New("xz: its dictionary is larger than 128 MiB")
	}
	return nil
}

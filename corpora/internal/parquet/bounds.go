package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The library allocates what a file says of itself before it reads it. These bounds
// come first: lengths end within the file, and pages expand no more than text does.
const (
	mostExpansion  = 256
	freeExpansion  = 64 << 20
	mostPageValues = 1 << 24
	mostPageHeader = 16 << 20
)

// tail is the length of the footer and the magic, which end a file.
const tail = 8

// bounded refuses a file with a length that cannot be: of its footer, of anything in
// that, or of a page.
func bounded(r io.ReaderAt, size int64) error {
	var end [tail]byte
	if _, err := r.ReadAt(end[:], size-tail); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	if string(end[4:]) != parquetMagic {
		return errors.New("it does not end as Parquet does")
	}
	if length > size-tail-int64(len(parquetMagic)) {
		return fmt.Errorf("its footer is said to have %d bytes, and the file has %d", length, size)
	}
	footer := make([]byte, length)
	if _, err := r.ReadAt(footer, size-tail-length); err != nil {
		return err
	}
	chunks, err := chunksOf(footer)
	if err != nil {
		return fmt.Errorf("its footer is damaged: %w", err)
	}
	for _, c := range chunks {
		if err := c.bounded(r, size); err != nil {
			return err
		}
	}
	return nil
}

// A chunk is the pages of a column in a group of rows.
type chunk struct{ data, dictionary, length, values int64 }

// chunksOf reads the chunks in the footer: the fields of FileMetaData, RowGroup,
// ColumnChunk and ColumnMetaData in parquet.thrift of Apache Parquet.
func chunksOf(footer []byte) (chunks []chunk, err error) {
	_, err = walk(footer, func(path []int16, value int64) {
		if isAt(path, 4, 1, 3, 1) { // the type, which comes first
			chunks = append(chunks, chunk{})
		}
		if len(chunks) == 0 {
			return
		}
		c := &chunks[len(chunks)-1]
		switch {
		case isAt(path, 4, 1, 3, 5):
			c.values = value
		case isAt(path, 4, 1, 3, 7):
			c.length = value
		case isAt(path, 4, 1, 3, 9):
			c.data = value
		case isAt(path, 4, 1, 3, 11):
			c.dictionary = value
		}
	})
	return chunks, err
}

// A page is what the header of one says.
type page struct{ expanded, length, values int64 }

// bounded looks at the header of every page of the chunk.
func (c chunk) bounded(r io.ReaderAt, size int64) error {
	at := c.data
	if c.dictionary >= int64(len(parquetMagic)) && c.dictionary < at {
		at = c.dictionary
	}
	if at < 0 || c.length < 0 || at > size || c.length > size-at {
		return fmt.Errorf("a column is said to have %d bytes from byte %d, and the file has %d", c.length, at, size)
	}
	for end, seen := at+c.length, int64(0); at < end && seen < c.values; {
		p, length, err := pageAt(r, at, size)
		if err != nil {
			return fmt.Errorf("the header of the page at byte %d is damaged: %w", at, err)
		}
		if at += length; p.length < 0 || p.length > size-at {
			return fmt.Errorf("the page before byte %d is said to have %d bytes, and the file has %d", at, p.length, size)
		}
		if p.expanded < 0 || p.expanded > freeExpansion+mostExpansion*p.length || p.values < 0 || p.values > mostPageValues {
			return fmt.Errorf("the page at byte %d is said to expand from %d bytes to %d with %d values, which no text does", at, p.length, p.expanded, p.values)
		}
		at += p.length
		seen += p.values
	}
	return nil
}

// pageAt reads the header of the page at an offset, which has its least and its
// greatest value in it, and so may be long.
func pageAt(r io.ReaderAt, at, size int64) (p page, length int64, err error) {
	for n := int64(4 << 10); ; n *= 16 {
		header := make([]byte, min(n, size-at))
		if _, err := r.ReadAt(header, at); err != nil {
			return p, 0, err
		}
		if p, length, err = pageOf(header); err == nil || n >= mostPageHeader || n >= size-at {
			return p, length, err
		}
	}
}

// pageOf reads the fields of PageHeader; a dictionary has none of the column's values.
func pageOf(header []byte) (p page, length int64, err error) {
	entries := int64(0)
	rest, err := walk(header, func(path []int16, value int64) {
		switch {
		case isAt(path, 2):
			p.expanded = value
		case isAt(path, 3):
			p.length = value
		case isAt(path, 5, 1), isAt(path, 8, 1):
			p.values = value
		case isAt(path, 7, 1):
			entries = value
		}
	})
	if entries < 0 || entries > mostPageValues {
		p.values = entries // which is refused
	}
	return p, int64(len(header) - len(rest)), err
}

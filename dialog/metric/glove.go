package metric

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"

	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/tokenize"
)

// maxVectorLine is the longest line in bytes of a file of word vectors.
const maxVectorLine = 1 << 20

// ReadVectors reads word vectors from a text file as GloVe writes it
// [pennington], plain or gzipped:
//
//	word v1 v2 … vd
//
// separated by single spaces. Only the words of the vocabulary are kept; of a
// word that is given twice, the first vector. A word may itself hold spaces, as
// some of GloVe's 840B file do: the last d fields are the vector, d being the
// number of numbers that end the first line. A first line of two whole numbers,
// as word2vec and fastText write it, is passed over. Words are compared as they
// stand, so the tokens must have the file's case.
//
// Every error names the file, the line where there is one, and the cure.
func ReadVectors(path string, vocabulary map[string]bool) (*Vectors, error) {
	return openVectors(path, vocabulary, math.MaxInt)
}

// checkedLines is how many lines of a file of vectors CheckVectors reads.
const checkedLines = 1000

// CheckVectors reads the beginning of a file of word vectors and says what ReadVectors
// would say of it, before the work that will need them.
func CheckVectors(path string) error {
	_, err := openVectors(path, nil, checkedLines)
	return err
}

func openVectors(path string, vocabulary map[string]bool, most int) (*Vectors, error) {
	f, _, err := regular.Open(path)
	if err != nil {
		return nil, cannotRead(path, err)
	}
	defer f.Close()
	text, err := decompressed(f)
	if err != nil {
		return nil, cannotRead(path, err)
	}
	return readVectors(text, path, vocabulary, most)
}

func cannotRead(path string, err error) error {
	cure := "look whether it is a text file of word vectors, plain or gzipped"
	if errors.Is(err, fs.ErrNotExist) {
		cure = "check the spelling"
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err // the path is named once, by us
	}
	return fmt.Errorf("%s cannot be read: %w; %s", printable(path), err, cure)
}

// decompressed puts a decompressor before r where its first bytes are those of
// gzip (RFC 1952).
func decompressed(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	magic, _ := b.Peek(6) // a shorter file is not compressed
	if bytes.HasPrefix(magic, []byte("\x1f\x8b")) {
		return gzip.NewReader(b)
	}
	if kind := regular.Packed(magic); kind != "" {
		return nil, regular.ErrPacked(kind)
	}
	return b, nil
}

// readVectors is ReadVectors of at most so many lines of an open file; path is for
// messages.
func readVectors(r io.Reader, path string, vocabulary map[string]bool, most int) (*Vectors, error) {
	lines := bufio.NewScanner(tokenize.Decoded(r))
	lines.Buffer(make([]byte, 64<<10), maxVectorLine)
	v := &Vectors{words: make(map[string]vector)}
	number := 0
	for number < most && lines.Scan() {
		number++
		line := bytes.TrimRight(lines.Bytes(), " \r")
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if number == 1 && isHeader(line) {
			continue
		}
		if err := v.parse(line, vocabulary); err != nil {
			return nil, fmt.Errorf("%s:%d: %w; mend or delete the line", printable(path), number, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("%s:%d: the line is longer than 1 MiB; give a text file of word vectors", printable(path), number+1)
	case err != nil:
		return nil, cannotRead(path, err)
	case v.dim == 0:
		return nil, fmt.Errorf("%s holds no word vector; give a file with lines such as \"word 0.1 -0.2 0.3\"", printable(path))
	}
	return v, nil
}

// isHeader reports whether a line is two whole numbers: how many words and how
// many values.
func isHeader(line []byte) bool {
	fields := bytes.Split(line, []byte(" "))
	return len(fields) == 2 && !slices.ContainsFunc(fields, func(f []byte) bool {
		_, err := strconv.ParseUint(string(f), 10, 32)
		return err != nil
	})
}

// parse takes in the word of a line if the vocabulary has it.
func (v *Vectors) parse(line []byte, vocabulary map[string]bool) error {
	if v.dim == 0 {
		if v.dim = numbersAtEnd(line); v.dim == 0 {
			return errors.New("there is no number after the word")
		}
	}
	end := wordEnd(line, v.dim)
	if end < 0 {
		return fmt.Errorf("there are fewer than %d numbers after the word", v.dim)
	}
	if !vocabulary[string(line[:end])] {
		return nil
	}
	values, err := parseValues(line[end+1:], v.dim)
	if err != nil {
		return err
	}
	v.add(string(line[:end]), values)
	return nil
}

// numbersAtEnd counts the numbers that end a line, without the word before them,
// which may be a number itself.
func numbersAtEnd(line []byte) (n int) {
	for {
		space := bytes.LastIndexByte(line, ' ')
		if space < 0 {
			return n
		}
		if _, err := parseValue(line[space+1:]); err != nil {
			return n
		}
		line = line[:space]
		n++
	}
}

// wordEnd is where the space before the last dim fields stands, −1 where there
// is none.
func wordEnd(line []byte, dim int) int {
	end := len(line)
	for range dim {
		if end = bytes.LastIndexByte(line[:end], ' '); end < 0 {
			return -1
		}
	}
	return end
}

func parseValues(text []byte, dim int) ([]float32, error) {
	values := make([]float32, 0, dim)
	for field := range bytes.SplitSeq(text, []byte(" ")) {
		x, err := parseValue(field)
		if err != nil {
			return nil, err
		}
		values = append(values, x)
	}
	return values, nil
}

func parseValue(field []byte) (float32, error) {
	x, err := strconv.ParseFloat(string(field), 32)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, fmt.Errorf("%.40q is not a finite number", field)
	}
	return float32(x), nil
}

// printable returns a path as it may stand in a message: quoted when it is
// empty or holds anything that could disturb a terminal.
func printable(path string) string {
	hidden := func(r rune) bool { return !strconv.IsPrint(r) }
	if path == "" || !utf8.ValidString(path) || strings.ContainsFunc(path, hidden) {
		return strconv.Quote(path)
	}
	return path
}

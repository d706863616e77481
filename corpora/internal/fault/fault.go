// Package fault has the errors of corpora: one sentence each, with the file and
// the line, the fault and the cure.
package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/cvae-go/cvae/corpora/internal/named"
	"github.com/cvae-go/cvae/dialog/safe"
)

// Malformed is one bad line. It is the only kind of error that SkipBad skips.
type Malformed struct {
	File    string
	Line    int // 1-based
	Problem string
}

// At is the error of a line.
func At(file string, line int, problem string) *Malformed { return &Malformed{file, line, problem} }

func (e *Malformed) Error() string {
	return fmt.Sprintf("corpora: %s:%d: %s; mend the line, or leave such lines out with --skip-bad",
		Shown(e.File), e.Line, e.Problem)
}

// The faults of a whole file that have a cure of their own.
var (
	ErrZip       = errors.New("it is a zip archive")
	ErrTar       = errors.New("it is a tar archive")
	ErrArrow     = errors.New("it is an Arrow table")
	ErrExpansion = errors.New("it expands to more than 256 times its size, which no text does")
)

// Shown returns a path or a name as it may stand in a message: quoted when it
// is empty or holds anything that could disturb a terminal.
func Shown(s string) string {
	s = named.Plain(s)
	if s == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// Quoted is Shown as it may stand in a command line.
func Quoted(path string) string { return safe.Argument(named.Plain(path)) }

// BaseName is the last element of a path, for a message.
func BaseName(path string) string { return Shown(filepath.Base(path)) }

// Excerpt quotes the beginning of s for a message.
func Excerpt(s string) string {
	const most = 40
	if len(s) <= most {
		return strconv.Quote(s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "…"
}

// CannotRead wraps an error of the file system in a sentence with a cure.
func CannotRead(path string, err error) error {
	cure := "look whether the file is damaged"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		cure = "check the spelling"
	case errors.Is(err, fs.ErrPermission):
		cure = "check its permissions"
	case errors.Is(err, syscall.ELOOP):
		cure = "mend the link, which leads back to itself"
	case errors.Is(err, ErrZip):
		cure = "unzip it, and give the folder that it makes"
	case errors.Is(err, ErrTar):
		cure = "unpack it, as in tar -xf ARCHIVE, and give the folder that it makes"
	case errors.Is(err, ErrArrow):
		cure = "leave --format away, or save it as Parquet, in Python with dataset.to_parquet(\"train.parquet\")"
	case errors.Is(err, ErrExpansion):
		cure = "decompress it yourself if that is right"
	}
	return fmt.Errorf("corpora: %s cannot be read: %w; %s", Shown(path), pathless(err), cure)
}

// CannotWrite wraps an error of the file system in a sentence with a cure.
func CannotWrite(path string, err error) error {
	cure := "look whether the disk is full"
	switch {
	case errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("corpora: %s cannot be written: %w", Shown(path), pathless(err)) // the program adds the cure
	case errors.Is(err, fs.ErrNotExist):
		cure = "make the folder it is in first"
	case errors.Is(err, fs.ErrPermission):
		cure = "check the permissions of its folder"
	}
	return fmt.Errorf("corpora: %s cannot be written: %w; %s", Shown(path), pathless(err), cure)
}

// pathless takes the path out of an error: the message names it once.
func pathless(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

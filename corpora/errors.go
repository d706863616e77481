package corpora

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"
)

// malformed is one bad line. It is the only kind of error that SkipBad skips.
type malformed struct {
	file    string
	line    int // 1-based
	problem string
}

func (e *malformed) Error() string {
	return fmt.Sprintf("corpora: %s:%d: %s; mend the line, or leave such lines out with --skip-bad",
		shown(e.file), e.line, e.problem)
}

var (
	errUTF16     = errors.New("it is UTF-16")
	errExpansion = fmt.Errorf("it expands to more than %d times its size, which no text does", mostExpansion)
)

// shown returns a path or a name as it may stand in a message: quoted when it
// is empty or holds anything that could disturb a terminal.
func shown(s string) string {
	if s == "" || !utf8.ValidString(s) || strings.IndexFunc(s, unprintable) >= 0 {
		return strconv.Quote(s)
	}
	return s
}

// baseName is the last element of a path, for a message.
func baseName(path string) string { return shown(filepath.Base(path)) }

func unprintable(r rune) bool { return !strconv.IsPrint(r) }

// excerpt quotes the beginning of s for a message.
func excerpt(s string) string {
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

// cannotRead wraps an error of the file system in a sentence with a cure.
func cannotRead(path string, err error) error {
	cure := "look whether the file is damaged"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		cure = "check the spelling"
	case errors.Is(err, fs.ErrPermission):
		cure = "check its permissions"
	case errors.Is(err, syscall.ELOOP):
		cure = "mend the link, which leads back to itself"
	case errors.Is(err, errUTF16):
		cure = "save it as UTF-8"
	case errors.Is(err, errExpansion):
		cure = "decompress it yourself if that is right"
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err // the path is named once, by us
	}
	return fmt.Errorf("corpora: %s cannot be read: %w; %s", shown(path), err, cure)
}

package main

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/cvae-go/cvae/cvae/ranks"
)

// Ranks that are interrupted together leave with one sentence, which rank 0 says; a rank
// that fails, or is interrupted apart, says it itself and does not close its link.
func TestLeave(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		code    int
		says    [2]string
		closing bool
	}{
		"done":        {nil, exitOK, [2]string{}, true},
		"interrupted": {errInterrupted, exitInterrupted, [2]string{"cvae: interrupted\n", ""}, true},
		"cancelled":   {context.Canceled, exitInterrupted, [2]string{"cvae: interrupted\n", ""}, true},
		"apart":       {apart{errInterrupted}, exitInterrupted, [2]string{"cvae: interrupted\n", "cvae: interrupted\n"}, false},
		"failed":      {errors.New("no space"), exitFailure, [2]string{"cvae: no space\n", "cvae: no space\n"}, false},
	} {
		for rank, link := range ranks.Local(2) {
			closed := &closing{Link: link}
			err := leave(closed, c.err)
			var said bytes.Buffer
			code := exitOK
			if err != nil {
				code = complain(&said, newRoot(), err)
			}
			if code != c.code || said.String() != c.says[rank] || closed.closed != c.closing {
				t.Errorf("%s: rank %d has status %d, says %q, closes %v", name, rank, code, said.String(), closed.closed)
			}
		}
	}
}

// A closing link notes that it was closed.
type closing struct {
	ranks.Link
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return c.Link.Close()
}

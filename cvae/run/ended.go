package run

import (
	"errors"
	"io/fs"

	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

// Ended says why training in the run directory ended, "" if it can go on.
func Ended(dir string) (reason string, err error) {
	c, err := checkpoint.Load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return train.Ended(c)
}

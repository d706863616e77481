// Package setting has the error of a setting that is refused, which names its key.
package setting

import (
	"errors"
	"fmt"
)

// An Error says why the value of a setting is refused.
type Error struct {
	Key string // such as latent.dim
	Err error  // a whole sentence, which names the key or what it decides
}

// Error implements error.
func (e Error) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e Error) Unwrap() error { return e.Err }

// Refuse is the error of a key, with which the sentence begins.
func Refuse(key, format string, a ...any) error {
	return Error{key, fmt.Errorf(key+" "+format, a...)}
}

// Of is an error of a key whose sentence is whole; nil stays nil, and one that names a key
// keeps it.
func Of(key string, err error) error {
	var named Error
	if err == nil || errors.As(err, &named) {
		return err
	}
	return Error{key, err}
}

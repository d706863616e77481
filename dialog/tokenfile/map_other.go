//go:build !unix

package tokenfile

import (
	"errors"
	"os"
)

// mapped is not for this system.
func mapped(*os.File, int64) (memory []byte, unmap func() error, err error) {
	return nil, nil, errors.ErrUnsupported
}

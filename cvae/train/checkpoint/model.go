package checkpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/dialog/regular"
)

// SaveModel writes a model file, such as model.safetensors, with the caller's
// metadata and a checksum. A reader of path finds the old model or the new one,
// never a part. Metadata keys must not start with "cvae.".
func SaveModel(path string, model []safetensors.Tensor, metadata map[string]string) error {
	if err := checkKeys(metadata); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	sealed, err := seal(kindModel, model, metadata)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return atomicfile.Write(path, func(w io.Writer) error { return safetensors.Write(w, model, sealed) })
}

// LoadModel reads a file of [SaveModel], or last.safetensors, and checks its
// version and checksum. The tensors come in the byte order of their names, halves
// as float32, the
// metadata are those of the caller of SaveModel, or the step of last.safetensors. The
// error names the file and the fault, and wraps fs.ErrNotExist if there is no file.
func LoadModel(path string) ([]safetensors.Tensor, map[string]string, error) {
	tensors, metadata, err := loadSealed(path, kindModel, kindLast)
	if err != nil {
		return nil, nil, err
	}
	return safetensors.Widened(tensors), ofCaller(metadata), nil
}

// ReadModel is LoadModel from size bytes at r, but halves stay what they are. Its errors
// name no file.
func ReadModel(r io.ReaderAt, size int64) ([]safetensors.Tensor, map[string]string, error) {
	return opened(readSealed(r, size, kindModel, kindLast))
}

// ReadEmbedded is ReadModel of a file that is part of this program, whose checksum a
// test has compared: computing it takes a tenth of the time to the first answer.
func ReadEmbedded(r io.ReaderAt, size int64) ([]safetensors.Tensor, map[string]string, error) {
	tensors, metadata, err := safetensors.Read(r, size)
	if err == nil {
		err = checkFormat(metadata, kindModel)
	}
	return opened(tensors, metadata, err)
}

func opened(tensors []safetensors.Tensor, metadata map[string]string, err error) ([]safetensors.Tensor, map[string]string, error) {
	if err != nil {
		return nil, nil, err
	}
	return tensors, ofCaller(metadata), nil
}

// seal returns metadata with the version, the kind and the checksum.
func seal(k kind, tensors []safetensors.Tensor, metadata map[string]string) (map[string]string, error) {
	sealed := map[string]string{keyVersion: formatVersion, keyKind: string(k)}
	maps.Copy(sealed, metadata)
	sum, err := checksum(tensors, sealed)
	if err != nil {
		return nil, err
	}
	sealed[keyChecksum] = sum
	return sealed, nil
}

// checksum is the SHA-256 of the file that tensors and metadata would make
// without their checksum, in hexadecimal. So it covers names, dtypes, shapes
// and metadata besides the data.
func checksum(tensors []safetensors.Tensor, metadata map[string]string) (string, error) {
	bare := maps.Clone(metadata)
	delete(bare, keyChecksum)
	sum := sha256.New()
	if err := safetensors.Write(sum, tensors, bare); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// loadSealed reads a file that seal made, and checks it.
func loadSealed(path string, kinds ...kind) ([]safetensors.Tensor, map[string]string, error) {
	f, size, err := regular.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	tensors, metadata, err := readSealed(f, size, kinds...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be used: %w", path, err)
	}
	return tensors, metadata, nil
}

func readSealed(r io.ReaderAt, size int64, kinds ...kind) ([]safetensors.Tensor, map[string]string, error) {
	tensors, metadata, err := safetensors.Read(r, size)
	if err == nil {
		err = checkSeal(tensors, metadata, kinds...)
	}
	return tensors, metadata, err
}

func checkSeal(tensors []safetensors.Tensor, metadata map[string]string, kinds ...kind) error {
	if err := checkFormat(metadata, kinds...); err != nil {
		return err
	}
	sum, err := checksum(tensors, metadata)
	if err != nil {
		return err
	}
	if sum != metadata[keyChecksum] {
		return errors.New("its content does not fit its checksum, so the file is damaged")
	}
	return nil
}

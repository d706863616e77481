package checkpoint

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// formatVersion is the version of all files of this package. A change that an
// older program would misread raises it.
const formatVersion = "1"

// reserved starts the metadata keys of this package.
const reserved = "cvae."

// The metadata keys.
const (
	keyVersion  = reserved + "version"
	keyKind     = reserved + "kind"
	keyChecksum = reserved + "checksum"
	keyStep     = reserved + "step"
	keyStateSum = reserved + "state_sha256"
	keyClocks   = reserved + "clocks"
	keyOrigin   = reserved + "origin"
	keyUnlogged = reserved + "unlogged"
)

// A kind tells the files of this package apart whatever their names are.
type kind string

const (
	kindModel kind = "model" // SaveModel's
	kindLast  kind = "last"
	kindState kind = "state"
)

// checkFormat checks that metadata are those of a file of this version and of
// one of the kinds.
func checkFormat(metadata map[string]string, kinds ...kind) error {
	version, ok := metadata[keyVersion]
	if !ok {
		return fmt.Errorf("there is no %s in its metadata: it was not written by cvae", keyVersion)
	}
	if version != formatVersion {
		return fmt.Errorf("it has format version %q, and this program reads version %s", version, formatVersion)
	}
	for _, k := range kinds {
		if metadata[keyKind] == string(k) {
			return nil
		}
	}
	return fmt.Errorf("it is a file of kind %q, and %q is needed", metadata[keyKind], kinds[0])
}

// withoutReserved returns what the caller of this package stored.
func withoutReserved(metadata map[string]string) map[string]string {
	own := maps.Clone(metadata)
	maps.DeleteFunc(own, func(key, _ string) bool { return strings.HasPrefix(key, reserved) })
	return own
}

// ofCaller is withoutReserved with the step of a file that this package gave one.
func ofCaller(metadata map[string]string) map[string]string {
	own := withoutReserved(metadata)
	if step, ok := metadata[keyStep]; ok {
		own["step"] = step
	}
	return own
}

// number reads a whole number that is not negative, in its one spelling.
func number(metadata map[string]string, key string) (int64, error) {
	n, err := strconv.ParseInt(metadata[key], 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != metadata[key] {
		return 0, fmt.Errorf("%s is %q in its metadata, not a whole number", key, metadata[key])
	}
	return n, nil
}

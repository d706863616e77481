package checkpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"maps"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// clocks is what differs between two runs that are equal otherwise.
type clocks struct {
	elapsed   time.Duration
	logLength int64
}

// String is the form in the state's metadata: nanoseconds, bytes and the
// CRC-32 of both.
func (c clocks) String() string {
	plain := fmt.Sprintf("%d %d", c.elapsed.Nanoseconds(), c.logLength)
	return fmt.Sprintf("%s %08x", plain, crc32.ChecksumIEEE([]byte(plain)))
}

// parseClocks reads what String wrote.
func parseClocks(text string) (c clocks, err error) {
	var sum uint32
	if _, err := fmt.Sscanf(text, "%d %d %x", &c.elapsed, &c.logLength, &sum); err != nil {
		return c, fmt.Errorf("%s is %q in its metadata: %w", keyClocks, text, err)
	}
	if c.String() != text || c.elapsed < 0 || c.logLength < 0 {
		return c, fmt.Errorf("%s is %q in its metadata, which is damaged", keyClocks, text)
	}
	return c, nil
}

// sealed is a text outside the sha256 in the state's metadata: with its CRC-32.
func sealed(text string) string {
	return fmt.Sprintf("%s %08x", text, crc32.ChecksumIEEE([]byte(text)))
}

// unsealed reads what sealed wrote; states of older versions lack some texts.
func unsealed(metadata map[string]string, key string) (string, error) {
	text, ok := metadata[key]
	if !ok {
		return "", nil
	}
	plain := text[:max(0, strings.LastIndexByte(text, ' '))]
	if sealed(plain) != text {
		return "", fmt.Errorf("%s is %q in its metadata, which is damaged", key, text)
	}
	return plain, nil
}

// stateSum is the SHA-256, in hexadecimal, of the state's file without its
// clocks, its origin and what was not logged.
func stateSum(training []safetensors.Tensor, metadata map[string]string) (string, error) {
	hash := sha256.New()
	err := safetensors.Write(hash, training, summed(metadata))
	return hex.EncodeToString(hash.Sum(nil)), err
}

// summed is the metadata that enters the sum.
func summed(metadata map[string]string) map[string]string {
	metadata = maps.Clone(metadata)
	delete(metadata, keyClocks)
	delete(metadata, keyOrigin)
	delete(metadata, keyUnlogged)
	return metadata
}

package tokenize

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"

	"github.com/rivo/uniseg"
)

// A charsmap is a normalizer of SentencePiece, compiled: a double-array trie (Aoe
// 1989, "An Efficient Digital Search Algorithm by Using a Double-Array Structure") of texts,
// and what each becomes, one after the other with a NUL between them.
type charsmap struct {
	units []uint32
	texts string
}

var errCharsmap = errors.New("its normalizer Precompiled is malformed")

func parsePrecompiled(data json.RawMessage) (step, error) {
	var p struct {
		Type     string
		Charsmap *string `json:"precompiled_charsmap"`
	}
	if err := decodeStrict(data, &p, "normalizer Precompiled"); err != nil {
		return nil, err
	}
	if p.Charsmap == nil || *p.Charsmap == "" {
		return func(text string) string { return text }, nil
	}
	raw, err := base64.StdEncoding.DecodeString(*p.Charsmap)
	if err != nil || len(raw) < 4 {
		return nil, errCharsmap
	}
	size := binary.LittleEndian.Uint32(raw)
	if raw = raw[4:]; int64(size) > int64(len(raw)) || size%4 != 0 {
		return nil, errCharsmap
	}
	c := charsmap{units: make([]uint32, size/4), texts: string(raw[size:])}
	for i := range c.units {
		c.units[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return c.normalise, nil
}

// normalise replaces short grapheme clusters, or else their characters.
func (c charsmap) normalise(text string) string {
	const short = 6 // bytes
	var b strings.Builder
	state := -1
	for text != "" {
		var cluster string
		cluster, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
		if len(cluster) < short {
			if to, ok := c.find(cluster); ok {
				b.WriteString(to)
				continue
			}
		}
		for _, r := range cluster {
			if to, ok := c.find(string(r)); ok {
				b.WriteString(to)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// find returns what the shortest text of the trie that key begins with becomes.
func (c charsmap) find(key string) (to string, ok bool) {
	at := uint32(0)
	if len(c.units) == 0 {
		return "", false
	}
	at ^= offsetOf(c.units[0])
	for i := range len(key) {
		at ^= uint32(key[i])
		if int64(at) >= int64(len(c.units)) {
			return "", false
		}
		unit := c.units[at]
		if unit&(1<<31|0xff) != uint32(key[i]) { // its label
			return "", false
		}
		at ^= offsetOf(unit)
		if unit>>8&1 == 1 { // a text ends here
			if int64(at) >= int64(len(c.units)) {
				return "", false
			}
			value := c.units[at] & (1<<31 - 1)
			if int64(value) > int64(len(c.texts)) {
				return "", false
			}
			to, _, _ := strings.Cut(c.texts[value:], "\x00")
			return strings.ToValidUTF8(to, ""), true
		}
	}
	return "", false
}

// offsetOf is where the children of a unit are, of darts-clone's 32 bits.
func offsetOf(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }

package safetensors

import (
	"encoding/binary"
	"io"
	"math"
	"slices"
	"unsafe"
)

// A Half is the 16 bits of a half-precision number (IEEE 754 binary16): a sign, five
// bits of exponent and ten of fraction.
type Half uint16

// NewHalf rounds x to the nearest half, ties to even. What is beyond 65504 becomes
// infinite.
func NewHalf(x float32) Half {
	b := math.Float32bits(x)
	sign, magnitude := Half(b>>16&0x8000), b&0x7fffffff
	switch {
	case magnitude > 0x7f800000: // not a number
		return sign | 0x7e00
	case magnitude >= 0x47800000: // 65536
		return sign | 0x7c00
	case magnitude < 0x38800000: // 2^-14: a multiple of 2^-24
		return sign | Half(math.RoundToEven(float64(math.Float32frombits(magnitude))*(1<<24)))
	}
	rounded := magnitude + 0xfff + magnitude>>13&1 // half of the last place, less a bit where it is even
	return sign | Half((rounded-0x38000000)>>13)
}

// Float32 is the number, exactly.
func (h Half) Float32() float32 {
	b := uint32(h&0x7fff) << 13
	if b >= 0x0f800000 { // infinite or not a number
		return math.Float32frombits(uint32(h&0x8000)<<16 | 0x70000000 | b)
	}
	// The exponent is that of a float32 less 127-15.
	return math.Float32frombits(uint32(h&0x8000)<<16 | math.Float32bits(math.Float32frombits(b)*0x1p112))
}

// Halved is tensors whose float32 data are rounded to halves, in half the bytes.
func Halved(tensors []Tensor) []Tensor {
	out := slices.Clone(tensors)
	for i, t := range out {
		if data, ok := t.Data.([]float32); ok {
			half := make([]Half, len(data))
			for j, x := range data {
				half[j] = NewHalf(x)
			}
			out[i].Data = half
		}
	}
	return out
}

// Widen writes halves to as many float32.
func Widen(to []float32, from []Half) {
	for i, h := range from {
		to[i] = h.Float32()
	}
}

// Widened is tensors whose halves are float32.
func Widened(tensors []Tensor) []Tensor {
	out := slices.Clone(tensors)
	for i, t := range out {
		if data, ok := t.Data.([]Half); ok {
			wide := make([]float32, len(data))
			Widen(wide, data)
			out[i].Data = wide
		}
	}
	return out
}

// inFile is the memory of halves, which is what a file has of them; nil on a machine
// with the other order of bytes.
func inFile(data []Half) []byte {
	if len(data) == 0 || binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), 2*len(data))
}

// writeHalves and readHalves are writeData and readData without reflection and, where
// they can, without a copy, which a program that starts with its model feels.
func writeHalves(w io.Writer, buffer []byte, data []Half) error {
	if raw := inFile(data); raw != nil {
		_, err := w.Write(raw)
		return err
	}
	return writeHalvesOf(w, buffer, data)
}

// writeHalvesOf is writeHalves through buffer.
func writeHalvesOf(w io.Writer, buffer []byte, data []Half) error {
	for len(data) > 0 {
		n := min(len(data), len(buffer)/2)
		for i, h := range data[:n] {
			binary.LittleEndian.PutUint16(buffer[2*i:], uint16(h))
		}
		if _, err := w.Write(buffer[:2*n]); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

func readHalves(r io.Reader, buffer []byte, n int) (any, error) {
	data := make([]Half, n)
	if raw := inFile(data); raw != nil {
		if _, err := io.ReadFull(r, raw); err != nil {
			return nil, err
		}
		return data, nil
	}
	return data, readHalvesOf(r, buffer, data)
}

// readHalvesOf is readHalves into data through buffer.
func readHalvesOf(r io.Reader, buffer []byte, data []Half) error {
	for rest := data; len(rest) > 0; {
		n := min(len(rest), len(buffer)/2)
		if _, err := io.ReadFull(r, buffer[:2*n]); err != nil {
			return err
		}
		for i := range rest[:n] {
			rest[i] = Half(binary.LittleEndian.Uint16(buffer[2*i:]))
		}
		rest = rest[n:]
	}
	return nil
}

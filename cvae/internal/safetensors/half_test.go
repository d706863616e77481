package safetensors

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every half is itself again, and the numbers between two are rounded to the nearer
// one, or the even one (IEEE 754, 4.3.1).
func TestHalfRounds(t *testing.T) {
	for h := Half(0); h < 0x7c00; h++ {
		x, next := h.Float32(), (h + 1).Float32()
		if h == 0x7bff {
			next = 65536 // the first that would need a sixth bit of exponent
		}
		middle := x + (next-x)/2
		even := h + h&1
		for y, want := range map[float32]Half{
			x: h, math.Nextafter32(middle, 0): h, middle: even, math.Nextafter32(middle, next): h + 1,
		} {
			if got := NewHalf(y); got != want {
				t.Fatalf("%g becomes %#x, want %#x", y, got, want)
			}
			if got := NewHalf(-y); got != want|0x8000 {
				t.Fatalf("%g becomes %#x, want %#x", -y, got, want|0x8000)
			}
		}
	}
}

// The numbers are those of the tables of IEEE 754 and of numpy 2.4.6:
// numpy.float16(x).view('u2').
func TestHalfValues(t *testing.T) {
	for x, want := range map[float64]Half{
		0: 0, 1: 0x3c00, -2: 0xc000, 65504: 0x7bff, 65519: 0x7bff, 65520: 0x7c00, 1e9: 0x7c00, 0x1p-14: 0x0400, 0x1p-24: 1,
		0x1p-25: 0, 1e-9: 0, 0.1: 0x2e66, 1. / 3: 0x3555, math.Inf(-1): 0xfc00,
	} {
		if got := NewHalf(float32(x)); got != want {
			t.Errorf("%g becomes %#x, want %#x", x, got, want)
		}
	}
	if got := NewHalf(float32(math.NaN())).Float32(); !math.IsNaN(float64(got)) {
		t.Errorf("NaN becomes %g", got)
	}
	if got := Half(0x7c00).Float32(); !math.IsInf(float64(got), 1) {
		t.Errorf("infinity becomes %g", got)
	}
}

// A file of halves has two bytes a number, and comes back as it was, also in more than
// one buffer; other types stay.
func TestHalved(t *testing.T) {
	n := bufferSize/2 + 3
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(i) / 1024
	}
	tensors := []Tensor{{"count", []int{1}, []int64{7}}, {"weight", []int{n}, data}}
	halved := Halved(tensors)
	var file bytes.Buffer
	if err := Write(&file, halved, nil); err != nil {
		t.Fatal(err)
	}
	if file.Len() > 2*n+512 {
		t.Errorf("%d bytes for %d numbers", file.Len(), n)
	}
	got, _, err := Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(halved, got); diff != "" {
		t.Error(diff)
	}
	wide := Widened(got)
	for i, x := range wide[1].Data.([]float32) {
		if math.Abs(float64(x-data[i])) > float64(data[i])/2048 {
			t.Fatalf("%g became %g", data[i], x)
		}
	}
	if wide[0].Data.([]int64)[0] != 7 {
		t.Errorf("the count is %v", wide[0].Data)
	}
}

// Halves through a buffer are those without one.
func TestHalvesThroughABuffer(t *testing.T) {
	data := make([]Half, 1001)
	for i := range data {
		data[i] = Half(i * 65)
	}
	var direct, buffered bytes.Buffer
	buffer := make([]byte, 64)
	if err := writeHalves(&direct, buffer, data); err != nil {
		t.Fatal(err)
	}
	if err := writeHalvesOf(&buffered, buffer, data); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(direct.Bytes(), buffered.Bytes()) {
		t.Error("the bytes differ")
	}
	got := make([]Half, len(data))
	if err := readHalvesOf(&buffered, buffer, got); err != nil {
		t.Fatal(err)
	}
	read, err := readHalves(&direct, buffer, len(data))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(data, got) + cmp.Diff(data, read); diff != "" {
		t.Error(diff)
	}
	if _, err := readHalves(bytes.NewReader([]byte{1}), buffer, 2); err == nil {
		t.Error("half a number is read")
	}
}

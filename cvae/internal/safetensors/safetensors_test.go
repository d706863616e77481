package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// pythonFile was written by save_file of the Python package safetensors 0.8.0
// (numpy 2.4.6) from the arrays of pythonTensors.
const pythonFile = "testdata/python-0.8.0.safetensors"

func pythonTensors() []Tensor {
	negativeZero := float32(math.Copysign(0, -1))
	return []Tensor{ // in name order
		{`a "ü"`, []int{2}, []float32{float32(math.Inf(1)), negativeZero}},
		{"b", []int{1}, []float64{0.1}},
		{"cursor", []int{2, 2}, []int64{1, -2, 3, 1 << 40}},
		{"empty", []int{0, 4}, []float32{}},
		{"encoder.weight", []int{2, 3}, []float32{1.5, -2, 3, 0.25, 5, -6}},
		{"mask", []int{3}, []uint8{0, 1, 255}},
		{"scalar", []int{}, []float32{7}},
	}
}

func read(t testing.TB, file []byte) ([]Tensor, map[string]string) {
	t.Helper()
	tensors, metadata, err := Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return tensors, metadata
}

func write(t testing.TB, tensors []Tensor, metadata map[string]string) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := Write(&file, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestReadsPythonFile(t *testing.T) {
	file, err := os.ReadFile(pythonFile)
	if err != nil {
		t.Fatal(err)
	}
	tensors, metadata := read(t, file)
	if diff := cmp.Diff(pythonTensors(), tensors); diff != "" {
		t.Error(diff)
	}
	if !math.Signbit(float64(tensors[0].Data.([]float32)[1])) {
		t.Error("-0 lost its sign")
	}
	if diff := cmp.Diff(map[string]string{"format": "pt"}, metadata); diff != "" {
		t.Error(diff)
	}
}

func TestWritesWhatPythonWrites(t *testing.T) {
	want, err := os.ReadFile(pythonFile)
	if err != nil {
		t.Fatal(err)
	}
	if got := write(t, pythonTensors(), map[string]string{"format": "pt"}); !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestRoundTripAcrossBuffers(t *testing.T) {
	n := bufferSize/4*2 + 3 // more than two buffers of float32, and not a multiple
	floats, ints := make([]float32, n), make([]int64, n)
	for i := range floats {
		floats[i], ints[i] = float32(i)/3, int64(i)*-7
	}
	in := []Tensor{{"f", []int{n}, floats}, {"i", []int{n}, ints}}
	out, metadata := read(t, write(t, in, nil))
	if diff := cmp.Diff(in, out); diff != "" {
		t.Error(diff)
	}
	if metadata != nil {
		t.Errorf("metadata %v out of nothing", metadata)
	}
}

func TestRoundTripKeepsNaNBits(t *testing.T) {
	const bits = 0x7fc12345
	in := []Tensor{{"x", []int{1}, []float32{math.Float32frombits(bits)}}}
	out, _ := read(t, write(t, in, nil))
	if got := math.Float32bits(out[0].Data.([]float32)[0]); got != bits {
		t.Errorf("bits %x, want %x", got, bits)
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.String(), 0, 6, rapid.ID[string]).Draw(t, "names")
		in := map[string]Tensor{}
		var list []Tensor
		for _, name := range names {
			in[name] = drawTensor(t, name)
			list = append(list, in[name])
		}
		metadata := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "metadata")
		var file bytes.Buffer
		if err := Write(&file, list, metadata); err != nil {
			t.Fatal(err)
		}
		out, gotMetadata, err := Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil || len(out) != len(in) {
			t.Fatal(len(out), err)
		}
		for _, got := range out {
			if diff := cmp.Diff(in[got.Name], got); diff != "" {
				t.Fatal(diff)
			}
		}
		if len(metadata) > 0 && !cmp.Equal(metadata, gotMetadata) {
			t.Fatal(cmp.Diff(metadata, gotMetadata))
		}
	})
}

func drawTensor(t *rapid.T, name string) Tensor {
	shape := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 3).Draw(t, "shape")
	if shape == nil {
		shape = []int{}
	}
	n, _ := elements(shape)
	switch rapid.IntRange(0, 3).Draw(t, "dtype") {
	case 0:
		return Tensor{name, shape, draw(t, rapid.Int64(), n)}
	case 1:
		return Tensor{name, shape, draw(t, rapid.Float64(), n)}
	case 2:
		return Tensor{name, shape, draw(t, rapid.Float32(), n)}
	}
	return Tensor{name, shape, draw(t, rapid.Byte(), n)}
}

func draw[T any](t *rapid.T, gen *rapid.Generator[T], n int) []T {
	return append([]T{}, rapid.SliceOfN(gen, n, n).Draw(t, "data")...)
}

func TestWriteOrderDoesNotMatter(t *testing.T) {
	a := pythonTensors()
	b := append([]Tensor{a[6], a[5]}, a[:5]...)
	metadata := map[string]string{"x": "1", "y": "2", "z": "3"}
	if !bytes.Equal(write(t, a, metadata), write(t, b, metadata)) {
		t.Error("the order of tensors changed the file")
	}
	if b[0].Name != "scalar" {
		t.Error("the caller's slice was sorted")
	}
}

func TestWriteRefuses(t *testing.T) {
	one := []float32{1}
	for _, c := range []struct {
		fault    string
		tensors  []Tensor
		metadata map[string]string
	}{
		{"taken", []Tensor{{"x", []int{1}, one}, {"x", []int{1}, []int64{1}}}, nil},
		{"taken", []Tensor{{"__metadata__", []int{1}, one}}, nil},
		{"asks for 2 numbers, but there are 1", []Tensor{{"x", []int{2}, one}}, nil},
		{"negative", []Tensor{{"x", []int{-1}, one}}, nil},
		{"too large", []Tensor{{"x", []int{math.MaxInt, 8}, one}}, nil},
		{"type []int cannot", []Tensor{{"x", []int{1}, []int{1}}}, nil},
		{"type <nil> cannot", []Tensor{{"x", nil, nil}}, nil},
		{"not UTF-8", []Tensor{{"\xff", []int{1}, one}}, nil},
		{"not UTF-8", nil, map[string]string{"k": "\xff"}},
	} {
		var file bytes.Buffer
		err := Write(&file, c.tensors, c.metadata)
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: got %v", c.fault, err)
		}
		if file.Len() > 0 {
			t.Errorf("%s: %d bytes were written", c.fault, file.Len())
		}
	}
}

// A limited writer fails once n bytes have been written.
type limited struct{ n int }

var errFull = errors.New("disk full")

func (l *limited) Write(p []byte) (int, error) {
	if l.n -= len(p); l.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteReportsWriteErrors(t *testing.T) {
	whole := write(t, pythonTensors(), nil)
	for n := range whole {
		if err := Write(&limited{n}, pythonTensors(), nil); !errors.Is(err, errFull) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
}

func TestReadRefusesCutFiles(t *testing.T) {
	whole := write(t, pythonTensors(), map[string]string{"k": "v"})
	for n := range whole {
		if _, _, err := Read(bytes.NewReader(whole[:n]), int64(n)); err == nil {
			t.Fatalf("a file cut to %d bytes was read", n)
		}
		// The file shrinks between the question for its size and the reading.
		if _, _, err := Read(bytes.NewReader(whole[:n]), int64(len(whole))); err == nil {
			t.Fatalf("a file that shrank to %d bytes was read", n)
		}
	}
}

// file puts a header in front of data bytes.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func TestReadRefuses(t *testing.T) {
	entry := func(name, dtype, shape, offsets string) string {
		return `"` + name + `":{"dtype":"` + dtype + `","shape":` + shape + `,"data_offsets":` + offsets + `}`
	}
	a := entry("a", "F32", "[2]", "[0,8]")
	for _, c := range []struct {
		fault  string
		header string
		data   int
	}{
		{"does not start with {", ``, 0},
		{"does not start with {", ` {}`, 0},
		{"does not start with {", `[]`, 0},
		{"invalid JSON", `{`, 0},
		{"invalid JSON", `{"a"}`, 0},
		{"invalid JSON", `{1:2}`, 0},
		{"text follows", `{}x`, 0},
		{"not UTF-8", "{\"\xff\":1}", 0},
		{"a JSON object is needed", `{"a":7}`, 0},
		{"a JSON object is needed", `{"__metadata__":null}`, 0},
		{`metadata "k" is not a string`, `{"__metadata__":{"k":1}}`, 0},
		{`metadata "k" is not a string`, `{"__metadata__":{"k":null}}`, 0},
		{`"k" comes twice`, `{"__metadata__":{"k":"1","k":"1"}}`, 0},
		{`"a" comes twice`, `{` + a + `,` + a + `}`, 8},
		{`"dtype" comes twice`, `{"a":{"dtype":"F32","dtype":"F32"}}`, 8},
		{`unknown key "Shape"`, `{"a":{"dtype":"F32","Shape":[2],"data_offsets":[0,8]}}`, 8},
		{"are needed", `{"a":{"dtype":"F32","shape":[2]}}`, 8},
		{"are needed", `{"a":{"dtype":"F32","data_offsets":[0,8]}}`, 8},
		{"are needed", `{"a":{"shape":[2],"data_offsets":[0,8]}}`, 8},
		{"are needed", `{"a":{"dtype":null,"shape":[2],"data_offsets":[0,8]}}`, 8},
		{"are needed", `{` + entry("a", "F32", "[2]", "[0,8,8]") + `}`, 8},
		{"none that is read here", `{` + entry("a", "BF16", "[4]", "[0,8]") + `}`, 8},
		{"none that is read here", `{` + entry("a", "f32", "[2]", "[0,8]") + `}`, 8},
		{"whole number", `{` + entry("a", "F32", "[-2]", "[0,8]") + `}`, 8},
		{"whole number", `{` + entry("a", "F32", "[null]", "[0,8]") + `}`, 8},
		{"invalid JSON", `{` + entry("a", "F32", "[2.0]", "[0,8]") + `}`, 8},
		{"invalid JSON", `{` + entry("a", "F32", `["2"]`, "[0,8]") + `}`, 8},
		{"invalid JSON", `{` + entry("a", "F32", "[99999999999999999999]", "[0,8]") + `}`, 8},
		{"too large", `{` + entry("a", "F32", "[65536,65536,65536,65536]", "[0,8]") + `}`, 8},
		{"too large", `{` + entry("a", "U8", "[2147483647,2147483647,2147483647]", "[0,8]") + `}`, 8},
		{"do not hold", `{` + entry("a", "F32", "[3]", "[0,8]") + `}`, 8},
		{"do not hold", `{` + entry("a", "F32", "[2]", "[8,0]") + `}`, 8},
		{"whole number", `{` + entry("a", "F32", "[2]", "[-8,0]") + `}`, 8},
		{"overlaps", `{` + a + `,` + entry("b", "F32", "[2]", "[0,8]") + `}`, 8},
		{"overlaps", `{` + a + `,` + entry("b", "F32", "[0]", "[4,4]") + `}`, 8},
		{"4 bytes before", `{` + a + `,` + entry("b", "F32", "[1]", "[12,16]") + `}`, 16},
		{"1 bytes before", `{` + entry("a", "U8", "[1]", "[1,2]") + `}`, 2},
		{"cut off", `{` + a + `}`, 7},
		{"last 1 bytes", `{` + a + `}`, 9},
	} {
		b := file(c.header, c.data)
		_, _, err := Read(bytes.NewReader(b), int64(len(b)))
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: want %q, got %v", c.header, c.fault, err)
		}
		if _, err := ReadMetadata(bytes.NewReader(b), int64(len(b))); err == nil {
			t.Errorf("%s: ReadMetadata took it", c.header)
		}
	}
}

func TestReadRefusesHugeHeader(t *testing.T) {
	b := binary.LittleEndian.AppendUint64(nil, maxHeader+1)
	_, _, err := Read(bytes.NewReader(b), 1<<40)
	if err == nil || !strings.Contains(err.Error(), "are allowed") {
		t.Error(err)
	}
}

func TestReadTakesAnyOrderAndPadding(t *testing.T) {
	b := file(`{"b":{"shape":[1],"data_offsets":[1,2],"dtype":"U8"}, "a":{"dtype":"U8","data_offsets":[0,1],"shape":[1]}}   `, 0)
	tensors, _ := read(t, append(b, 5, 6))
	want := []Tensor{{"a", []int{1}, []uint8{5}}, {"b", []int{1}, []uint8{6}}}
	if diff := cmp.Diff(want, tensors); diff != "" {
		t.Error(diff)
	}
}

func TestReadMetadata(t *testing.T) {
	b := write(t, pythonTensors(), map[string]string{"k": "v"})
	got, err := ReadMetadata(bytes.NewReader(b), int64(len(b)))
	if err != nil || got["k"] != "v" {
		t.Error(got, err)
	}
}

// FuzzRead checks that no file makes Read panic, and that what it takes is
// written and read back unchanged.
func FuzzRead(f *testing.F) {
	f.Add(write(f, pythonTensors(), map[string]string{"k": "v"}))
	f.Add(file(`{}`, 0))
	f.Add(file(`{"__metadata__":{},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		tensors, metadata, err := Read(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		first := write(t, tensors, metadata)
		again, metadataAgain := read(t, first)
		if !bytes.Equal(first, write(t, again, metadataAgain)) {
			t.Error("the second writing differs")
		}
	})
}

// TestStream: a tensor that is made while it is written gives the file of its numbers, in
// both of two files, and is made once for them; another process makes streams in the same
// order. A stream of another length is refused.
func TestStream(t *testing.T) {
	numbers := []float32{1, 2, 3, 4, 5}
	var made []string
	stream := func(name string, length int) Tensor {
		return Tensor{Name: name, Shape: []int{length}, Data: Stream{Length: length, Write: func(write func([]float32) error) error {
			made = append(made, name)
			return errors.Join(write(numbers[:2]), write(numbers[2:]))
		}}}
	}
	var want, got, plain, other bytes.Buffer
	whole := []Tensor{{Name: "b", Shape: []int{5}, Data: numbers}, {Name: "a", Shape: []int{5}, Data: numbers}, {Name: "wide", Shape: []int{1}, Data: []int64{7}}}
	streams := []Tensor{stream("b", 5), stream("a", 5), whole[2]}
	metadata := map[string]string{"clock": "9"}
	if err := errors.Join(Write(&want, whole, metadata), Write(&plain, whole, nil), WriteBoth(&got, metadata, &other, nil, streams)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want.Bytes()) || !bytes.Equal(other.Bytes(), plain.Bytes()) {
		t.Error("streams give other files than their numbers")
	}
	if err := Consume(streams); err != nil || strings.Join(made, "") != "abab" {
		t.Errorf("streams are made in the order %v (%v)", made, err)
	}
	if err := Write(io.Discard, []Tensor{stream("a", 6)}, nil); err == nil {
		t.Error("a stream that is too short passes")
	}
}

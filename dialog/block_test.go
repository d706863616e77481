package dialog

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
)

// The texts are written by hand from the contract: flat for one step, nested
// otherwise, null for none and for a number that JSON cannot write.
func TestBlockJSON(t *testing.T) {
	for text, b := range map[string]Block{
		"null":              nil,
		"[]":                {{}},
		"[1,-0.25]":         {{1, -0.25}},
		"[[1,2],[3,4e-30]]": {{1, 2}, {3, 4e-30}},
	} {
		written, err := json.Marshal(b)
		if err != nil || string(written) != text {
			t.Errorf("%v is written as %s, %v; want %s", b, written, err, text)
		}
		var read Block
		if err := json.Unmarshal([]byte(text), &read); err != nil || !reflect.DeepEqual(read, b) {
			t.Errorf("%s is read as %v, %v", text, read, err)
		}
	}
	written, err := json.Marshal(Block{{1, float32(math.NaN())}, {float32(math.Inf(1)), 2}})
	if err != nil || string(written) != "[[1,null],[null,2]]" {
		t.Errorf("not finite: %s, %v", written, err)
	}
	var read Block
	if err := json.Unmarshal(written, &read); err != nil || read[0][1] == read[0][1] || read[1][1] != 2 {
		t.Errorf("not finite: %v, %v", read, err)
	}
	for _, text := range []string{"[[1],[2,3]]", "[1,[2]]", `["a"]`, "3"} {
		if json.Unmarshal([]byte(text), &read) == nil {
			t.Errorf("%s is read as %v", text, read)
		}
	}
}

func TestBlockVector(t *testing.T) {
	if v := (Block{{1, 2}}).Vector(); !reflect.DeepEqual(v, []float32{1, 2}) {
		t.Errorf("one step is the vector %v", v)
	}
	for _, b := range []Block{nil, {}, {{1}, {2}}} {
		if v := b.Vector(); v != nil {
			t.Errorf("%v is the vector %v", b, v)
		}
	}
}

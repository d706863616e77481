package run

import (
	"encoding/json"
	"testing"
)

// FuzzParseLatent: whatever the file, there is a card that can be shown and written again,
// or an error.
func FuzzParseLatent(f *testing.F) {
	f.Add([]byte(`{"dim":2,"kl_per_dim":[0.5,1],"active_units":1,"map":{"center":[0,0],"axes":[[1,0],[0,1]],"explained":[0.5,0.5],"points":[[0,1]]}}`))
	f.Add([]byte(`{"dim":1,"steps":3,"kl_per_dim":[0.5],"kl_per_step":[1,2,3]}`))
	f.Add([]byte(`{"dim":-1,"map":{"axes":[[1],[]]}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parseLatent(b)
		if err != nil {
			return
		}
		if _, err := json.Marshal(c); err != nil {
			t.Errorf("%q passes and cannot be written: %v", b, err)
		}
		if c.Map != nil {
			c.Map.Project(make([]float32, c.Dim)) // which fits
		}
	})
}

// FuzzParseData: whatever the file, it passes with its own checksum alone.
func FuzzParseData(f *testing.F) {
	file := dataFile{Version: dataVersion}
	sum, err := file.sum()
	if err != nil {
		f.Fatal(err)
	}
	file.SHA256 = sum
	whole, err := json.Marshal(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := parseData(b); err != nil {
			return
		}
		var again dataFile
		if err := json.Unmarshal(b, &again); err != nil {
			t.Fatal(err)
		}
		if sum, err := again.sum(); err != nil || sum != again.SHA256 {
			t.Errorf("%q passes with the checksum %s, %v", b, sum, err)
		}
	})
}

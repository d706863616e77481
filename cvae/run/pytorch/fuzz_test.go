package pytorch

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
)

// FuzzParse: whatever config.json is, its settings are those of a run, which are the same
// once they leave again, or there is an error.
func FuzzParse(f *testing.F) {
	for _, preset := range []string{"tiny", "ptb"} {
		c, err := config.Defaults(preset)
		if err != nil {
			f.Fatal(err)
		}
		settings, err := settingsOf(c)
		if err != nil {
			f.Fatal(err)
		}
		text, err := json.Marshal(configFile{ModelType: "cvae", Vocabulary: 9, Origin: map[string]string{"step": "1"}, Settings: settings})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"model_type":"cvae","settings":{"latent":{"dim":-1}}}`))
	f.Add([]byte(`{"model_type":"cvae","settings":{"seed":18446744073709551616,"method":["bn"]}}`))
	f.Add([]byte(`{"model_type":"cvae","settings":null}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := parse(text)
		if err != nil {
			return
		}
		settings, err := settingsOf(in.config)
		if err != nil {
			t.Fatalf("%q passes and cannot leave: %v", text, err)
		}
		again, err := configOf(settings)
		if err != nil {
			t.Fatalf("%q leaves and does not come back: %v", text, err)
		}
		here, errHere := in.config.Marshal()
		back, errBack := again.Marshal()
		if errHere != nil || errBack != nil || !bytes.Equal(here, back) {
			t.Errorf("%q leaves as %s, %v, %v", text, back, errHere, errBack)
		}
	})
}

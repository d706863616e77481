package train

import (
	"context"
	"maps"
	"testing"
)

// FuzzResume: whatever a checkpoint says of where training is and of what was not logged,
// training goes on and can be saved again, or refuses it.
func FuzzResume(f *testing.F) {
	var k memory
	tr := trainer(f, Options{MaxSteps: 2}, &k)
	if err := tr.Run(context.Background(), nil); err != nil {
		f.Fatal(err)
	}
	whole, best := *k.last, k.best
	f.Add(whole.Values[stateKey], whole.Unlogged)
	f.Add(`{"step":1,"cursor":1,"rate":0.1}`, "")
	for _, small := range []string{`{"cursor":-1}`, `{"epoch":-1,"extra":-9}`, `{"phase":1}`, `{"step":-1}`, `{"updates":{"1":-5}}`, `{"rate":-1,"best":null}`, "null", ""} {
		f.Add(small, "")
	}
	for _, unlogged := range []string{`{"meter":null}`, `{"meter":{"kl":[1],"steps":1}}`, `{"meter":{"raw":null,"observed":null}}`, `{"warned":null}`, `{"halt":{}}`, `{"halt":{"before":{}}}`, `{"spent":-1}`, "null", "["} {
		f.Add(`{"step":1,"cursor":1,"rate":0.1}`, unlogged)
	}
	f.Fuzz(func(t *testing.T, small, unlogged string) {
		k := memory{last: &whole, best: best}
		tr := trainer(t, Options{MaxEpochs: 1}, &k)
		s := whole
		s.Values, s.Unlogged = maps.Clone(s.Values), unlogged
		s.Values[stateKey] = small
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		k.stop = stop       // one event is enough
		_ = tr.Run(ctx, &s) // it may refuse
		if _, err := parseState(*k.last); err != nil {
			t.Errorf("%q, %q: it goes on and cannot be read again: %v", small, unlogged, err)
		}
	})
}

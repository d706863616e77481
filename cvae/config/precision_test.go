package config

import (
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
)

// TestPrecision: bf16 is kept in config.yaml and makes another run; fp32 is what files
// without the key mean and leaves them as they are.
func TestPrecision(t *testing.T) {
	of := func(value string) (c Config, file string, err error) {
		if c, err = Defaults("tiny"); err != nil {
			t.Fatal(err)
		}
		if err := c.Set("train.precision", value); err != nil {
			t.Fatal(err)
		}
		if _, err = c.Resolve(); err != nil {
			return c, "", err
		}
		text, err := c.Marshal()
		return c, string(text), err
	}
	single, plain, err := of("fp32")
	if err != nil || strings.Contains(plain, "precision") {
		t.Errorf("fp32: %v, %s", err, plain)
	}
	half, file, err := of("bf16")
	if err != nil || !strings.Contains(file, "train:\n    shards: 0\n    precision: bf16\n") {
		t.Fatalf("bf16: %v, %s", err, file)
	}
	back, err := Parse([]byte(file))
	if err != nil || back.Train.Precision != cvae.BF16 || back.Complete() != nil || back.SameRun(half) != nil {
		t.Errorf("bf16 is read as %q, %v", back.Train.Precision, err)
	}
	if err := single.SameRun(half); err == nil || !strings.Contains(err.Error(), "train.precision is now not set and was bf16") {
		t.Errorf("another precision makes the same run: %v", err)
	}
	a, _ := single.Identity()
	b, _ := half.Identity()
	if a["train.precision"] != "" || b["train.precision"] != "bf16" {
		t.Errorf("identities %v and %v", a, b)
	}
	if _, _, err := of("fp16"); err == nil || err.Error() != `train.precision is "fp16"; it must be fp32 or bf16` {
		t.Errorf("fp16: %v", err)
	}
}

// TestExchange: it is a share, kept in config.yaml where it is not 0, and refused where there is
// no earlier turn to exchange.
func TestExchange(t *testing.T) {
	for _, c := range []struct{ preset, set, value, want string }{
		{"tiny", "train.exchange", "0.3", ""},
		{"tiny", "train.exchange", "1", ""},
		{"tiny", "train.exchange", "1.5", "train.exchange is 1.5; it is a share of the examples, from 0 to 1"},
		{"tiny", "train.exchange", "-1", "train.exchange is -1; it is a share of the examples, from 0 to 1"},
		{"tiny", "context.turns", "1", "train.exchange exchanges the turns before the last; it needs mode dialogue, context.turns of 2 or more and no context.persona"},
		{"tiny", "context.persona", "true", "train.exchange exchanges the turns before the last; it needs mode dialogue, context.turns of 2 or more and no context.persona"},
		{"ptb", "seed", "2", "train.exchange exchanges the turns before the last; it needs mode dialogue, context.turns of 2 or more and no context.persona"},
	} {
		a, err := Defaults(c.preset)
		if err != nil {
			t.Fatal(err)
		}
		for _, kv := range [][2]string{{"train.exchange", "0.5"}, {c.set, c.value}} {
			if err := a.Set(kv[0], kv[1]); err != nil {
				t.Fatal(err)
			}
		}
		if _, err = a.Resolve(); (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%s %s=%s: %v", c.preset, c.set, c.value, err)
		}
		if text, _ := a.Marshal(); c.want == "" && !strings.Contains(string(text), "exchange: "+c.value) {
			t.Errorf("config.yaml lacks the share: %s", text)
		}
	}
}

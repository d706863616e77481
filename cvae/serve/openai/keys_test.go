package openai

import (
	"reflect"
	"strings"
	"testing"
)

// TestKeys describes every key of our own, and no other.
func TestKeys(t *testing.T) {
	missing := map[string]bool{}
	for of, v := range map[string]any{"answer": Extra{}, "choice": ChoiceExtra{}, "model": ModelExtra{}} {
		kind := reflect.TypeOf(v)
		for i := range kind.NumField() {
			missing[of+" "+kind.Field(i).Tag.Get("json")] = true
		}
	}
	for _, name := range strings.Fields("z labels prior_scale top_k no_repeat_ngram") {
		missing["request "+name] = true
	}
	missing["embedding request context"], missing["embedding request labels"] = true, true
	for _, k := range Keys() {
		if !missing[k.Of+" "+k.Name] || k.Text == "" {
			t.Errorf("%s of a %s is described and is no key, or is described twice", k.Name, k.Of)
		}
		delete(missing, k.Of+" "+k.Name)
	}
	if len(missing) > 0 {
		t.Errorf("keys without a description: %v", missing)
	}
}

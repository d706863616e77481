package openai

import (
	"encoding/json"
	"errors"
	"maps"
)

// completionFields are those of /v1/completions.
func completionFields() fields[Request] {
	all := common()
	maps.Copy(all, fields[Request]{
		"prompt": takePrompt,
		"logprobs": value("a whole number", func(r *Request, v int) error {
			r.Logprobs, r.Alternatives = true, v
			return within(v, 0, maxAlternatives)
		}),
		"best_of": value("a whole number", func(r *Request, v int) error { r.bestOf = v; return within(v, 1, MaxN) }),
		"echo":    only[Request]("is not supported; leave it out", "false"),
		"suffix":  only[Request]("is not supported; leave it out", `""`),
	})
	return all
}

// takePrompt takes one text, which may stand in a list.
func takePrompt(r *Request, text json.RawMessage) error {
	if json.Unmarshal(text, &r.Prompt) == nil {
		return nil
	}
	var list []string
	if json.Unmarshal(text, &list) != nil || len(list) != 1 {
		return errors.New("must be a string, or a list of one")
	}
	r.Prompt = list[0]
	return nil
}

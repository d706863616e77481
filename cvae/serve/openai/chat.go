package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
)

const (
	noTools   = "is not supported: the models answer in text alone; leave it out"
	noFormats = "is not supported: the models follow no format; leave it out"
)

// chatFields are those of /v1/chat/completions.
func chatFields() fields[Request] {
	all := common()
	maps.Copy(all, fields[Request]{
		"messages":              takeMessages,
		"max_completion_tokens": value("a whole number", takeMaxTokens),
		"logprobs":              value("true or false", func(r *Request, v bool) error { r.Logprobs = v; return nil }),
		"top_logprobs":          value("a whole number", func(r *Request, v int) error { r.Alternatives = v; return within(v, 0, maxAlternatives) }),

		"tools":              only[Request](noTools, "[]"),
		"tool_choice":        only[Request](noTools, `"none"`, `"auto"`),
		"functions":          only[Request](noTools, "[]"),
		"function_call":      only[Request](noTools, `"none"`, `"auto"`),
		"response_format":    only[Request](noFormats, `{"type":"text"}`),
		"modalities":         only[Request](noTools, `["text"]`),
		"audio":              only[Request](noTools),
		"prediction":         only[Request]("is not supported; leave it out"),
		"web_search_options": only[Request]("is not supported; leave it out"),
	})
	for _, key := range []string{"metadata", "parallel_tool_calls", "prompt_cache_key", "prompt_cache_retention", "reasoning_effort", "safety_identifier", "service_tier", "store", "verbosity"} {
		all[key] = nil
	}
	return all
}

// takeMessages takes a conversation. A content is a text or a list of parts.
func takeMessages(r *Request, text json.RawMessage) error {
	var list []map[string]json.RawMessage
	if json.Unmarshal(text, &list) != nil {
		return errors.New("must be a list of objects")
	}
	for i, object := range list {
		var m Message
		if fault := keys(object, "", messageFields(), &m); fault != nil {
			return errParam{fmt.Sprintf("[%d].%s", i, *fault.Param), errors.New(strings.TrimPrefix(fault.Message, *fault.Param+" "))}
		}
		if m.Role == "" {
			return errParam{fmt.Sprintf("[%d].role", i), errors.New("is missing")}
		}
		r.Messages = append(r.Messages, m)
	}
	return nil
}

func messageFields() fields[Message] {
	return fields[Message]{
		"role": value("a string", func(m *Message, v string) error {
			switch m.Role = v; v {
			case "system", "developer", "user", "assistant":
				return nil
			case "tool", "function":
				return fmt.Errorf("is %q: there are no tools here; leave out the message", v)
			}
			return fmt.Errorf("is %q; it must be system, developer, user or assistant", v)
		}),
		"content":       takeContent,
		"tool_calls":    only[Message](noTools, "[]"),
		"tool_call_id":  only[Message](noTools),
		"function_call": only[Message](noTools),
		"audio":         only[Message](noTools),
		"name":          nil,
		"refusal":       nil,
		"annotations":   nil,
		"cvae":          nil, // an answer may be sent back as it came
	}
}

// takeContent takes a text, or the texts of a list of parts.
func takeContent(m *Message, text json.RawMessage) error {
	if json.Unmarshal(text, &m.Text) == nil {
		return nil
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if json.Unmarshal(text, &parts) != nil {
		return errors.New("must be a string or a list of parts")
	}
	for i, p := range parts {
		if p.Type != "text" {
			return errParam{fmt.Sprintf("[%d]", i), fmt.Errorf("is of type %q; the models read text alone", p.Type)}
		}
		m.Text += p.Text
	}
	return nil
}

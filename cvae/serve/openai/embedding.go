package openai

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
)

// An EmbeddingRequest asks for the posterior means of texts.
type EmbeddingRequest struct {
	Model      string // empty: the first that is served
	Input      []string
	Base64     bool
	Dimensions int               // 0: not given
	Context    []string          // turns before every text, oldest first
	Labels     map[string]string // of every text
}

// ReadEmbedding reads a request to /v1/embeddings.
func ReadEmbedding(text []byte) (r EmbeddingRequest, fault *Error) {
	fault = read(text, fields[EmbeddingRequest]{
		"model": value("a string", func(r *EmbeddingRequest, v string) error { r.Model = v; return nil }),
		"input": takeInput,
		"encoding_format": value("a string", func(r *EmbeddingRequest, v string) error {
			if r.Base64 = v == "base64"; !r.Base64 && v != "float" {
				return errors.New("must be float or base64")
			}
			return nil
		}),
		"dimensions": value("a whole number", func(r *EmbeddingRequest, v int) error { r.Dimensions = v; return nil }),
		"user":       nil,
		"cvae": func(r *EmbeddingRequest, text json.RawMessage) error {
			return inside(r, text, fields[EmbeddingRequest]{
				"context": value("a list of strings", func(r *EmbeddingRequest, v []string) error { r.Context = v; return nil }),
				"labels":  value("an object of strings", func(r *EmbeddingRequest, v map[string]string) error { r.Labels = v; return nil }),
			})
		},
	}, &r)
	if fault == nil && len(r.Input) == 0 {
		fault = badf("input", "input is missing or empty")
	}
	return r, fault
}

// takeInput takes a text or several. Lists of tokens are those of another tokenizer.
func takeInput(r *EmbeddingRequest, text json.RawMessage) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		r.Input = []string{one}
	} else if json.Unmarshal(text, &r.Input) != nil {
		return errors.New("must be a string or a list of strings")
	}
	return sized(len(r.Input), maxInputs, "texts")
}

// An EmbeddingReply is the answer to an EmbeddingRequest.
type EmbeddingReply struct {
	Object string      `json:"object"`
	Data   []Embedding `json:"data"`
	Model  string      `json:"model"`
	Usage  InputUsage  `json:"usage"`
}

// An Embedding is the posterior mean of one text.
type Embedding struct {
	Object string `json:"object"`
	Index  int    `json:"index"`
	Vector any    `json:"embedding"` // []float32, or base64 of their little-endian bytes
}

// InputUsage counts the tokens of the inputs.
type InputUsage struct {
	Prompt int `json:"prompt_tokens"`
	Total  int `json:"total_tokens"`
}

// NewEmbeddingReply is the answer of a model with these vectors (N,d) for inputs of so
// many tokens.
func NewEmbeddingReply(r EmbeddingRequest, model string, vectors [][]float32, tokens int) EmbeddingReply {
	out := EmbeddingReply{Object: "list", Data: []Embedding{}, Model: model, Usage: InputUsage{tokens, tokens}}
	for i, v := range vectors {
		e := Embedding{Object: "embedding", Index: i, Vector: v}
		if r.Base64 {
			e.Vector = encodeFloats(v)
		}
		out.Data = append(out.Data, e)
	}
	return out
}

func encodeFloats(v []float32) string {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(b)
}

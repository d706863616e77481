// Package openai is the wire format of the server: what clients of the OpenAI API send
// and receive, and pure functions between that and questions to a model. It knows no
// HTTP and no model.
//
// What the format has no place for stands under one key, cvae, in requests, answers and
// choices.
package openai

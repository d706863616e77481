// Package serve answers HTTP clients of the OpenAI API with the models of runs. Questions
// of several clients share decoding passes; every limit has an answer of its own.
//
// The wire format is in package openai, the passes are in package batch.
package serve

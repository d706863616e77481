package builtin

import (
	_ "embed"
	"slices"
)

// Knows says what the model learnt to talk about, and what helps it, for those who begin to talk with it in the chat.
const Knows = "It learnt small talk of real people: greetings, food, films, music, sport, books, hobbies and studying. /rank joint puts first what suits your turn."

// Licence names the licences of the corpora that the model learnt from; Licences are they.
const Licence = "MIT and BSD 3-Clause, those of the corpora chit-chat and self-dialogue"

//go:embed LICENSES
var licences []byte

// Licences are the texts that whoever passes the model on passes on with it.
func Licences() []byte { return slices.Clone(licences) }

// Examples are turns that it answers well.
func Examples() []string {
	return []string{"Hi, how are you?", "What is your favorite food?"}
}

// Usual are turns that anything may follow: the mean of p(x|z,c) over these contexts stands for p(x) where
// replies are ranked. None is among the everyday inputs.
func Usual() []string {
	return []string{"Hello.", "I don't know.", "Okay.", "That is cool.", "What about you?", "I see what you mean.", "Thank you so much!", "I went there last year with my family."}
}

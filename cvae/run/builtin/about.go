package builtin

// Knows says what the model learnt to talk about, for those who begin to talk with it.
const Knows = "It learnt small talk of real people: greetings, food, films, music, sport, books, hobbies and studying."

// Examples are turns that it answers well.
func Examples() []string {
	return []string{"Hi, how are you?", "What is your favorite food?"}
}

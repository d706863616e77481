package builtin

// Knows says what the model learnt to talk about, for those who begin to talk with it.
const Knows = "It learnt small talk: greetings, food, weekends, work, the weather and what people feel about them."

// Examples are turns that it answers well.
func Examples() []string {
	return []string{"Shall we have dinner together tonight?", "I am so tired today."}
}

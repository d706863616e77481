package builtin

// moods maps the letter that starts a phrase in the grammar to its mood.
var moods = map[string]string{"w": "warm", "n": "neutral", "g": "grumpy", "e": "excited"}

// moodOrder lists the moods in the order in which draws index them.
var moodOrder = [...]string{"warm", "neutral", "grumpy", "excited"}

// answerIntents lists the intents of the turn that answers an opening.
var answerIntents = [...]string{"accept", "decline", "ask", "propose", "joke"}

// openingIntent maps the kind of a scene to the intent of its opening.
var openingIntent = map[string]string{
	"invite": "invite", "chat": "invite", "news": "tell", "gripe": "tell", "taste": "ask", "greet": "greet",
}

// stateIntents are the intents that a later turn may have.
var stateIntents = map[string]bool{
	"accept": true, "decline": true, "ask": true, "propose": true, "joke": true,
	"tell": true, "thank": true, "invite": true, "close": true,
}

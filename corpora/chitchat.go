package corpora

// chitchatFormat reads the file of the PyPI package chitchat-dataset (Chit Chat Challenge, Perception, Control and
// Cognition Lab of Brigham Young University): a JSON object of conversations, whose messages lie in lists of the
// same speaker. The question that a conversation begins from is its label prompt.
func chitchatFormat() Format {
	return Format{
		Name:    "chitchat",
		Title:   "Chit Chat Challenge: the JSON of the PyPI package chitchat-dataset",
		Layout:  "one .json file, such as dataset.json; or a folder of them, which may be train/ valid/ test/",
		Licence: "MIT",
		timed:   true,
		place:   logPlace(isChitchat, "json"),
		read:    readShapes("chitchat"),
		is:      isChitchat,
		shows:   "holds conversations with lists of messages and their start",
	}
}

func isChitchat(file string) bool { return hasShapeOf("chitchat", file, "messages") }

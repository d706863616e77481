package corpora

import (
	"bytes"
	"io"

	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// exportFormats read logs of chat that programs export as JSON in a shape of the table Shapes: one file, or a folder
// of them.
//
// In telegram a text is a string or a list of parts, such as words and links, and messages of the type service are the
// program's. chitchat is the file of the PyPI package chitchat-dataset (Chit Chat Challenge, Perception, Control and
// Cognition Lab of Brigham Young University), whose messages lie in lists of the same speaker; the question that a
// conversation begins from is its label prompt. Facebook writes messages newest first, and its texts are UTF-8 that was
// taken for Latin-1. Skype and Teams mark texts up, and Skype writes the newest message first. Slack writes a folder for each channel with a file a day.
func exportFormats() []Format {
	chitchat := exportFormat("chitchat", "Chit Chat Challenge: the JSON of the PyPI package chitchat-dataset", "dataset.json", "messages")
	chitchat.Licence, chitchat.shows = "MIT", "holds conversations with lists of messages and their start"
	return []Format{
		exportFormat("telegram", "Chats exported by Telegram Desktop as JSON", "result.json", "messages"),
		exportFormat("messenger", "Chats exported by Facebook Messenger and Instagram as JSON", "message_1.json", "sender_name"),
		exportFormat("skype", "Chats exported by Skype, and by Teams of people without a company, as JSON", "messages.json", "MessageList"),
		exportFormat("teams", "Chats of Teams as Microsoft Graph lists them, as JSON", "messages.json", "createdDateTime"),
		exportFormat("slack", "Channels exported by Slack as JSON, a file a day", "2024-01-31.json", "\"ts\""),
		chitchat,
	}
}

// exportFormat is the format of the shape of that name, whose files have a word near their beginning.
func exportFormat(name, title, example, word string) Format {
	is := func(file string) bool { return hasShapeOf(name, file, word) }
	return Format{
		Name: name, Title: title, timed: true,
		Layout: "one .json file, such as " + example + "; or a folder of them, which may be train/ valid/ test/",
		place:  logPlace(is, "json", "jsonl"), read: readShapes(name), is: is, shows: "holds messages as " + name + " exports them",
	}
}

// hasShapeOf tells whether a file holds records in one of the shapes of a format. A folder may have many files: one without
// the word near its beginning is not looked at further.
func hasShapeOf(format, file, word string) bool {
	if !mentions(file, word) {
		return false
	}
	f, ok := fitOf(file, Shapes())
	return ok && f.shape.Format == format
}

// mentions tells whether a word is near the beginning of a file.
func mentions(file, word string) bool {
	f, err := textfile.OpenHead(file)
	if err != nil {
		return false
	}
	defer f.Close()
	const near = 256 << 10
	first, err := io.ReadAll(io.LimitReader(f, near))
	return err == nil && bytes.Contains(first, []byte(word))
}

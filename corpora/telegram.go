package corpora

import (
	"bytes"
	"io"

	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// telegramFormat reads chats that Telegram Desktop exports as JSON: one chat, or all of them in one file.
// A text is a string or a list of parts, such as words and links. Messages of the type service are the program's.
func telegramFormat() Format {
	return Format{
		Name:   "telegram",
		Title:  "Chats exported by Telegram Desktop as JSON",
		Layout: "one .json file, such as result.json; or a folder of them, which may be train/ valid/ test/",
		timed:  true,
		place:  logPlace(isTelegram, "json"),
		read:   readShapes("telegram"),
		is:     isTelegram,
		shows:  "holds lists of Telegram's messages",
	}
}

func isTelegram(file string) bool { return hasShapeOf("telegram", file, "messages") }

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

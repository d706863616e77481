package corpora

import (
	"errors"
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// discordFormat reads channels that DiscordChatExporter exports as JSON, CSV or text. JSON alone says which messages
// are the program's. In the text a message is
//
//	[06-Jan-22 10:55 PM] ann
//	Are you in?
//
//	{Attachments}
//	https://…
func discordFormat() Format {
	return Format{
		Name:   "discord",
		Title:  "Channels exported by DiscordChatExporter as JSON, CSV or text",
		Layout: "one .json, .csv or .txt file; or a folder of them, which may be train/ valid/ test/",
		timed:  true,
		place:  logPlace(isDiscord, "json", "csv", "txt"),
		read:   readDiscord,
		is:     isDiscord,
		shows:  "is a channel of Discord",
	}
}

func isDiscord(file string) bool { return isDiscordText(file) || hasShapeOf("discord", file, "uthor") }

func readDiscord(file string) source.Dialogues {
	if isDiscordText(file) {
		return readDiscordText(file)
	}
	return readShapes("discord")(file)
}

var (
	discordHead = regexp.MustCompile(`^\[` + talk.When + `\] (\S.{0,60}?)(?: \(pinned\))?$`)
	discordRule = regexp.MustCompile(`^={20,}$`)
)

// isDiscordText tells whether a file begins with the name of a server and a channel between two rules.
func isDiscordText(file string) bool {
	first := textfile.Head(file)
	return len(first) > 3 && discordRule.MatchString(first[0]) && strings.HasPrefix(first[1], "Guild: ") && strings.HasPrefix(first[2], "Channel: ")
}

// discordSystem are the texts of messages that are the program's, which the text does not tell from others.
var discordSystem = regexp.MustCompile(`^(Added .* to the group\.|Removed .* from the group\.|Started a call that lasted \d+ minutes\.|Changed the channel (name: .*|icon\.)|Pinned a message\.|Joined the server\.|Started a thread\.|Left the group\.|Created a thread\.)$`)

func readDiscordText(file string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		all := talk.New(file, yield)
		monthFirst := monthFirstIn(file, discordHead)
		var m talk.Message
		var attached bool // the lines are no text
		flush := func() bool {
			done := m
			m, attached = talk.Message{}, false
			if done.Text = strings.TrimSpace(done.Text); discordSystem.MatchString(done.Text) {
				done.Kind = talk.System
			}
			return done.Number == 0 || all.Add(done, nil)
		}
		rules := 0
		for l, err := range textfile.Lines(file) {
			var bad *fault.Malformed
			if err != nil && !errors.As(err, &bad) {
				yield(dialog.Dialogue{}, err)
				return
			}
			match := discordHead.FindStringSubmatch(l.Text)
			switch {
			case bad != nil:
				if !flush() {
					return
				}
				all.Bad(l.Number, bad)
			case discordRule.MatchString(l.Text):
				if rules++; rules > 2 && !flush() { // what follows is a count
					return
				}
			case match != nil:
				if !flush() {
					return
				}
				m = talk.Message{Number: l.Number, Speaker: match[len(match)-1], At: talk.StampOf(match).Time(monthFirst)}
			case strings.HasPrefix(l.Text, "{") && strings.HasSuffix(l.Text, "}"):
				attached = true // {Attachments}, {Embed}, {Stickers}, {Reactions}
			case m.Number > 0 && !attached:
				m.Text += "\n" + l.Text
			}
		}
		if flush() {
			all.Close()
		}
	}
}

package corpora

import (
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// Format discord reads channels that DiscordChatExporter exports as JSON, CSV or text. JSON alone says which messages
// are the program's. In the text a message is
//
//	[06-Jan-22 10:55 PM] ann
//	Are you in?
//
//	{Attachments}
//	https://…

func isDiscord(file string) bool { return isDiscordText(file) || hasShapeOf("discord", file, "uthor") }

func readDiscord(file string) source.Dialogues {
	if isDiscordText(file) {
		return discordText.read(file)
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

// discordText cuts what stands after the words of a message: {Attachments}, {Embed}, {Stickers}, {Reactions}, or the
// rule before the count at the end.
var discordText = chatText{titled: true, parse: func(line string) (l chatLine, ok bool) {
	match := discordHead.FindStringSubmatch(line)
	if match == nil {
		return l, false
	}
	l.stamp, l.stamped, l.Speaker = talk.StampOf(match), true, match[len(match)-1]
	return l, true
}, tidy: func(m *talk.Message) {
	var words []string
	for line := range strings.SplitSeq(m.Text, "\n") {
		if strings.HasPrefix(line, "{") && strings.HasSuffix(line, "}") || discordRule.MatchString(line) {
			break
		}
		words = append(words, line)
	}
	if m.Text = strings.TrimSpace(strings.Join(words, "\n")); discordSystem.MatchString(m.Text) {
		m.Kind = talk.System
	}
}}

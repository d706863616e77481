package talk

import (
	"regexp"
	"strings"
)

// spellings are those of chats for which a small vocabulary has no room.
var spellings = map[string]string{
	"im": "I'm", "ive": "I've", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't",
	"isnt": "isn't", "wasnt": "wasn't", "arent": "aren't", "havent": "haven't", "hasnt": "hasn't", "couldnt": "couldn't",
	"wouldnt": "wouldn't", "shouldnt": "shouldn't", "thats": "that's", "whats": "what's", "theres": "there's", "hes": "he's",
	"youre": "you're", "theyre": "they're", "youve": "you've", "weve": "we've", "u": "you", "ur": "your", "r": "are",
	"ya": "yeah", "yea": "yeah", "ok": "okay", "fav": "favorite", "favourite": "favorite", "rly": "really", "bc": "because",
}

var (
	laughter = regexp.MustCompile(`(?i)\b(a*ha(ha)+h?|(ha)+h)\b`)
	apart    = regexp.MustCompile(`\pL+('\pL+)*`)
	repeated = regexp.MustCompile(`([!?])[!?]+`)
	dots     = regexp.MustCompile(`\.{2,}|…`)
	quotes   = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "`", "'")
)

// spell returns a text with one space between words, the usual spelling of what chats
// abbreviate, "haha" for laughter of any length and one sign for several.
func spell(text string) string {
	text = quotes.Replace(strings.Join(strings.Fields(text), " "))
	text = dots.ReplaceAllString(repeated.ReplaceAllString(text, "$1"), "...")
	text = laughter.ReplaceAllString(text, "haha")
	return apart.ReplaceAllStringFunc(text, func(w string) string {
		if s, ok := spellings[strings.ToLower(w)]; ok {
			return s
		}
		return w
	})
}

package corpora

import (
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// messengerFormats read chats that LINE, KakaoTalk and Zoom save as text, and those of KakaoTalk as a table:
//
//	2023/12/31(Sun)                       --------------- 2023년 12월 31일 일요일 ---------------
//	15:05	Ann	Are you in?               [앤] [오후 3:05] 안녕
//
//	15:05:11	 From Ann to Everyone:
//		Are you in?
//
// LINE and KakaoTalk write the day on a line of its own. A message of several lines is in quotes in LINE.
func messengerFormats() []Format {
	return []Format{
		messengerFormat("line", "Chats saved by LINE: a day, and TIME, NAME and text with TABs", lineText, nil),
		messengerFormat("kakaotalk", "Chats saved by KakaoTalk as text or CSV: a day, and [NAME] [TIME] text", kakaoText, func(file string) bool { return hasShapeOf("kakaotalk", file, "essage") }),
		messengerFormat("zoom", "Chats of meetings saved by Zoom: TIME From NAME to Everyone: text", zoomText, nil),
	}
}

// messengerFormat is the format of a form of text; table, unless it is nil, tells files that are records in the shape of
// that name.
func messengerFormat(name, title string, text chatText, table func(file string) bool) Format {
	is := func(file string) bool { return text.is(file) || table != nil && table(file) }
	return Format{
		Name: name, Title: title, timed: true,
		Layout: "one .txt file, or .csv where it is a table; or a folder of them, which may be train/ valid/ test/",
		place:  logPlace(is, "txt", "csv", ""), is: is, shows: "holds messages as " + name + " saves them",
		read: func(file string) source.Dialogues {
			if table != nil && !text.is(file) {
				return readShapes(name)(file)
			}
			return text.read(file)
		},
	}
}

// is tells whether a third of the first lines begin messages or name days, and two are messages that somebody says.
func (c chatText) is(file string) bool {
	begin, said, lines := 0, 0, textfile.Head(file)
	days := false
	for _, l := range lines {
		one, ok := c.parse(l)
		if !ok {
			continue
		}
		begin++
		days = days || !one.day.IsZero() || one.stamped
		if one.day.IsZero() && one.Kind == talk.Said {
			said++
		}
	}
	return said >= 2 && 3*begin >= len(lines) && (days || !c.dated)
}

var (
	lineHead  = regexp.MustCompile(`^([^\d\s]{0,6})\s?(\d{1,2}):(\d{2})(?:\s?([AaPp]\.?[Mm]\.?))?\t([^\t]*)(?:\t(.*))?$`)
	bracketed = regexp.MustCompile(`^\[[^\[\]\n]{1,24}\]$`) // [Sticker], [Photo], in every language
)

// lineText is that of LINE. A line without a third column is the program's.
var lineText = chatText{titled: true, dated: true, parse: func(line string) (l chatLine, ok bool) {
	if day, ok := dayIn(line); ok {
		return chatLine{day: day}, true
	}
	m := lineHead.FindStringSubmatch(line)
	if m == nil {
		return l, false
	}
	l.clock = clockOf(m[2], m[3], "", m[1], m[4])
	if l.Speaker, l.Text = strings.TrimSpace(m[5]), m[6]; l.Text == "" || l.Speaker == "" {
		l.Kind = talk.System
	}
	return l, true
}, tidy: func(m *talk.Message) {
	m.Text = strings.TrimSpace(m.Text)
	if inner, ok := strings.CutPrefix(m.Text, `"`); ok && strings.Contains(inner, "\n") {
		m.Text = strings.TrimSuffix(inner, `"`)
	}
	if bracketed.MatchString(m.Text) {
		m.Kind = talk.Media
	}
}}

var (
	kakaoHead   = regexp.MustCompile(`^\[([^\]]{1,60})\] \[(\D{0,6}?)\s?(\d{1,2}):(\d{2})\s?([AaPp][Mm])?\] (.*)$`)
	kakaoPhone  = regexp.MustCompile(`^` + talk.When + `, ([^:]{1,60}) : (.*)$`)
	kakaoDay    = regexp.MustCompile(`^` + talk.When + `$`)
	kakaoSystem = regexp.MustCompile(`^\S[^\n]{0,60}님(이|을|에게) [^\n]*(나갔습니다|들어왔습니다|초대했습니다|초대하였습니다|내보냈습니다)\.?$|^\S[^\n]{0,60} (left this chatroom|joined this chatroom|invited [^\n]+)\.?$`)
	kakaoMedia  = regexp.MustCompile(`^(사진( \d+장)?|동영상|이모티콘|음성메시지|파일: .*|삭제된 메시지입니다\.|Photos?|\d+ photos|Video|Emoticons?|Voice Message|File: .*|This message was deleted\.)$`)
)

// kakaoText is that of KakaoTalk, of computers and of phones.
var kakaoText = chatText{titled: true, dated: true, parse: func(line string) (l chatLine, ok bool) {
	if day, ok := dayIn(line); ok {
		return chatLine{day: day}, true
	}
	if m := kakaoHead.FindStringSubmatch(line); m != nil {
		l.Speaker, l.Text, l.clock = m[1], m[6], clockOf(m[3], m[4], "", m[2], m[5])
		return l, true
	}
	if m := kakaoPhone.FindStringSubmatch(line); m != nil {
		l.stamp, l.stamped = talk.StampOf(m), true
		l.Speaker, l.Text = m[len(m)-2], m[len(m)-1]
		return l, true
	}
	l.Kind = talk.System
	return l, kakaoSystem.MatchString(line) || kakaoDay.MatchString(line)
}, tidy: func(m *talk.Message) {
	if kakaoMedia.MatchString(strings.TrimSpace(m.Text)) {
		m.Kind = talk.Media
	}
}}

var (
	zoomHead  = regexp.MustCompile(`^(\d\d):(\d\d):(\d\d)\s+From\s+(\S.{0,60}?)(?:\s+[tT]o\s+\S.*?)?\s*:(?:\s(.*))?$`)
	zoomCloud = regexp.MustCompile(`^(\d\d):(\d\d):(\d\d)\t([^\t:]{1,60}):\t(.*)$`)
	zoomReply = regexp.MustCompile(`^Replying to ".*"\s*`)
	zoomReact = regexp.MustCompile(`^(Reacted to|Removed a) ".*" (with|reaction) `)
)

// zoomText is that of Zoom, saved by somebody or in its cloud.
var zoomText = chatText{titled: true, parse: func(line string) (l chatLine, ok bool) {
	m := zoomHead.FindStringSubmatch(line)
	if m == nil {
		m = zoomCloud.FindStringSubmatch(line)
	}
	if m == nil {
		return l, false
	}
	l.clock, l.Speaker, l.Text = clockOf(m[1], m[2], m[3]), m[4], m[5]
	return l, true
}, tidy: func(m *talk.Message) {
	m.Text = zoomReply.ReplaceAllString(strings.TrimSpace(m.Text), "")
	if zoomReact.MatchString(m.Text) {
		m.Kind = talk.System
	}
}}

package corpora

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/dialog"
)

// heard is what a chat of lines gives: its dialogues, and what was left out.
func heard(t *testing.T, s source.Dialogues) (said []string, left LeftOut) {
	t.Helper()
	for d, err := range s {
		if l, ok := err.(*LeftOut); ok {
			left.Add(*l)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var turns []string
		for _, turn := range d.Turns {
			turns = append(turns, turn.Speaker+": "+turn.Text)
		}
		said = append(said, strings.Join(turns, "|"))
	}
	return said, left
}

func wantHeard(t *testing.T, s source.Dialogues, want []string, left LeftOut) {
	t.Helper()
	said, got := heard(t, s)
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(left, got); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

// TestWhatsAppHeads: messages as phones of many languages write them.
func TestWhatsAppHeads(t *testing.T) {
	for _, head := range []string{
		"31/12/2023, 15:05 - Ann Lee: ", "12/31/23, 3:05\u202fPM - Ann Lee: ", "[31.12.23, 15:05:11] Ann Lee: ", "\u200e[12/31/23, 3:05:11\u202fPM] ~\u202fAnn Lee: ",
		"2023/12/31 下午3:05 - Ann Lee: ", "[2023/12/31 下午3:05:11] Ann Lee: ", "2023년 12월 31일 오후 3:05, Ann Lee : ", "31/12/23 15:05:11: Ann Lee: ",
		"٣١/١٢/٢٠٢٣، ٣:٠٥ م - Ann Lee: ", "31.12.2023 klo 15.05 - Ann Lee: ", "31/12/2023 à 15:05 - Ann Lee: ", "2023-12-31 15:05 - Ann Lee: ", "2023. 12. 31. 15:05 - Ann Lee: ",
	} {
		m := whatsAppHead.FindStringSubmatch(head + "at 9:30: tea")
		if strings.Contains(head, "년") { // Android in Korean has a comma before the name, and iOS a bracket
			continue
		}
		if m == nil {
			t.Errorf("%q begins no message", head)
			continue
		}
		if one, ok := whatsAppMessage(m[len(m)-1]); !ok || one.Speaker != "Ann Lee" || one.Text != "at 9:30: tea" {
			t.Errorf("%q: %+v, %v", head, one, ok)
		}
	}
	for _, line := range []string{"We met at 10:15 - it was late: very", "12/31 was fine: yes", "31/12/2023: a day", "http://a.b/31/12/2023, 15:05 - x: y"} {
		if whatsAppHead.MatchString(line) {
			t.Errorf("%q begins a message", line)
		}
	}
}

// TestWhatsAppKinds: what is said, what is of the program, and what has no words.
func TestWhatsAppKinds(t *testing.T) {
	for text, want := range map[string]struct {
		kind talk.Kind
		said string
	}{
		"tea ?":                            {talk.Said, "tea ?"},
		"I <3 tea":                         {talk.Said, "I <3 tea"},
		"tea\u00a0?\nNow.":                 {talk.Said, "tea\u00a0?\nNow."},
		"The image was omitted by mistake": {talk.Said, "The image was omitted by mistake"},
		"tea ? <This message was edited>":  {talk.Said, "tea ?"},
		"Tee? \u200e<Diese Nachricht wurde bearbeitet.>": {talk.Said, "Tee?"},
		"<Media omitted>":                                    {kind: talk.Media, said: "<Media omitted>"},
		"<Medien ausgeschlossen>":                            {kind: talk.Media, said: "<Medien ausgeschlossen>"},
		"<Multimedia omitido>":                               {kind: talk.Media, said: "<Multimedia omitido>"},
		"<Mídia oculta>":                                     {kind: talk.Media, said: "<Mídia oculta>"},
		"<省略多媒体文件>":                                          {kind: talk.Media, said: "<省略多媒体文件>"},
		"<미디어 파일을 제외한 내용>":                                   {kind: talk.Media, said: "<미디어 파일을 제외한 내용>"},
		"\u200eimage omitted":                                {kind: talk.Media, said: "\u200eimage omitted"},
		"\u200eBild weggelassen":                             {kind: talk.Media, said: "\u200eBild weggelassen"},
		"\u200eimagen omitida":                               {kind: talk.Media, said: "\u200eimagen omitida"},
		"\u200eimage absente":                                {kind: talk.Media, said: "\u200eimage absente"},
		"\u200eизображение отсутствует":                      {kind: talk.Media, said: "\u200eизображение отсутствует"},
		"\u200e<attached: 0001-PHOTO.jpg>":                   {kind: talk.Media, said: "\u200e<attached: 0001-PHOTO.jpg>"},
		"IMG-20231231-WA0000.jpg (file attached)":            {kind: talk.Media},
		"IMG-1.jpg (Datei angehängt)\nSchau mal!":            {kind: talk.Said, said: "Schau mal!"},
		"Location: https://maps.google.com/?q=1.5,-2":        {kind: talk.Media, said: "Location: https://maps.google.com/?q=1.5,-2"},
		"\u200eMessages and calls are end-to-end encrypted.": {kind: talk.System, said: "\u200eMessages and calls are end-to-end encrypted."},
		"\u200eMissed voice call":                            {kind: talk.System, said: "\u200eMissed voice call"},
		"This message was deleted":                           {kind: talk.System, said: "This message was deleted"},
		"Diese Nachricht wurde gelöscht.":                    {kind: talk.System, said: "Diese Nachricht wurde gelöscht."},
		"null":                                               {kind: talk.System, said: "null"},
	} {
		m := talk.Message{Text: text}
		if said := tidied(&m); m.Kind != want.kind || said != want.said {
			t.Errorf("%q: kind %d, %q; want %d, %q", text, m.Kind, said, want.kind, want.said)
		}
	}
}

// TestWhatsAppLeavesOut: counted by eye in the file.
func TestWhatsAppLeavesOut(t *testing.T) {
	wantHeard(t, readWhatsApp("testdata/whatsapp/train.txt"), []string{
		"Ann: Is the ferry late?|Ben: By an hour. They said it twice.|Ann: Then we walk:\nover the bridge.",
		"Ann: Happy new year!|Ben: And to you.", "Ben: Are you in?|Ann: I am.",
	}, LeftOut{System: 2, Media: 1, Unanswered: 1})
	wantHeard(t, readWhatsApp("testdata/whatsapp/valid.txt"), []string{"Ann: Tea?|Ben: With milk.", "Ann: Still up?|Ben: No."}, LeftOut{System: 1, Media: 1})
	wantHeard(t, readIRC("testdata/irc/train.log"), []string{
		"ann: are you in?|ben: yes by the door|ann: *waves*", "ann: tea?|ben: later", "ann: still there?|ben: no", "ann: good morning|ben: hm",
	}, LeftOut{System: 3})
	wantHeard(t, readIRC("testdata/irc/valid.log"), []string{"ann: is the ferry late?|ben: by an hour|ann: *sighs*"}, LeftOut{System: 2})
	wantHeard(t, readShapes("telegram")("testdata/telegram/train.json"), []string{
		"Ann: Are you in?|Ben: See example.org. Yes.", "Ann: Tea?|user3: Later.", "Ann: Now?|Ben: Now.",
	}, LeftOut{System: 1, Media: 1})
	wantHeard(t, readDiscord("testdata/discord/train.json"), []string{
		"ann: Are you in?|ben: Yes. By the door.", "ann: Tea?|ben: Later.", "ann: Now?|ben: Now.",
	}, LeftOut{System: 1, Media: 1})
	wantHeard(t, readDiscord("testdata/discord/valid.csv"), []string{"ann: Far, or near?|ben: Two\nmiles."}, LeftOut{Media: 1})
	wantHeard(t, readDiscord("testdata/discord/test.txt"), []string{"ann: Hot?|ben: Cold.\nVery cold.", "ann: Late?|ben: Very."}, LeftOut{System: 1, Media: 1})
	wantHeard(t, readShapes("chitchat")("testdata/chitchat/train.json"), []string{
		"aa-1: Is the tea hot? Or cold?|bb-2: Hot.", "aa-1: Do you row?|bb-2: Daily.", "aa-1: Good.|bb-2: Is it?",
	}, LeftOut{Media: 1, Unanswered: 1})
}

// TestIRCLines: logs of several programs.
func TestIRCLines(t *testing.T) {
	for line, want := range map[string]string{
		"12:30 <@ann> hi":                               "ann: hi",
		"12:30:11 < ann> hi":                            "ann: hi",
		"[12:30] <ann> hi":                              "ann: hi",
		"[12:30:11 PM] <ann> hi":                        "ann: hi",
		"[2022-01-06 12:30:11] <ann> hi":                "ann: hi",
		"[2022-01-06T12:30:11+0000] <ann> hi":           "ann: hi",
		"2022-01-06T12:30:11.123Z <+ann> hi":            "ann: hi",
		"Jan 06 12:30:11 <ann>\thi":                     "ann: hi",
		"2022-01-06 12:30:11\t@ann\thi":                 "ann: hi",
		"[12:30] * ann waves":                           "ann: *waves*",
		"2022-01-06 12:30:11\t *\tann waves":            "ann: *waves*",
		"12:30 -!- ann [~a@b] has joined #c":            "",
		"[12:30:11] *** Joins: ann (a@b)":               "",
		"[12:30] * ann has joined #c":                   "",
		"[12:30] * ann (a@b) Quit (bye)":                "*",
		"[12:30] * ann is now known as ben":             "",
		"=== ann [~a@b] has joined #ubuntu":             "",
		"2022-01-06 12:30:11\t-->\tann (~a@b) has come": "",
		"12:30 -ChanServ:#c- welcome":                   "",
	} {
		one := parseIRC(line)
		got := ""
		if one.Kind == talk.Said {
			got = one.Speaker + ": " + one.Text
		}
		if want != "*" && got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestGap: another gap makes other conversations, of every way to read one.
func TestGap(t *testing.T) {
	for path, want := range map[string]map[time.Duration]int{
		"testdata/whatsapp/train.txt":  {time.Minute: 1, 24 * time.Hour: 2, 0: 3}, // of a minute one pair is left; New Year's Eve and the next day are one
		"testdata/irc/train.log":       {100 * time.Hour: 1, 0: 4},
		"testdata/telegram/train.json": {6 * time.Hour: 2, 100 * time.Hour: 1, 0: 3},
		"testdata/discord/test.txt":    {100 * time.Hour: 1, 0: 2},
		"testdata/chitchat/train.json": {10 * time.Hour: 2, 0: 3},
		"rows=turns=text, time=at":     {time.Hour: 2, 0: 1},
		"lists=turns=m[].t,time=m[].a": {time.Hour: 2, 0: 1},
	} {
		for gap, n := range want {
			o := Options{Gap: gap}
			file, shape, _ := strings.Cut(path, "=")
			switch {
			case strings.Contains(shape, "m[]"):
				o.Map = shape + ", speaker=m[].w"
				file = written(t, `{"m":[{"t":"one","w":"x","a":"2022-01-06T12:30:11"},{"t":"two","w":"y","a":"2022-01-06T12:31:11"},{"t":"three","w":"x","a":"2022-01-06T14:31:11"},{"t":"four","w":"y","a":"2022-01-06T14:32:11"}]}`+"\n")
			case shape != "":
				o.Map = shape + ", speaker=who"
				file = written(t, "text,who,at\none,x,2022-01-06 12:30\ntwo,y,2022-01-06 12:31\nthree,x,2022-01-06 14:31\nfour,y,2022-01-06 14:32\n")
			}
			c, err := Open(file, o)
			if err != nil {
				t.Fatal(err)
			}
			got := 0
			for range c.Pass(dialog.Splits[:]...) {
				got++
			}
			if got != n {
				t.Errorf("%s with gap %v: %d conversations, want %d", path, gap, got, n)
			}
		}
	}
	_, err := Open("testdata/jsonl", Options{Gap: time.Hour})
	wantError(t, err, "format jsonl has none", "leave --gap out")
	_, err = Open("testdata/whatsapp", Options{Gap: -time.Hour})
	wantError(t, err, "the gap is -1h0m0s", "longer than 0")
}

// TestChatStats: what is left out stands beside what is counted.
func TestChatStats(t *testing.T) {
	c, err := Open("testdata/whatsapp", Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Stats(t.Context(), nil, nil)
	if want := (LeftOut{System: 3, Media: 3, Unanswered: 1}); err != nil || s.LeftOut != want || !s.Timed {
		t.Errorf("%+v, %v, want %+v", s.LeftOut, err, want)
	}
}

// TestChatsApart: what looks like another format is not taken for a chat.
func TestChatsApart(t *testing.T) {
	for name, c := range map[string]struct{ file, content, want string }{
		"WhatsApp without an extension": {"chat", "31/12/2023, 15:05 - Ann: tea\n31/12/2023, 15:06 - Ben: yes\n", "whatsapp"},
		"one message":                   {"a.txt", "31/12/2023, 15:05 - Ann: tea\n", "whatsapp"},
		"long messages":                 {"a.txt", "31/12/2023, 15:05 - Ann: tea\nand\nmore\n31/12/2023, 15:06 - Ben: yes\nand\nmore\n", "whatsapp"},
		"IRC with dates":                {"a.txt", "[2022-01-06 12:30:11] <ann> see: tea\n[2022-01-06 12:30:12] <ben> yes: tea\n", "irc"},
		"compact Telegram":              {"result.json", `{"name":"x","messages":[{"id":1,"type":"message","date":"2022-01-06T12:30:11","from":"A","text":"a"}]}`, "telegram"},
		"chat messages":                 {"a.jsonl", `{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}` + "\n", "jsonl"},
		"an older table of Discord":     {"a.csv", "AuthorID,Author,Date,Content,Attachments,Reactions\n1,ann,06-Jan-22 12:30 PM,a,,\n2,ben,06-Jan-22 12:31 PM,b,,\n", "discord"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			wantFormat(t, path, c.want)
		})
	}
}

package textfile

import "testing"

// TestGuesses: texts of several languages in their encodings, as golang.org/x/text writes them, whole and a line alone.
func TestGuesses(t *testing.T) {
	for text, names := range map[string][]string{
		"你好,今天天气怎么样？\t很好,我们去公园吧。\n这本书很有意思\n":     {"gbk", "utf-16le", "utf-16be", "utf-32le", "utf-32be"},
		"你好，今天天氣怎麼樣？\t很好，我們去公園吧。\n這本書很有意思\n":     {"big5"},
		"今日は元気ですか？\tはい、とても元気です。\n明日はどこへ行きますか。\n": {"shift_jis", "euc-jp"},
		"ありがとう\n": {"shift_jis", "euc-jp"},
		"안녕하세요, 오늘 날씨가 어때요?\t좋아요, 공원에 갑시다.\n":                                        {"euc-kr"},
		"สวัสดีครับ วันนี้อากาศเป็นอย่างไร\tดีมาก ไปสวนสาธารณะกันเถอะ\n":             {"windows-874"},
		"привет, как дела?\tхорошо, спасибо\n":                                       {"windows-1251", "koi8-r", "ibm866"},
		"Привет, как у тебя дела?\n":                                                 {"windows-1251", "koi8-r"},
		"Γεια σου, τι κάνεις σήμερα;\tΠολύ καλά, ευχαριστώ.\n":                       {"windows-1253"},
		"שלום, מה שלומך היום?\tטוב מאוד, תודה.\n":                                    {"windows-1255"},
		"مرحبا، كيف حالك اليوم؟\tأنا بخير، شكرا لك.\n":                               {"windows-1256"},
		"le café est-il prêt ?\tà midi, peut-être\n":                                 {"latin1", "utf-16le"},
		"Grüße aus München, schöne Straße\n":                                         {"latin1"},
		"Dzień dobry, jak się masz?\tDziękuję, świetnie, a ty? Też dobrze, łatwo.\n": {"windows-1250"},
	} {
		for _, name := range names {
			e, err := Encoding(name)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := e.NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := Guesses([]byte(raw)); got[0] != name || name == "latin1" && len(got) > 1 {
				t.Errorf("%q in %s is guessed to be %v", text, name, got)
			}
		}
	}
}

// TestEncodingNames: names that Python and Windows have.
func TestEncodingNames(t *testing.T) {
	for _, name := range []string{"cp932", "CP949", "latin_1", "utf-32", "shift_jis", "big5", "cp1252", "euc_kr"} {
		if _, err := Encoding(name); err != nil {
			t.Error(err)
		}
	}
}

// TestAdvice: a text in which encodings do not differ is told none.
func TestAdvice(t *testing.T) {
	for raw, want := range map[string]bool{"": false, "\n\n": false, "\xef\xbb\xbf": false, "\xff\xfe": false, "\xef\xbb\xbf \n": false,
		"caf\xe9": true, "h\x00i\x00": true} {
		if got := Advice([]byte(raw)); (got != "") != want {
			t.Errorf("%q is told %q", raw, got)
		}
	}
}

package textfile

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Advice says in which encoding a text that is not UTF-8 may be read; nothing of a text
// without a character that encodings differ in, such as an empty one.
func Advice(raw []byte) string {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		raw = bytes.TrimPrefix(raw, []byte(mark))
	}
	if !bytes.ContainsFunc(raw, func(r rune) bool { return r == 0 || r >= utf8.RuneSelf }) {
		return ""
	}
	names := Guesses(raw)
	if len(names) == 1 {
		return fmt.Sprintf(" (if the whole file is in another encoding, it is likely %[1]s: give --encoding %[1]s)", names[0])
	}
	return fmt.Sprintf(" (if the whole file is in another encoding, it may be %s: give one as in --encoding %s, and look at the text with cvae corpus show)", strings.Join(names, " or "), names[0])
}

// A candidate is an encoding that a text may be in, and the letters that are most common in the languages that are
// written in it.
type candidate struct {
	name, common string
	kind         kind
}

// A kind says where the bytes above 127 of an encoding stand.
type kind int

const (
	several kind = iota // a character is several bytes
	letters             // the letters of words
	accents             // some letters of words
)

// candidates are the encodings that files of dialogue come in; of equally likely ones the first counts. The letters are
// common ones of Chinese, Japanese, Korean, Russian, Thai, Greek, Hebrew, Arabic, and of the languages of western and
// central Europe.
func candidates() []candidate {
	const (
		simplified  = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间知什两次使身者被高已亲其进此话常活正感吗吧呢哪今谢您请，。？！、："
		traditional = "的一是了我不人在他有這個上們來到時大地為子中你說生國年著就那和要她出也得裡後自以會家可下而過天去能對小多然於心學麼之都好看起發當沒成只如事把還用第樣道想作種開美總從無情己面最女但現前些所同日手又行意動方期它頭經長兒回位分愛老因很給名法間知什兩次使身者被高已親其進此話常活正感嗎吧呢哪今謝您請，。？！、："
		japanese    = "あいうえおかきくけこさしすせそたちつてとなにのはまもやよらりるれろわをんがぎぐげござじずだでどばびぶべぼぱっゃゅょアイウエオカクコサシスタットナニフマムメラリルレロンードグプ私何人今日本行言時見大丈夫、。？！「」"
		korean      = "이다는에을가의고하은로나지도어요해를아한서기사자시리안그게니인있거면여대정네무제일보주만들오수전우으습까세좋저뭐왜너내물날씨감녕야래마많고"
		russian     = "оеаинтсрвлкмдпуяыьгзбйчхжш"
		thai        = "านรอกเงยลวดตมสทะีั่้ไปคขหบ็ิืุูแใช"
		greek       = "αοιετσνηυρπκμλςωάέίόήύ"
		hebrew      = "יוהלאמרתבשנעםדקחכפ"
		arabic      = "اليمنتهوربعدفسكحقجأةشى"
		western     = "éèàêçâîôûëïäöüßñóáíúãõåæøÉÀÄÖÜ’‘“”…–«»°¿¡œ€"
		central     = "ąćęłńóśźżčďěňřšťůýžáéíúőűĺľôČŠŽŁ’„”“…–"
	)
	return []candidate{
		{"gbk", simplified, several}, {"big5", traditional, several}, {"shift_jis", japanese, several}, {"euc-jp", japanese, several}, {"euc-kr", korean, several},
		{"windows-1251", russian, letters}, {"koi8-r", russian, letters}, {"ibm866", russian, letters},
		{"windows-874", thai, letters}, {"windows-1253", greek, letters}, {"windows-1255", hebrew, letters}, {"windows-1256", arabic, letters},
		{"latin1", western, accents}, {"windows-1250", central, accents},
	}
}

// Guesses are the likely encodings of the beginning of a text that is not UTF-8, the likeliest first.
func Guesses(raw []byte) []string {
	const enough = 16 << 10
	raw = raw[:min(enough, len(raw))]
	if name := zeroed(raw); name != "" {
		return []string{name}
	}
	type scored struct {
		name, text string
		score      float64
	}
	var all []scored
	for _, c := range candidates() {
		encoding, err := Encoding(c.name)
		if err != nil {
			continue
		}
		if text, err := encoding.NewDecoder().Bytes(raw); err == nil {
			all = append(all, scored{c.name, string(text), c.score(string(text))})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	const close, most = 0.1, 3
	var names []string
	for i, c := range all[:min(most, len(all))] {
		if i == 0 || all[0].score-c.score < close && c.text != all[0].text {
			names = append(names, c.name)
		}
	}
	return names
}

// zeroed is the encoding that zeros in a text tell, of which other text has none; empty: there are few.
func zeroed(raw []byte) string {
	var zeros [4]int
	for i, c := range raw {
		if c == 0 {
			zeros[i%4]++
		}
	}
	few := len(raw) / 100
	even, odd := zeros[0]+zeros[2], zeros[1]+zeros[3]
	switch {
	case min(zeros[2], zeros[3]) > few && zeros[0] <= few:
		return "utf-32le"
	case min(zeros[0], zeros[1]) > few && zeros[3] <= few:
		return "utf-32be"
	case odd > few && odd > even:
		return "utf-16le"
	case even > few:
		return "utf-16be"
	}
	return ""
}

// score is how well a text decodes: the share of its characters beyond ASCII that are common ones, less what chance gives.
func (c candidate) score(text string) float64 {
	hits, all, runs, ascii, before := 0, 0, 0, 0, ' '
	for _, r := range text {
		switch {
		case r == utf8.RuneError || r >= 0x80 && r < 0xa0:
			all += 2 // no text has it
		case r >= utf8.RuneSelf:
			if all++; strings.ContainsRune(c.common, r) {
				hits++
			}
			if before < utf8.RuneSelf {
				runs++
			}
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			ascii++
		}
		before = r
	}
	if all == 0 {
		return 0
	}
	score := float64(hits) / float64(all)
	const chance, shape = 0.3, 0.3
	switch c.kind {
	case letters:
		if score -= chance; all < 2*runs {
			score -= shape
		}
	case accents:
		if score -= chance; all >= 2*runs || all > ascii {
			score -= shape
		}
	}
	return score
}

// AdviceOn is Advice for the beginning of a file.
func AdviceOn(path string) string { return Advice(beginning(path)) }

// IsBlank tells whether the beginning of a file has white space alone.
func IsBlank(path string) bool { return len(bytes.TrimSpace(beginning(path))) == 0 }

// beginning is what there is of the beginning of a file; reading it says what is wrong with it.
func beginning(path string) []byte {
	f, err := OpenHead(path)
	if err != nil {
		return []byte("?")
	}
	defer f.Close()
	const enough = 16 << 10
	raw, _ := io.ReadAll(io.LimitReader(f, enough))
	return raw
}

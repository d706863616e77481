package corpora

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/cvae-go/cvae/corpora/internal/talk"
)

// edited is what WhatsApp puts after a message that was changed.
var edited = regexp.MustCompile(`\s*(\x{200e}\s*<[^<>\n]{4,60}>|<(This message was edited|Diese Nachricht wurde bearbeitet\.?|Se editó este mensaje\.?|Mensagem editada|Ce message a été modifié\.?|Questo messaggio è stato modificato\.?|Dit bericht is bewerkt\.?|Сообщение изменено)>)\s*$`)

// The ways in which WhatsApp says that there was a picture, a sound or a file.
var (
	inAngles  = regexp.MustCompile(`^<[^<>\n]{3,60}>$`)                             // <Media omitted>, <attached: a.jpg>, in every language
	attached  = regexp.MustCompile(`^\S[^\n]*\.[0-9A-Za-z]{2,5} \([^()\n]{3,40}\)`) // IMG-1.jpg (file attached)
	omitted   = regexp.MustCompile(`(?i)^[^\n.!?]{0,60}(omitted|weggelassen|ausgeschlossen|omitid[oa]|ocultad[oa]|oculta|omis(e|es)?|absente?s?|omess[oaie]|weggelaten|pominięt\S*|vynechán\S*|utelatt|udeladt|utelämna\S*|jätetty pois|dahil edilmedi|eklenmedi|tidak disertakan|disisipkan|опущен\S*|пропущен\S*|отсутству\S*|без медиафайлов|חסר\S*|הושמט\S*|محذوف\S*|छोड़ा गया|省略|未包含|含まれていません|생략됨|포함하지 않음)\.?$`)
	plainSign = regexp.MustCompile(`^(image|video|audio|sticker|GIF|document|Contact card|Media) omitted$`)
	location  = regexp.MustCompile(`^[^\n]{0,30}: https://(maps\.google\.com|foursquare\.com)/\S*$`)
)

// systemTexts are what WhatsApp says in the name of a speaker, where no mark tells.
var systemTexts = []string{
	"This message was deleted", "You deleted this message", "Waiting for this message", "Missed voice call", "Missed video call", "null",
	"Diese Nachricht wurde gelöscht", "Du hast diese Nachricht gelöscht", "Verpasster Sprachanruf", "Verpasster Videoanruf",
	"Se eliminó este mensaje", "Eliminaste este mensaje", "Este mensaje fue eliminado", "Llamada perdida", "Videollamada perdida",
	"Mensagem apagada", "Você apagou esta mensagem", "Esta mensagem foi apagada", "Chamada de voz perdida", "Chamada de vídeo perdida",
	"Ce message a été supprimé", "Vous avez supprimé ce message", "Appel vocal manqué", "Appel vidéo manqué",
	"Questo messaggio è stato eliminato", "Hai eliminato questo messaggio", "Chiamata persa", "Videochiamata persa",
	"Dit bericht is verwijderd", "U hebt dit bericht verwijderd", "Gemiste spraakoproep", "Gemiste video-oproep",
	"Данное сообщение удалено", "Вы удалили данное сообщение", "Пропущенный аудиозвонок", "Пропущенный видеозвонок",
	"Bu mesaj silindi", "Bu mesajı sildiniz", "此訊息已刪除", "此消息已删除", "您已删除此消息", "このメッセージは削除されました", "삭제된 메시지입니다.",
}

// tidied is the text of a message as it was typed; what the program put there changes the kind of the message. A
// text that begins with a mark of direction is the program's, as iOS writes it.
func tidied(m *talk.Message) string {
	text := m.Text
	if typed := edited.ReplaceAllString(text, ""); strings.TrimSpace(typed) != "" {
		text = typed
	}
	program := strings.HasPrefix(strings.TrimLeft(text, " "), "\u200e")
	bare := strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(marks, r) {
			return -1
		}
		if r == '\u00a0' || r == '\u202f' {
			return ' '
		}
		return r
	}, text))
	first, more, _ := strings.Cut(bare, "\n")
	switch {
	case m.Kind != talk.Said:
	case inAngles.MatchString(bare), plainSign.MatchString(bare), location.MatchString(bare), program && (omitted.MatchString(bare) || inAngles.MatchString(first)):
		m.Kind = talk.Media
	case attached.MatchString(first):
		if text = strings.TrimSpace(more); text == "" { // otherwise it is what was said about the file
			m.Kind = talk.Media
		}
		return text
	case program || isSystemText(bare):
		m.Kind = talk.System
	}
	return strings.TrimFunc(text, unicode.IsSpace)
}

func isSystemText(text string) bool {
	for _, s := range systemTexts {
		if rest, ok := strings.CutPrefix(text, s); ok && strings.Trim(rest, ". ") == "" {
			return true
		}
	}
	return false
}

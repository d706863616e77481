package corpora

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format personachat reads PersonaChat (Zhang et al. 2018, "Personalizing
// Dialogue Agents: I have a dog, do you have pets too?") in the files of
// ConvAI2. They are those of format fbdialog, but for lines that describe the
// speakers:
//
//	1 your persona: i have a dog .
//	2 partner's persona: i like cars .
//	3 hello , do you have pets ?<TAB>yes , a dog .
//
// "Your" is of the one who responds and so has the last word, Labels["persona"],
// the other Labels["partner_persona"]; several lines have line breaks between
// them, and the two change places where the last line has no response.
// __SILENCE__ is nobody's turn. Of a folder with several versions one is read:
// of the responder's persona before the others, original before revised, and
// without candidates, which are passed over anyway.

var (
	convAI2Name = regexp.MustCompile(`^(train|valid|test)_((?:self|none|both|other)_(?:original|revised)(?:_no_cands)?)\.txt$`)
	personaLine = regexp.MustCompile(`^(your|partner's) persona:(.*)$`)
)

// convAI2Versions are the versions of the corpus, the preferred one first.
func convAI2Versions() []string {
	var all []string
	for _, whose := range []string{"self", "both", "other", "none"} {
		for _, form := range []string{"original", "revised"} {
			all = append(all, whose+"_"+form+"_no_cands", whose+"_"+form)
		}
	}
	return all
}

// convAI2Files returns the files of the preferred version that has train, or
// that is there at all.
func convAI2Files(s site.Site) map[dialog.Split]string {
	versions := map[string]map[dialog.Split]string{}
	for _, name := range s.Files {
		m := convAI2Name.FindStringSubmatch(textfile.Bare(name))
		if m == nil {
			continue
		}
		if versions[m[2]] == nil {
			versions[m[2]] = map[dialog.Split]string{}
		}
		split, _ := site.SplitNamed(m[1])
		versions[m[2]][split] = name
	}
	var found map[dialog.Split]string
	for _, version := range convAI2Versions() {
		files := versions[version]
		if files[dialog.Train] != "" {
			return files
		}
		if found == nil {
			found = files
		}
	}
	return found
}

func matchPersonaChat(s site.Site) string {
	for _, split := range dialog.Splits {
		if name := convAI2Files(s)[split]; name != "" && isFBDialog(textfile.Head(s.At(name))) {
			return fault.Shown(name) + " is named as in ConvAI2 and numbers the lines of each dialogue"
		}
	}
	file := s.Sample(tabExtensions...)
	if file == "" || !isPersonaChat(file) {
		return ""
	}
	return fault.BaseName(file) + " numbers the lines of each dialogue, some of them of a persona"
}

// isPersonaChat tells personachat from fbdialog, by the name of the file where
// no line has a persona.
func isPersonaChat(path string) bool {
	lines := textfile.Head(path)
	return isFBDialog(lines) && (convAI2Name.MatchString(baseOf(path)) || slices.ContainsFunc(lines, func(l string) bool {
		_, rest, _ := cutNumber(l)
		return personaLine.MatchString(rest)
	}))
}

// baseOf is the last element of a path, without the extension of compression.
func baseOf(path string) string { return textfile.Bare(filepath.Base(path)) }

func personaChatParts(s site.Site) ([]part, error) {
	files := convAI2Files(s)
	if len(files) == 0 {
		return lineParts("personachat", s, readPersonaChat, tabExtensions...)
	}
	sources := map[dialog.Split][]source.Dialogues{}
	for split, name := range files {
		sources[split] = []source.Dialogues{readPersonaChat(s.At(name))}
	}
	return assign("personachat", s, sources)
}

func readPersonaChat(path string) source.Dialogues { return source.Blocks(path, personaChatGrammar) }

var personaChatGrammar = source.Grammar{First: fbDialogGrammar.First, Parse: parsePersonaChat}

// parsePersonaChat takes the personas out of the lines of a dialogue.
func parsePersonaChat(lines []textfile.Line) (dialog.Dialogue, error) {
	personas := map[string]string{}
	responded := false // on the last line that is spoken
	var spoken []textfile.Line
	for _, l := range lines {
		number, rest, ok := cutNumber(l.Text)
		if m := personaLine.FindStringSubmatch(rest); ok && m != nil {
			personas[m[1]] = strings.TrimSpace(personas[m[1]] + "\n" + strings.TrimSpace(m[2]))
			continue
		}
		_, response := cutPair(rest)
		responded = response != ""
		if turn, silent := strings.CutPrefix(rest, "__SILENCE__"); ok && silent {
			l.Text = fmt.Sprintf("%d %s", number, turn)
		}
		spoken = append(spoken, l)
	}
	if len(spoken) == 0 {
		return dialog.Dialogue{}, errors.New("the dialogue that begins here has personas and no turns")
	}
	d, bad := parseFBDialog(spoken)
	own, partner := personas["your"], personas["partner's"] // of the last speaker, of the other
	if !responded {
		own, partner = partner, own
	}
	d.Labels = labelsOf(dialog.PersonaLabel, own, dialog.PartnerLabel, partner)
	return d, bad
}

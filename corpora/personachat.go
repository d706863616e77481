package corpora

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// personaChatFormat reads PersonaChat (Zhang et al. 2018, "Personalizing
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
func personaChatFormat() Format {
	return Format{
		Name:    "personachat",
		Title:   "PersonaChat and ConvAI2: numbered lines, with lines of personas",
		Layout:  "a folder with train_self_original.txt valid_… test_…, or none, both, other, revised, no_cands; or with train.txt valid.txt test.txt; or one of them",
		Licence: "see the source of your copy",
		Turns:   dialogues,
		match:   matchPersonaChat,
		parts:   personaChatParts,
	}
}

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
func (s site) convAI2Files() map[dialog.Split]string {
	versions := map[string]map[dialog.Split]string{}
	for _, name := range s.files {
		m := convAI2Name.FindStringSubmatch(bare(name))
		if m == nil {
			continue
		}
		if versions[m[2]] == nil {
			versions[m[2]] = map[dialog.Split]string{}
		}
		split, _ := splitNamed(m[1])
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

func matchPersonaChat(s site) string {
	for _, split := range dialog.Splits {
		if name := s.convAI2Files()[split]; name != "" && isFBDialog(head(s.at(name))) {
			return shown(name) + " is named as in ConvAI2 and numbers the lines of each dialogue"
		}
	}
	file := s.aFile(tabExtensions...)
	if file == "" || !isPersonaChat(file) {
		return ""
	}
	return baseName(file) + " numbers the lines of each dialogue, some of them of a persona"
}

// isPersonaChat tells personachat from fbdialog, by the name of the file where
// no line has a persona.
func isPersonaChat(path string) bool {
	lines := head(path)
	return isFBDialog(lines) && (convAI2Name.MatchString(baseOf(path)) || slices.ContainsFunc(lines, func(l string) bool {
		_, rest, _ := cutNumber(l)
		return personaLine.MatchString(rest)
	}))
}

// baseOf is the last element of a path, without the extension of compression.
func baseOf(path string) string { return bare(filepath.Base(path)) }

func personaChatParts(s site) ([]part, error) {
	files := s.convAI2Files()
	if len(files) == 0 {
		return lineParts("personachat", s, readPersonaChat, tabExtensions...)
	}
	sources := map[dialog.Split][]source{}
	for split, name := range files {
		sources[split] = []source{readPersonaChat(s.at(name))}
	}
	return assign("personachat", s, sources)
}

func readPersonaChat(path string) source { return eachBlock(path, personaChatGrammar) }

var personaChatGrammar = grammar{first: fbDialogGrammar.first, last: fbDialogGrammar.last, parse: parsePersonaChat}

// parsePersonaChat takes the personas out of the lines of a dialogue.
func parsePersonaChat(lines []line) (dialog.Dialogue, *malformed) {
	personas := map[string]string{}
	responded := false // on the last line that is spoken
	var spoken []line
	for _, l := range lines {
		number, rest, ok := cutNumber(l.text)
		if m := personaLine.FindStringSubmatch(rest); ok && m != nil {
			personas[m[1]] = strings.TrimSpace(personas[m[1]] + "\n" + strings.TrimSpace(m[2]))
			continue
		}
		_, response := cutPair(rest)
		responded = response != ""
		if turn, silent := strings.CutPrefix(rest, "__SILENCE__"); ok && silent {
			l.text = fmt.Sprintf("%d %s", number, turn)
		}
		spoken = append(spoken, l)
	}
	if len(spoken) == 0 {
		return dialog.Dialogue{}, &malformed{line: lines[0].number, problem: "the dialogue that begins here has personas and no turns"}
	}
	d, bad := parseFBDialog(spoken)
	d.Labels = personaLabels(personas["your"], personas["partner's"])
	if !responded {
		d.Labels = personaLabels(personas["partner's"], personas["your"])
	}
	return d, bad
}

// personaLabels are the labels of a dialogue whose last speaker is described by
// own; nil without a description.
func personaLabels(own, partner string) map[string]string {
	labels := map[string]string{}
	for name, persona := range map[string]string{dialog.PersonaLabel: own, dialog.PartnerLabel: partner} {
		if persona != "" {
			labels[name] = persona
		}
	}
	if len(labels) == 0 {
		return nil
	}
	return labels
}

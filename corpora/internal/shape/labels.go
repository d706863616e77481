package shape

import (
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// System is the label of a dialogue that keeps the messages of its system.
const System = "system"

// AddSystem keeps a message of the system as a label.
func AddSystem(d *dialog.Dialogue, text string) {
	set(&d.Labels, System, strings.TrimSpace(d.Labels[System]+"\n"+text))
}

// label labels a turn by what stands inside it.
func (b *builder) label(t *dialog.Turn, from any) {
	if members, isMap := from.(map[string]any); isMap {
		setAll(&t.Labels, members["labels"])
	}
	for _, l := range b.shape.labels {
		if rest, inside := l.path.within(b.list()); inside {
			set(&t.Labels, l.name, together(l.name, rest, from))
		}
	}
}

// labels labels the dialogue, or its turns by a list with a value for each.
func (b *builder) labels(d *dialog.Dialogue) {
	if members, isMap := b.record.(map[string]any); isMap {
		setAll(&d.Labels, members["labels"])
	}
	for _, l := range b.shape.labels {
		if _, inside := l.path.within(b.list()); inside {
			continue
		}
		each := scalars(l.path.first(b.record))
		if list, _ := l.path.cut(); len(list) > 0 || len(each) != len(d.Turns) || isPersona(l.name) {
			set(&d.Labels, l.name, together(l.name, l.path, b.record))
			continue
		}
		for i := range d.Turns {
			set(&d.Turns[i].Labels, l.name, each[i])
		}
	}
}

func isPersona(name string) bool { return name == dialog.PersonaLabel || name == dialog.PartnerLabel }

// together makes one value of those that a path leads to: sorted and joined by +,
// but for lines of a persona.
func together(name string, p path, from any) string {
	list, _ := p.cut()
	var all []string
	p.values(from, func(v any) {
		if each := scalars(v); len(each) > 0 && (len(list) > 0 || isPersona(name)) {
			all = append(all, each...)
		} else if value, ok := ValueOf(v); ok && strings.TrimSpace(value) != "" {
			all = append(all, value)
		}
	})
	if isPersona(name) {
		return strings.Join(all, "\n")
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "+")
}

// setAll adds the members of an object that labels may be.
func setAll(labels *map[string]string, object any) {
	members, _ := object.(map[string]any)
	for name, v := range members {
		if value, ok := ValueOf(v); ok {
			if *labels == nil {
				*labels = map[string]string{}
			}
			(*labels)[name] = value // also a blank one
		}
	}
}

// set sets a label that is not blank.
func set(labels *map[string]string, name, value string) {
	if strings.TrimSpace(value) == "" {
		return
	}
	if *labels == nil {
		*labels = map[string]string{}
	}
	(*labels)[name] = strings.ReplaceAll(value, comma, ",")
}

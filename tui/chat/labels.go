package chat

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// assignLabel sets what the model is told of its response, as in topic=work, or takes it back, as in topic=; without an argument
// it tells what is set.
func (s *settings) assignLabel(argument string) tea.Msg {
	known := s.talk.about.Labels
	name, value, isSet := strings.Cut(argument, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	values, ok := known[name]
	switch {
	case argument == "" && len(known) == 0:
		return noteMsg("This model is told no labels; a run is, that was trained with --set condition.labels=[topic].")
	case argument == "":
		return noteMsg(s.labelsTold())
	case !isSet:
		return noteMsg("It is /label NAME=VALUE, such as /label topic=work; /label topic= takes it back.")
	case len(known) == 0:
		return noteMsg("This model is told no labels.")
	case !ok:
		return noteMsg(fmt.Sprintf("This model is told no %s; it is told %s.", name, strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
	case value != "" && len(values) > 0 && !slices.Contains(values, value):
		return noteMsg(fmt.Sprintf("The model saw no %s %q; it saw %s.", name, value, fewOf(values)))
	}
	labels := maps.Clone(s.values.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	if labels[name] = value; value == "" {
		delete(labels, name)
	}
	s.values.Labels = labels
	return sampleMsg{}
}

// labelsTold says what the model is told, and what it could be told.
func (s *settings) labelsTold() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(s.talk.about.Labels)) {
		value := "none"
		if v := s.values.Labels[name]; v != "" {
			value = v
		}
		text := name + " is " + value
		if values := s.talk.about.Labels[name]; len(values) > 0 {
			text += " (of " + fewOf(values) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ") + "."
}

// labelled is labels in a line, as /label takes them; empty: none.
func labelled(labels map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if labels[name] != "" {
			parts = append(parts, name+"="+labels[name])
		}
	}
	return strings.Join(parts, " ")
}

// fewOf joins the first of many words.
func fewOf(words []string) string {
	const most = 8
	if len(words) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
	}
	return strings.Join(words, ", ")
}

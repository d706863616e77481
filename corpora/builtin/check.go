package builtin

import "fmt"

// check makes sure that every walk through the grammar ends well: each mood of
// each answer and state has phrases, each question has replies, each named
// state and slot exists.
func (g *grammar) check() error {
	for i, s := range g.scenes {
		if err := g.checkScene(s); err != nil {
			return fmt.Errorf("grammar: scene %d (%s, %s): %w", i+1, s.topic, s.kind, err)
		}
	}
	for key, next := range g.after {
		if err := g.checkStates(next); err != nil {
			return fmt.Errorf("grammar: after %s %s: %w", key[0], key[1], err)
		}
	}
	for name, s := range g.states {
		if err := g.checkState(s); err != nil {
			return fmt.Errorf("grammar: state %s: %w", name, err)
		}
	}
	return nil
}

func (g *grammar) checkScene(s *scene) error {
	if len(s.openings) == 0 {
		return fmt.Errorf("has no openings")
	}
	if err := g.checkSlots(s, s.openings); err != nil {
		return err
	}
	for _, intent := range answerIntents {
		if len(g.after[[2]string{s.kind, intent}]) == 0 {
			return fmt.Errorf("nothing follows the intent %s", intent)
		}
		for _, mood := range moodOrder {
			if len(s.answers[intent][mood]) == 0 {
				return fmt.Errorf("has no %s answer in the mood %s", intent, mood)
			}
			if err := g.checkAnswers(s, intent, mood); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *grammar) checkAnswers(s *scene, intent, mood string) error {
	for _, list := range [][]phrase{s.answers[intent][mood], g.kinds[s.kind][intent][mood]} {
		if err := g.checkSlots(s, list); err != nil {
			return err
		}
		for _, p := range list {
			if asks := intent == "ask"; asks != (len(p.replies) > 0) {
				return fmt.Errorf("%q: questions, and they alone, have replies", p.pattern)
			}
			if err := g.checkSlots(s, p.replies); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *grammar) checkSlots(s *scene, list []phrase) error {
	for _, p := range list {
		for _, name := range slotNames(p.pattern) {
			if g.slots[name] == nil && (s == nil || s.slots[name] == nil) {
				return fmt.Errorf("%q: unknown slot %q", p.pattern, name)
			}
		}
	}
	return nil
}

func (g *grammar) checkState(s *state) error {
	for _, mood := range moodOrder {
		if len(s.phrases[mood]) == 0 {
			return fmt.Errorf("has no phrase in the mood %s", mood)
		}
		if err := g.checkSlots(nil, s.phrases[mood]); err != nil {
			return err
		}
	}
	return g.checkStates(s.next)
}

func (g *grammar) checkStates(names []string) error {
	for _, name := range names {
		if g.states[name] == nil {
			return fmt.Errorf("unknown state %q", name)
		}
	}
	return nil
}

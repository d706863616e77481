package builtin

// A phrase is one line of the grammar: a pattern in one mood.
type phrase struct {
	mood    string
	pattern string
	// replies answer the phrase when it is a question; empty otherwise.
	replies []phrase
}

// answers holds the phrases that answer an opening, by intent, then by mood.
type answers map[string]map[string][]phrase

func (a answers) add(intent string, p phrase) {
	if a[intent] == nil {
		a[intent] = map[string][]phrase{}
	}
	a[intent][p.mood] = append(a[intent][p.mood], p)
}

// A scene is a situation: openings that mean nearly the same, and the answers
// that fit all of them.
type scene struct {
	topic, kind string
	slots       map[string][]string
	openings    []phrase
	answers     answers
}

// A state is a later turn: what it may say in each mood and what may follow.
type state struct {
	name, intent string
	next         []string
	phrases      map[string][]phrase
}

// A grammar is everything that dialogues are made of.
type grammar struct {
	scenes []*scene
	// kinds holds the answers that fit every scene of a kind.
	kinds map[string]answers
	// after maps kind and intent of an answer to the states that may follow
	// it. After a question these follow its reply.
	after  map[[2]string][]string
	states map[string]*state
	// slots are known in every scene.
	slots map[string][]string
}

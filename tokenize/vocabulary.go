package tokenize

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A vocabulary is the vocab of a model, in the order of the ids.
type vocabulary []entry

// An entry is one token and its id.
type entry struct {
	token string
	id    int
}

func numbered(tokens []string) vocabulary {
	v := make(vocabulary, len(tokens))
	for id, token := range tokens {
		v[id] = entry{token, id}
	}
	return v
}

// MarshalJSON writes an object whose keys are in the order of the ids.
func (v vocabulary) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, e := range v {
		key, err := encodeJSON(e.token)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%c%s:%d", "{,"[min(i, 1)], key, e.id)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON sorts the tokens by id. Ids may have gaps but no two the same.
func (v *vocabulary) UnmarshalJSON(data []byte) error {
	var ids map[string]int
	if err := json.Unmarshal(data, &ids); err != nil {
		return err
	}
	*v = make(vocabulary, 0, len(ids))
	for token, id := range ids {
		*v = append(*v, entry{token, id})
	}
	slices.SortFunc(*v, func(a, b entry) int { return cmp.Or(cmp.Compare(a.id, b.id), strings.Compare(a.token, b.token)) })
	for i, e := range *v {
		switch {
		case e.token == "":
			return fmt.Errorf("a token is empty (id %d)", e.id)
		case e.id < 0:
			return fmt.Errorf("the id %d of %q is negative", e.id, e.token)
		case i > 0 && (*v)[i-1].id == e.id:
			return fmt.Errorf("%q and %q have the same id %d", (*v)[i-1].token, e.token, e.id)
		}
	}
	return nil
}

// An adopted vocabulary is one of this program: the four specials, then tokens.
type adopted struct {
	tokens []string // by our id
	theirs []int    // the id in the file, by our id; -1 if it has none
	// unreachable is how many tokens no sanitised text becomes.
	unreachable int
}

// Unreachable is how many tokens no text becomes, since they hold what Sanitise
// removes or what the model cannot put together.
func (a adopted) Unreachable() int { return a.unreachable }

// adopt makes v ours. The four specials come first; v's own special tokens, which
// no text becomes here, are left out; the others follow in the order of their
// ids. So a vocabulary that this program wrote keeps its ids.
func (v vocabulary) adopt(special map[string]bool, unknown string, added []addedToken) adopted {
	a := adopted{tokens: slices.Clone(Specials[:]), theirs: []int{-1, -1, -1, -1}}
	known := map[string]bool{}
	for _, e := range v {
		known[e.token] = true
	}
	for _, t := range added {
		if !known[t.Content] && t.Content != "" {
			known[t.Content] = true
			v = append(v, entry{t.Content, t.ID})
		}
	}
	if len(added) > 0 {
		v = slices.Clone(v)
		slices.SortStableFunc(v, func(a, b entry) int { return cmp.Compare(a.id, b.id) })
	}
	for _, e := range v {
		if e.token == unknown {
			a.theirs[Unk] = e.id
		}
		if e.token == unknown || special[e.token] || slices.Contains(Specials[:], e.token) {
			continue
		}
		a.tokens, a.theirs = append(a.tokens, e.token), append(a.theirs, e.id)
	}
	return a
}

// unprintable counts the tokens that hold what Sanitise removes. They are never
// shown as they are: a file from a stranger must not send escape codes to a terminal.
func (a adopted) unprintable() (n int) {
	for _, token := range a.tokens {
		if strings.ContainsFunc(token, isUnprintable) {
			n++
		}
	}
	return n
}

// isUnprintable reports whether r cannot be in a word. Unassigned code points may:
// the file may come from a program that knows a later Unicode.
func isUnprintable(r rune) bool {
	return unicode.IsSpace(r) || !isAllowed(r) && !unicode.Is(unicode.Cn, r)
}

// index has the id of each token.
func (a adopted) index() map[string]int32 {
	ids := make(map[string]int32, len(a.tokens))
	for id, token := range a.tokens {
		ids[token] = int32(id)
	}
	return ids
}

// Size is the number of ids, specials included.
func (a adopted) Size() int { return len(a.tokens) }

// Token returns the token of one id; it is empty when id is out of range.
func (a adopted) Token(id int32) string {
	if id < 0 || int(id) >= len(a.tokens) {
		return ""
	}
	return a.shown(id)
}

// shown is a token as it may be shown.
func (a adopted) shown(id int32) string {
	if a.unreachable == 0 {
		return a.tokens[id]
	}
	return strings.TrimSpace(printable(a.tokens[id]))
}

// visible returns the tokens of ids without Pad, Start, End and ids out of range.
func (a adopted) visible(ids []int32) []string {
	tokens := make([]string, 0, len(ids))
	for _, id := range ids {
		if isVisible(id, len(a.tokens)) {
			tokens = append(tokens, a.shown(id))
		}
	}
	return tokens
}

// isVisible reports whether one of size ids is shown.
func isVisible(id int32, size int) bool {
	return id == Unk || int(id) >= len(Specials) && int(id) < size
}

package conversation

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// extension ends the names of the files.
const extension = ".json"

// A Store is a folder of conversations, a JSON file each.
type Store struct{ Dir string }

// A Summary tells a conversation from others in a list.
type Summary struct {
	ID        string    `json:"id"`
	Model     string    `json:"model"`
	Started   time.Time `json:"started"`
	Exchanges int       `json:"exchanges"` // in all branches
	Preview   string    `json:"preview"`   // the first turn of the user
}

// Save writes a conversation to its file. The file as it was before, or the
// new one, is there at any moment and after any error.
func (s Store) Save(c *Conversation) error {
	write, err := s.Prepare(c)
	if err != nil {
		return err
	}
	return write()
}

// Prepare is Save up to the work on the disk, which write does: the
// conversation may be changed in between.
func (s Store) Prepare(c *Conversation) (write func() error, err error) {
	if s.Dir == "" {
		return nil, errors.New("there is no folder for conversations; set HOME or XDG_STATE_HOME")
	}
	if !isName(c.ID) {
		return nil, fmt.Errorf("save the conversation: %q is no name for a file", c.ID)
	}
	text, err := c.encode()
	if err != nil {
		return nil, fmt.Errorf("save conversation %s: %w", c.ID, err)
	}
	id := c.ID
	return func() error { return s.write(id, text) }, nil
}

func (s Store) write(id string, text []byte) error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return fmt.Errorf("make the folder for conversations: %w", err)
	}
	if err := replace(s.path(id), text); err != nil {
		return fmt.Errorf("save conversation %s: %w", id, err)
	}
	return nil
}

// Load reads the conversation of that ID, or the only one whose ID begins with
// it.
func (s Store) Load(id string) (*Conversation, error) {
	if !isName(id) {
		return nil, fmt.Errorf("%q names no conversation; give the beginning of one's ID", id)
	}
	full, err := s.complete(id)
	if err != nil {
		return nil, err
	}
	return s.read(full)
}

// List returns what the folder holds, newest first. Files that cannot be read
// are left out, and named in the error.
func (s Store) List() ([]Summary, error) {
	ids, err := s.ids()
	if err != nil {
		return nil, err
	}
	var list []Summary
	var faults []error
	for _, id := range ids {
		c, err := s.read(id)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		list = append(list, c.summary())
	}
	slices.SortFunc(list, func(a, b Summary) int {
		return cmp.Or(b.Started.Compare(a.Started), strings.Compare(b.ID, a.ID))
	})
	return list, errors.Join(faults...)
}

func (c *Conversation) summary() Summary {
	s := Summary{ID: c.ID, Model: c.Model, Started: c.Started, Exchanges: len(c.nodes)}
	if len(c.nodes) > 0 {
		s.Preview = c.nodes[0].User
	}
	return s
}

// complete returns the only ID that begins with prefix, or is it.
func (s Store) complete(prefix string) (string, error) {
	ids, err := s.ids()
	if err != nil {
		return "", err
	}
	if slices.Contains(ids, prefix) {
		return prefix, nil
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return !strings.HasPrefix(id, prefix) })
	switch len(ids) {
	case 0:
		return "", fmt.Errorf("no conversation in %s begins with %q", s.Dir, prefix)
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("%d conversations begin with %q, such as %s and %s; give more of the ID", len(ids), prefix, ids[0], ids[1])
}

// ids returns the conversations in the folder, in the order of their names. A
// folder that is not there is empty.
func (s Store) ids() ([]string, error) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("list the conversations: %w", err)
	}
	var ids []string
	for _, entry := range entries {
		id, ok := strings.CutSuffix(entry.Name(), extension)
		if ok && isName(id) && entry.Type().IsRegular() {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (s Store) read(id string) (*Conversation, error) {
	text, err := os.ReadFile(s.path(id))
	if err != nil {
		return nil, fmt.Errorf("read conversation %s: %w", id, err)
	}
	c, err := decode(id, text)
	if err != nil {
		return nil, fmt.Errorf("%s %w", s.path(id), err)
	}
	return c, nil
}

func (s Store) path(id string) string { return filepath.Join(s.Dir, id+extension) }

// isName reports whether a file of this name, with the extension, stays in the
// folder on every operating system and can be printed. Hidden files are not
// ours: temporaries are among them.
func isName(id string) bool {
	if id == "" || strings.HasPrefix(id, ".") || !filepath.IsLocal(id) {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool {
		return strings.ContainsRune(`/\:`, r) || r == unicode.ReplacementChar || !unicode.IsPrint(r)
	})
}

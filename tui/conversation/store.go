package conversation

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/cvae-go/cvae/dialog/regular"
)

// extension ends the names of the files.
const extension = ".json"

// mostFile is the most bytes of a conversation's file.
const mostFile = 256 << 20

// A Store is a folder of conversations, a JSON file each.
type Store struct{ Dir string }

// A Summary tells a conversation from others in a list.
type Summary struct {
	ID        string    `json:"id"`
	Model     string    `json:"model"`
	Title     string    `json:"title"`
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
	if c.place == nil {
		c.place = &place{id: c.ID}
	}
	at := c.place
	return func() error { return s.write(at, text) }, nil
}

// A place is where a conversation has its file, and what that held when this process
// last read or wrote it.
type place struct {
	mu   sync.Mutex
	id   string
	seen [sha256.Size]byte // zero: there was none
}

// SavedAs is the ID under which the conversation is saved, which is another than its own
// once another process has changed its file.
func (c *Conversation) SavedAs() string {
	if c.place == nil {
		return c.ID
	}
	c.place.mu.Lock()
	defer c.place.mu.Unlock()
	return c.place.id
}

// A Moved error says that nothing is lost: another process has changed a conversation,
// and what this one has is saved beside it.
type Moved struct{ From, To string }

// Error implements error.
func (m Moved) Error() string {
	return fmt.Sprintf("another process has changed conversation %s; what was said here is saved as %s", m.From, m.To)
}

// write writes the file of a conversation, unless another process has since this one
// last did: then it writes another, and the error is a [Moved].
func (s Store) write(at *place, text []byte) (err error) {
	at.mu.Lock()
	defer at.mu.Unlock()
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return fmt.Errorf("make the folder for conversations: %w", err)
	}
	unlock := s.lock(at.id)
	defer func() { unlock() }()
	var moved error
	if now, err := s.sum(at.id); err == nil && now != at.seen {
		to := newID(time.Now())
		moved = Moved{at.id, to}
		at.id = to
	}
	if err := replace(s.path(at.id), text); err != nil {
		return fmt.Errorf("save conversation %s: %w", at.id, err)
	}
	at.seen = sha256.Sum256(text)
	return moved
}

// sum is that of the file as it is; zero where there is none. One that is gone may be
// written again.
func (s Store) sum(id string) (sum [sha256.Size]byte, err error) {
	text, err := regular.Read(s.path(id), mostFile)
	if err != nil {
		return sum, err
	}
	return sha256.Sum256(text), nil
}

// The lock of a file is another beside it that one process can make. It is held while a
// file is compared and replaced; one that is older was left by a process that was killed.
const (
	lockTries = 100
	lockWait  = 20 * time.Millisecond
	lockAge   = 10 * time.Second
)

// lock takes the lock of a file and returns what gives it back. Where it cannot be had,
// as in a folder that cannot be written, there is none: writing will say why.
func (s Store) lock(id string) (unlock func()) {
	path := filepath.Join(s.Dir, "."+id+".lock")
	for range lockTries {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			_ = f.Close() // nothing was written
			return func() { _ = os.Remove(path) }
		}
		if !errors.Is(err, fs.ErrExist) {
			break
		}
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > lockAge {
			_ = os.Remove(path)
			continue
		}
		time.Sleep(lockWait)
	}
	return func() {}
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
	s := Summary{ID: c.ID, Model: c.Model, Title: c.Title, Started: c.Started, Exchanges: len(c.nodes)}
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
	text, err := regular.Read(s.path(id), mostFile)
	if err != nil {
		return nil, fmt.Errorf("read conversation %s: %w", id, err)
	}
	c, err := decode(id, text)
	if err != nil {
		return nil, fmt.Errorf("%s %w", s.path(id), err)
	}
	c.place = &place{id: id, seen: sha256.Sum256(text)}
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

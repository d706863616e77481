package conversation

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// A Hit is a conversation in which something was found.
type Hit struct {
	Summary
	Texts []string // in which it stands
}

// Search returns the conversations whose title or texts hold the words, newest first. Files that cannot be read are left out,
// and named in the error.
func (s Store) Search(words string) ([]Hit, error) {
	list, fault := s.List()
	var hits []Hit
	for _, one := range list {
		c, err := s.read(one.ID)
		if err != nil {
			continue // List names it
		}
		found := c.Find(words)
		if len(found) > 0 || strings.Contains(strings.ToLower(c.Title), strings.ToLower(strings.TrimSpace(words))) {
			hits = append(hits, Hit{one, found})
		}
	}
	return hits, fault
}

// Newest returns the ID of the conversation that was saved last.
func (s Store) Newest() (string, error) {
	ids, err := s.ids()
	if err != nil {
		return "", err
	}
	newest, at := "", int64(0)
	for _, id := range ids {
		if info, err := os.Stat(s.path(id)); err == nil && (newest == "" || info.ModTime().UnixNano() >= at) {
			newest, at = id, info.ModTime().UnixNano()
		}
	}
	if newest == "" {
		return "", errors.New("no conversation is saved yet")
	}
	return newest, nil
}

// Delete removes the file of a conversation.
func (s Store) Delete(id string) error {
	if !isName(id) {
		return fmt.Errorf("%q names no conversation; give the beginning of one's ID", id)
	}
	full, err := s.complete(id)
	if err != nil {
		return err
	}
	unlock := s.lock(full)
	defer unlock()
	if err := os.Remove(s.path(full)); err != nil {
		return fmt.Errorf("delete conversation %s: %w", full, err)
	}
	return nil
}

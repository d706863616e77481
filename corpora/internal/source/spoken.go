package source

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// Spoken trims the turns, refuses empty ones and names missing speakers.
func Spoken(turns []dialog.Turn) error {
	if len(turns) == 0 {
		return errors.New("the dialogue is empty")
	}
	before := ""
	for i := range turns {
		t := &turns[i]
		if t.Text = strings.TrimSpace(t.Text); t.Text == "" {
			return fmt.Errorf("turn %d is empty", i+1)
		}
		if t.Speaker == "" {
			t.Speaker = Speaker(0)
			if before == Speaker(0) {
				t.Speaker = Speaker(1)
			}
		}
		before = t.Speaker
	}
	return nil
}

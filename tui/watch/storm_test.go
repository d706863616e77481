package watch

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/tui/keystorm"
)

// Every key with every modifier comes back from the view, of a run of ours and of
// another's, before and after its first events.
func TestKeyStorm(t *testing.T) {
	keys := keystorm.Keys()
	keystorm.Within(t, func(tell func(tea.KeyPressMsg)) {
		for _, r := range []Run{ours(), {Title: "another's", Feed: NewFeed()}} {
			for _, messages := range [][]tea.Msg{nil, {arrived(run()...), arrived(collapse(400))}} {
				m := shown(r, 80, 24, messages...)
				for _, k := range keys {
					tell(k)
					next, _ := m.Update(k)
					m = next.(model)
				}
				if m.View().Content == "" {
					t.Error("the view is empty")
				}
			}
		}
	})
}

package chat

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/tui/draw"
	"github.com/cvae-go/cvae/tui/keystorm"
)

// Every key with every modifier comes back from the input, whatever is written.
func TestKeyStormInput(t *testing.T) {
	theme := draw.NewTheme(true)
	texts := []string{"", " ", "\n", "  a", "a  ", " \n \n ", "a b\n\n c", "今日は 👩‍👩‍👧\t"}
	keys := keystorm.Keys()
	keystorm.Within(t, func(tell func(tea.KeyPressMsg)) {
		for _, text := range texts {
			e := newEntry(pane{theme: &theme}, nil)
			e.SetFocus(true)
			e.SetSize(20, 0)
			for _, k := range keys {
				e.area.SetValue(text)
				if len(text) > 1 && k.Mod&tea.ModShift != 0 { // in the text too
					e.area.MoveToBegin()
					e.area.SetCursorColumn(1)
				}
				tell(k)
				if cmd := e.write(k); cmd != nil && k.String() != "ctrl+v" { // which reads the clipboard of the system
					if fault, ok := cmd().(noteMsg); ok {
						t.Errorf("%v in %q: %s", k, text, fault)
					}
				}
			}
		}
	})
}

// Any keys with any modifiers come back from every part and page.
func TestKeyStorm(t *testing.T) {
	keys := keystorm.Keys()
	keys = slices.DeleteFunc(keys, func(k tea.KeyPressMsg) bool { return k.Mod == tea.ModCtrl && k.Code == 'v' }) // asks for the clipboard of the system
	keystorm.Within(t, func(tell func(tea.KeyPressMsg)) {
		rapid.Check(t, func(r *rapid.T) {
			o := fakeOptions(t)
			o.Store.Dir = ""
			d := driveWith(t, &fake{}, fakeCard(), o, 100, 30)
			screens[rapid.SampledFrom([]string{"welcome", "answered", "walk", "help"}).Draw(r, "screen")](d)
			for _, k := range rapid.SliceOfN(rapid.SampledFrom(keys), 1, 60).Draw(r, "keys") {
				if rapid.IntRange(0, 9).Draw(r, "other part") == 0 {
					d.run(d.turnTo(focus(rapid.IntRange(0, int(parts)-1).Draw(r, "part"))))
				}
				tell(k)
				d.send(k)
			}
			checkScreen(r, d.model, 100, 30)
		})
	})
}

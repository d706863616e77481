package chat

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/tui/draw"
)

// everyKey is every key that a terminal can send, with all of shift, alt, ctrl
// and meta that go together, and with each other modifier.
func everyKey() []tea.KeyPressMsg {
	codes := []rune{0, tea.KeyExtended, 'é', '茶', '👍', '\u0301', '\u200d', 0xfffd, 0x85}
	for r := rune(1); r <= 0x7f; r++ {
		codes = append(codes, r)
	}
	for r := rune(tea.KeyUp); r <= tea.KeyIsoLevel5Shift; r++ {
		codes = append(codes, r)
	}
	mods := []tea.KeyMod{tea.ModHyper, tea.ModSuper, tea.ModCapsLock, tea.ModNumLock, tea.ModScrollLock}
	for mod := range tea.ModMeta << 1 {
		mods = append(mods, mod)
	}
	var keys []tea.KeyPressMsg
	for _, code := range codes {
		for _, mod := range mods {
			k := tea.KeyPressMsg{Code: code, Mod: mod}
			if code >= ' ' && code < tea.KeyExtended && code != 0x7f && mod&^(tea.ModShift|tea.ModCapsLock|tea.ModNumLock|tea.ModScrollLock) == 0 {
				k.Text = string(code)
			}
			keys = append(keys, k)
		}
	}
	return keys
}

// within fails the test where f, which tells what it does before it does it,
// takes longer than any of it may.
func within(t *testing.T, f func(tell func(tea.KeyPressMsg))) {
	t.Helper()
	var now atomic.Value
	var told atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(func(k tea.KeyPressMsg) { now.Store(k); told.Add(1) })
	}()
	for before := int64(-1); ; {
		select {
		case <-done:
			return
		case <-time.After(10 * time.Second):
			if told.Load() == before {
				t.Fatalf("%v hangs", now.Load())
			}
			before = told.Load()
		}
	}
}

// Every key with every modifier comes back from the input, whatever is written.
func TestKeyStormInput(t *testing.T) {
	theme := draw.NewTheme(true)
	texts := []string{"", " ", "\n", "  a", "a  ", " \n \n ", "a b\n\n c", "今日は 👩‍👩‍👧\t"}
	keys := everyKey()
	within(t, func(tell func(tea.KeyPressMsg)) {
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
	keys := everyKey()
	keys = slices.DeleteFunc(keys, func(k tea.KeyPressMsg) bool { return k.Mod == tea.ModCtrl && k.Code == 'v' }) // asks for the clipboard of the system
	within(t, func(tell func(tea.KeyPressMsg)) {
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

// Package keystorm has what tests of a view in a terminal send to it: every key with
// every modifier, and a deadline, because a handler that never returns hangs the
// program.
package keystorm

import (
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Keys is every key that a terminal can send, with all of shift, alt, ctrl
// and meta that go together, and with each other modifier.
func Keys() []tea.KeyPressMsg {
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

// Within fails the test where f, which tells what it does before it does it,
// takes longer than any of it may.
func Within(t *testing.T, f func(tell func(tea.KeyPressMsg))) {
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

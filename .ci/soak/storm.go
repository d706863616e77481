package main

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/cvae-go/cvae/tui/terminaltest"
)

// keyStorm types anything into a view on a terminal and then ends it by a signal: it ends
// in time, the terminal is as it was, and what was trained is whole.
func keyStorm(b *bench, r *rand.Rand) error {
	out := filepath.Join(b.trial, "run")
	endless := append(b.train("bn", out), "--max-epochs", "0", "--max-steps", "0", "--set", "optimiser.patience=1000000")
	endless = endless[:len(endless):len(endless)]
	view := pick(r, []string{"chat", b.sound}, []string{"chat", b.sound, "--seed", "3"}, []string{"watch", b.sound}, without(endless, "--plain"))
	tty, err := openTerminal(b, view...)
	if err != nil {
		return err
	}
	defer tty.Close()
	if err := tty.Await("\x1b[?1049h", limit); err != nil {
		return fmt.Errorf("no view of cvae %q: %w", view, err)
	}
	if view[0] == "train" { // so that there is something to save
		time.Sleep(time.Duration(r.IntN(int(time.Second))))
	}
	for range 1 + r.IntN(80) {
		tty.Type(keystroke(r))
		if r.IntN(8) == 0 {
			time.Sleep(time.Duration(r.IntN(int(100 * time.Millisecond))))
		}
		if r.IntN(20) == 0 {
			tty.Resize(r.IntN(200), r.IntN(60))
		}
	}
	signal := func(s os.Signal) { _ = tty.Command.Process.Signal(s) } // it may have ended
	signal(pick(r, syscall.SIGTERM, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT))
	if r.IntN(3) == 0 {
		time.Sleep(time.Duration(r.IntN(int(50 * time.Millisecond))))
		signal(syscall.SIGTERM)
	}
	text, err := "", ends(tty.Command)
	if err == nil {
		text, err = tty.Ended()
	}
	if err != nil {
		return fmt.Errorf("cvae %.60q after %q: %w: %s", view, tty.Typed(), err, goroutines(tty.Text()))
	}
	switch status := tty.Command.ProcessState.ExitCode(); {
	case status != 0 && status != 130: // a key may have ended it before
		err = fmt.Errorf("status %d", status)
	case strings.Contains(text, "goroutine ") || strings.Contains(text, "a fault in the program"):
		err = errors.New("it broke")
	default:
		err = restored(text)
	}
	if err != nil {
		return fmt.Errorf("cvae %.60q after %q: %w: …%q", view, tty.Typed(), err, text[max(0, len(text)-600):])
	}
	if view[0] != "train" {
		return nil
	}
	b.run(nil, "check", out, "--repair") // the second signal may leave a file that was half written
	if checked := b.run(nil, "check", out); checked.status != 0 {
		return fmt.Errorf("after %q: %s %s", tty.Typed(), checked.out, checked)
	}
	return nil
}

// openTerminal runs a command of the program on a terminal of its own.
func openTerminal(b *bench, args ...string) (*terminaltest.Terminal, error) {
	c := exec.Command(b.program, args...)
	c.Dir = b.trial
	c.Env = append(b.environment(), "TERM=xterm-256color", "COLORTERM=truecolor", "VISUAL=", "EDITOR=true")
	tty, err := terminaltest.Start(c)
	if errors.Is(err, terminaltest.ErrNone) {
		err = errSkipped
	}
	return tty, err
}

// goroutines is what the runtime printed of a process that hung.
func goroutines(text string) string {
	_, stacks, _ := strings.Cut(text, "SIGABRT")
	return strings.ReplaceAll(stacks, "\r", "")
}

func without(args []string, not string) (kept []string) {
	for _, a := range args {
		if a != not {
			kept = append(kept, a)
		}
	}
	return kept
}

var mode = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])|\x1b\[>\d+(u)|\x1b\[<\d*(u)|\x1b\[=0;1(u)|\x1b\[>4(;[1-9]|;0)?(m)`)

// restored wants every mode of the terminal that a program sets to be as it was: all are
// off, but for the cursor (25), which is shown, and lines that go on in the next (7).
func restored(text string) error {
	usual := map[string]bool{"25": true, "7": true}
	on := maps.Clone(usual)
	for _, m := range mode.FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] != "":
			for number := range strings.SplitSeq(m[1], ";") {
				on[number] = m[2] == "h"
			}
		case m[7] != "":
			on["modifyOtherKeys"] = m[6] != "" && m[6] != ";0"
		default:
			on["keyboard"] = m[3] != ""
		}
	}
	for name, is := range on {
		if is != usual[name] {
			return fmt.Errorf("the terminal's mode %s is left behind", name)
		}
	}
	return nil
}

// keystroke is what a terminal sends for a key, a paste, the mouse, or an answer to a
// question of the program.
func keystroke(r *rand.Rand) string {
	modifiers := 1 + r.IntN(64) // shift 1, alt 2, ctrl 4, super 8, hyper 16, meta 32
	switch r.IntN(14) {
	case 0, 1:
		return pick(r, "what do you like ?", "hello", "日本", "👩‍👩‍👧 é", "/why 2", "/n 3", "/tree", "/walk", "/help", "/export md", "/delete x", "/between 1 2", " ", "\t")
	case 2:
		return "\r"
	case 3: // a letter or a control character, alone or with alt
		return pick(r, "", "\x1b") + string(rune(unlessEnding(r.IntN(128))))
	case 4:
		return fmt.Sprintf("\x1b[1;%d%c", modifiers, pick(r, 'A', 'B', 'C', 'D', 'E', 'F', 'H', 'P', 'Q', 'R', 'S', 'Z'))
	case 5:
		return fmt.Sprintf("\x1b[%d;%d~", r.IntN(35), modifiers)
	case 6: // the keyboard of kitty
		return fmt.Sprintf("\x1b[%d;%d:%du", pick(r, 9, 13, 27, 127, 32+r.IntN(95), 57344+r.IntN(110), r.IntN(0x110000)), modifiers, 1+r.IntN(3))
	case 7: // modifyOtherKeys
		return fmt.Sprintf("\x1b[27;%d;%d~", modifiers, unlessEnding(r.IntN(128)))
	case 8:
		return "\x1bO" + string(rune('A'+r.IntN(26)))
	case 9:
		return pick(r, "\x1b", "") + fmt.Sprintf("\x1b[%c", 'A'+rune(r.IntN(26)))
	case 10: // the mouse
		return fmt.Sprintf("\x1b[<%d;%d;%d%c", r.IntN(100), r.IntN(220), r.IntN(70), pick(r, 'M', 'm'))
	case 11:
		return "\x1b[200~" + pick(r, "a\nb", "\x1b[31m", strings.Repeat("paste ", 40), "", "\x00\x03") + pick(r, "\x1b[201~", "\x1b[201~", "")
	case 12:
		return pick(r, "\x1b[I", "\x1b[O", "\x1b]11;rgb:ffff/ffff/ffff\x07", "\x1b]10;?\x1b\\", "\x1b[?62;4c", "\x1b[24;80R", "\x1bP>|x\x1b\\", "\x1b[?2026;2$y", "\x1b[?1u", "\x1b]52;c;aGk=\x07", "\x1b[", "\x1b]", "\x1bP", "\xff\xfe", "\x1b[99999999999999999999u", "\x1b[;;;;u")
	}
	return pick(r, "\x1bb", "\x1bf", "\x1bd", "\x1b\x7f", "\x1b[1;3D", "\x1b[1;3C", "\x1b[1;5D", "\x17", "\x0b", "\x15", "\x1a", "\x0f")
}

// unlessEnding is a character that does not end a program as it should: no ^C, ^\ or q.
func unlessEnding(c int) int {
	if c == 3 || c == 0x1c || c == 'q' {
		return 'x'
	}
	return c
}

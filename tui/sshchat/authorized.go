package sshchat

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/dialog/regular"
)

// mostKeys is the most bytes of a file of keys.
const mostKeys = 1 << 20

// Authorized is a file of public keys, in the format of OpenSSH's authorized_keys. It is
// read again at every login, so that a key that is taken out does not come in any more.
type Authorized struct{ path string }

// NewAuthorized reads the file once, and refuses one with a line that is no key, or with
// none at all.
func NewAuthorized(path string) (*Authorized, error) {
	a := &Authorized{path}
	keys, faults := a.read()
	switch {
	case len(faults) > 0:
		return nil, faults[0]
	case len(keys) == 0:
		return nil, fmt.Errorf("%s holds no public key", path)
	}
	return a, nil
}

// holds reports whether a key is in the file. Lines that are no key let nobody in, and
// are told.
func (a *Authorized) holds(key gossh.PublicKey, tell func(error)) bool {
	keys, faults := a.read()
	for _, fault := range faults {
		tell(fault)
	}
	return slices.ContainsFunc(keys, func(k gossh.PublicKey) bool { return ssh.KeysEqual(k, key) })
}

func (a *Authorized) read() ([]gossh.PublicKey, []error) {
	text, err := regular.Read(a.path, mostKeys)
	if err != nil {
		return nil, []error{fmt.Errorf("reading the keys that may come in: %w", err)}
	}
	keys, faults := parseKeys(text)
	for i, fault := range faults {
		faults[i] = fmt.Errorf("%s, %w", a.path, fault)
	}
	return keys, faults
}

// parseKeys reads keys, a line each; the faults name lines, from 1.
func parseKeys(text []byte) (keys []gossh.PublicKey, faults []error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // of an editor on Windows
	for i, line := range bytes.Split(text, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		key, err := parseKey(line)
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", i+1, err))
			continue
		}
		keys = append(keys, key)
	}
	return keys, faults
}

// harmless are options of a line that take away what nobody has here, or give it back.
var harmless = []string{"no-agent-forwarding", "agent-forwarding", "no-port-forwarding", "port-forwarding", "no-x11-forwarding", "x11-forwarding", "no-user-rc", "user-rc", "pty"}

// parseKey reads a line. An option that would keep somebody out is an error, because it is
// not honoured.
func parseKey(line []byte) (gossh.PublicKey, error) {
	key, _, options, _, err := gossh.ParseAuthorizedKey(line)
	if err != nil {
		return nil, errors.New("this is no public key")
	}
	if _, is := key.(*gossh.Certificate); is {
		return nil, errors.New("this is a certificate; name the key itself")
	}
	for _, option := range options {
		if name, _, _ := strings.Cut(option, "="); !slices.Contains(harmless, strings.ToLower(name)) {
			return nil, fmt.Errorf("the option %s is not known here; take it out", name)
		}
	}
	return key, nil
}

package sshchat

import (
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/dialog/regular"
)

// hostKeyFile is the name of the file with the key of a server.
const hostKeyFile = "ssh_host_ed25519_key"

// HostKey is the key by which clients know the server again, from a folder, where it is
// made the first time.
func HostKey(dir string) (gossh.Signer, error) {
	path := filepath.Join(dir, hostKeyFile)
	key, err := readHostKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeHostKey(path); err == nil {
			key, err = readHostKey(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the key of the SSH server: %w", err)
	}
	return key, nil
}

func readHostKey(path string) (gossh.Signer, error) {
	const most = 64 << 10
	text, err := regular.Read(path, most)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others can read %s; chmod 600 keeps it from them", path)
	}
	key, err := gossh.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s is damaged (%w); without the file the next start makes another, and clients ask whether they trust it", path, err)
	}
	return key, nil
}

// makeHostKey writes a new key, whole or not at all, unless another process was first.
func makeHostKey(path string) (err error) {
	_, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(secret, "cvae")
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	err = pem.Encode(f, block)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

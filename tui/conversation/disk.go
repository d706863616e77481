package conversation

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// replace gives the file at path a new content, for its owner alone. After an
// error the file is as it was and nothing else is left behind.
func replace(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	if err == nil {
		err = temporary.Sync()
	}
	err = cmp.Or(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes renames in a folder survive a loss of power. Windows has no
// such thing, and some file systems refuse it: they are taken as they are.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = folder.Sync()
	return folder.Close()
}

// DefaultDir returns where conversations are kept:
// $XDG_STATE_HOME/cvae/conversations, or ~/.local/state/cvae/conversations;
// on Windows %LocalAppData%\cvae\conversations. It is empty where neither
// the environment nor home says where that is.
func DefaultDir(getenv func(string) string, home string) string {
	return defaultDir(runtime.GOOS, getenv, home)
}

func defaultDir(system string, getenv func(string) string, home string) string {
	if state := stateDir(system, getenv, home); state != "" {
		return filepath.Join(state, "conversations")
	}
	return ""
}

// StateDir returns where this program keeps what it remembers: cvae in the folder that
// [DefaultDir] names.
func StateDir(getenv func(string) string, home string) string {
	return stateDir(runtime.GOOS, getenv, home)
}

func stateDir(system string, getenv func(string) string, home string) string {
	variable, below := "XDG_STATE_HOME", filepath.Join(".local", "state")
	if system == "windows" {
		variable, below = "LocalAppData", filepath.Join("AppData", "Local")
	}
	state := getenv(variable)
	// The XDG specification has relative paths ignored.
	if !filepath.IsAbs(state) {
		if home == "" {
			return ""
		}
		state = filepath.Join(home, below)
	}
	return filepath.Join(state, "cvae")
}

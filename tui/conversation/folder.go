package conversation

import (
	"path/filepath"
	"runtime"
)

// DefaultDir returns where conversations are kept:
// $XDG_STATE_HOME/cvae/conversations, or ~/.local/state/cvae/conversations;
// on Windows %LocalAppData%\cvae\conversations. It is empty where neither
// the environment nor home says where that is.
func DefaultDir(getenv func(string) string, home string) string {
	return defaultDir(runtime.GOOS, getenv, home)
}

func defaultDir(system string, getenv func(string) string, home string) string {
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
	return filepath.Join(state, "cvae", "conversations")
}

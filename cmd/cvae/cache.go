package main

import (
	"os"
	"path/filepath"
)

// tokenCache is the folder for encoded corpora in the user's cache; empty where
// there is none.
func tokenCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "cvae", "tokens")
}

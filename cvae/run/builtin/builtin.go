// Package builtin holds the model that is part of this program, as a run
// directory.
//
// The README has the commands that made it. The checkpoint and the log are left out.
package builtin

import (
	"embed"
	"io/fs"
)

//go:embed model
var embedded embed.FS

// Files are those of the run directory.
func Files() fs.FS {
	files, err := fs.Sub(embedded, "model")
	if err != nil {
		panic(err) // model is a valid path
	}
	return files
}

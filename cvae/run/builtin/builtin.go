// Package builtin holds the model that is part of this program, as a run
// directory.
//
// It was trained on the built-in corpus by the command in command.txt, which
// makes the same files again.
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

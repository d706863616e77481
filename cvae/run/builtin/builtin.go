// Package builtin holds the model that is part of this program, as a run
// directory.
//
// It was trained on the built-in corpus, seed 1, kernels avx2, by
//
//	cvae train --out model --max-epochs 30 --max-time 10m --set bn.gamma=0.75 --set encoder.embedding=64 \
//	  --set encoder.hidden=96 --set context.hidden=96 --set decoder.hidden=160
//
// which ends by itself within 10 minutes of one core, and then makes the same
// model.safetensors again. The checkpoint and the log are left out.
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

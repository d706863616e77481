// Package pytorch takes a run to PyTorch and back: weights in PyTorch's layout, the
// Python file that rebuilds the model of them, and what the Hugging Face Hub reads of a
// model.
//
// [Export] and [Import] move numbers without changing any: an exported model that comes
// back unchanged has the parameters that it left with, bit for bit.
package pytorch

import (
	_ "embed"
)

// The files of an exported model.
const (
	WeightsFile    = "model.safetensors"      // the parameters under PyTorch's names
	ConfigFile     = "config.json"            // the shapes and the settings of the run
	GenerationFile = "generation_config.json" // how replies are decoded
	TokenizerFile  = "tokenizer.json"
	CardFile       = "README.md"        // the model card, with the front matter of the Hub
	ModelingFile   = "modeling_cvae.py" // the model in PyTorch
	LicenceFile    = "LICENSES"         // of the built-in model alone
)

//go:embed modeling_cvae.py
var modeling []byte

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/run/pytorch"
)

// exportOptions are the arguments of export and of import.
type exportOptions struct {
	From, To string
	Out, Err io.Writer
}

func newExport(runF func(context.Context, *exportOptions) error) *cobra.Command {
	return moving(&cobra.Command{
		Use: "export RUN OUT", Short: "Write a run as a model that PyTorch opens",
		Long: `Write a run as a model that PyTorch opens, to a folder that is missing or empty.

OUT gets model.safetensors in PyTorch's layout, config.json, generation_config.json,
tokenizer.json, README.md with the front matter of the Hugging Face Hub, and modeling_cvae.py, which
rebuilds the model:

  import modeling_cvae
  model, tokenizer = modeling_cvae.load("OUT")
  print(model.reply(tokenizer, ["How was your day?"], n=5))

RUN may be builtin, the model of this program. What modeling_cvae.py cannot rebuild is refused: decoders that are not recurrent, a z for every
word, labels and personas, and the posteriors of other methods than bn and scale that change it.
config.json holds config.yaml of the run, and with it the path of the corpus.`,
		Example: `  cvae export run model
  cvae export builtin small-talk`,
	}, runF)
}

func newImport(runF func(context.Context, *exportOptions) error) *cobra.Command {
	return moving(&cobra.Command{
		Use: "import OUT RUN", Short: "Make a run of a model that was exported",
		Long: `Make a run of a model that was exported, in a folder that is missing or empty.

The weights may have been trained on in PyTorch: model.save("TRAINED") of modeling_cvae.py
writes them, and what is read beside them, to the folder TRAINED: cvae import TRAINED RUN.
The run replies, is measured, and is what another starts from by --init; there is no optimiser to
resume it with.`,
		Example: `  cvae import model back`,
	}, runF)
}

// moving completes a command of two folders.
func moving(c *cobra.Command, runF func(context.Context, *exportOptions) error) *cobra.Command {
	c.Args = arguments(cobra.ExactArgs(2))
	c.RunE = func(c *cobra.Command, args []string) error {
		return runF(c.Context(), &exportOptions{From: args[0], To: args[1], Out: c.OutOrStdout(), Err: c.ErrOrStderr()})
	}
	return c
}

func runExport(_ context.Context, o *exportOptions) error {
	if err := pytorch.Export(o.From, o.To, warning(o.Err)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(o.Out, "%s is the model of %s in PyTorch's layout\n", printable(o.To), printable(o.From))
	return err
}

func runImport(_ context.Context, o *exportOptions) error {
	if err := pytorch.Import(o.From, o.To); err != nil {
		return err
	}
	_, err := fmt.Fprintf(o.Out, "%s is a run of the model in %s\n", printable(o.To), printable(o.From))
	return err
}

package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteVectors writes the posterior means of points for the embedding projector
// of TensorBoard: a point a line, its numbers separated by TABs.
func WriteVectors(w io.Writer, points []Point) error {
	b := bufio.NewWriter(w)
	for _, p := range points {
		for d, v := range p.Mean {
			if d > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(strconv.FormatFloat(float64(v), 'g', -1, 32))
		}
		b.WriteByte('\n')
	}
	return b.Flush()
}

// WriteMetadata writes the responses of points, with a label of that name unless
// it is empty, in the order of WriteVectors. The projector wants a line of
// names above several columns, and none above one.
func WriteMetadata(w io.Writer, label string, points []Point) error {
	b := bufio.NewWriter(w)
	if label != "" {
		b.WriteString(cell(label) + "\tresponse\n")
	}
	for _, p := range points {
		if label != "" {
			b.WriteString(cell(p.Label) + "\t")
		}
		b.WriteString(cell(p.Response) + "\n")
	}
	return b.Flush()
}

// A Tensor names the files of one latent space.
type Tensor struct{ Name, Vectors, Metadata string }

// WriteProjector writes the configuration by which tensorboard --logdir finds
// the tensors in its folder, in the text form of protocol buffers.
func WriteProjector(w io.Writer, tensors []Tensor) error {
	b := bufio.NewWriter(w)
	for _, t := range tensors {
		fmt.Fprintf(b, "embeddings {\n  tensor_name: %q\n  tensor_path: %q\n  metadata_path: %q\n}\n", t.Name, t.Vectors, t.Metadata)
	}
	return b.Flush()
}

// cell is a text without the white space that ends a cell.
func cell(text string) string { return strings.Join(strings.Fields(text), " ") }

package report

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// latentResponses is how many responses of the split are looked up in the latent
// space.
const latentResponses = 1000

// A space is how responses lie in the latent space of a run.
type space struct {
	MPD    Number  `json:"mpd"`
	Plane  Plane   `json:"plane"`
	Points []Point `json:"points"`
}

// survey looks responses of the split up in the latent space. Without a map of
// it, as before the end of training, the plane stays empty.
func (m *measurer) survey(ctx context.Context, r *run.Run, card dialog.LatentCard) (space, error) {
	set, err := r.LabelledSet(ctx, m.corpus, m.Split, m.label)
	if err != nil {
		return space{}, err
	}
	defer set.Close()
	stream := rng.New(m.Seed, rng.Evaluate, -5, 0)
	examples := stream.Permutation(set.Len()).First(latentResponses)
	p, err := r.Posteriors(ctx, set.Set, examples, m.Seed, func(done, total int) { m.progress(r.Dir+": the latent space", done, total) })
	if err != nil {
		return space{}, err
	}
	s := space{MPD: p.MPD()}
	for i, example := range examples {
		at := func(values []float64) []float32 { return singles(values[i*p.D : (i+1)*p.D]) }
		s.Points = append(s.Points, Point{at(p.Mean), set.Value(example, 0), r.Tokenizer.Text(set.Example(example).Response)})
		if card.Map != nil {
			s.Plane.Posterior = append(s.Plane.Posterior, card.Map.Project(at(p.Z)))
			s.Plane.Prior = append(s.Plane.Prior, card.Map.Project(at(p.Prior)))
		}
	}
	if m.label != "" && card.Map != nil {
		s.Plane.Label = m.label
		for _, point := range s.Points {
			s.Plane.Labels = append(s.Plane.Labels, point.Label)
		}
	}
	return s, nil
}

func singles(row []float64) []float32 {
	out := make([]float32, len(row))
	for i, v := range row {
		out[i] = float32(v)
	}
	return out
}

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

package pytorch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// A place is one tensor in PyTorch's layout and those of a run that it is made of.
type place struct {
	name  string
	shape []int
	// parts are tensors of the run, beside each other: their columns, in order.
	parts []safetensors.Tensor
	// added says that the tensor is 0 as it leaves, and is added to its part as it comes
	// back: an LSTM has two biases in PyTorch and one here.
	added bool
}

// recurrentLayers are those of a run, and where PyTorch has them: a module, and what
// follows the names of its parameters.
var recurrentLayers = map[string][2]string{
	"turn.forward":      {"turn.rnn", "_l0"},
	"turn.backward":     {"turn.rnn", "_l0_reverse"},
	"response.forward":  {"response.rnn", "_l0"},
	"response.backward": {"response.rnn", "_l0_reverse"},
	"context":           {"context", "_l0"},
	"decoder":           {"decoder.rnn", "_l0"},
}

// recurrentWeights are the parameters of a recurrent layer here and there.
var recurrentWeights = map[string]string{"input": "weight_ih", "state": "weight_hh", "bias": "bias_ih", "state_bias": "bias_hh"}

// matrices are those that stand alone, here and there.
var matrices = map[string]string{
	"context.age": "age.weight", "decoder.attention.query": "decoder.attention.query.weight",
	"decoder.attention.hidden": "decoder.attention.hidden.weight", "decoder.attention.looked": "decoder.attention.looked.weight",
}

// embeddings are the modules that have a word embedding.
var embeddings = []string{"turn", "response", "decoder"}

// affine are the affine layers of any number of inputs.
var affine = []string{
	"prior.hidden", "prior.mean", "prior.log_variance", "recognition.hidden", "recognition.mean", "recognition.log_variance", "start", "bag.hidden",
}

// outputs are the vocabulary layers here and there.
var outputs = map[string]string{"vocabulary": "vocabulary", "bag": "bag.output"}

// renamed is the name that a tensor of a run has in PyTorch, and its place among those
// that lie there beside each other. The posterior's own are those of a method.
func renamed(name, method string) (there string, at int, ok bool) {
	if method != "" {
		for _, prefix := range []string{"buffer." + method + ".", method + "."} {
			if own, ok := strings.CutPrefix(name, prefix); ok {
				return "method." + own, 0, true
			}
		}
	}
	if own, ok := strings.CutPrefix(name, "buffer."); ok { // of a rate, which training alone reads
		return "method." + strings.ReplaceAll(own, ".", "_"), 0, true
	}
	if there, ok := matrices[name]; ok {
		return there, 0, true
	}
	if name == "decoder.latent" {
		return "decoder.rnn.weight_ih_l0", 1, true
	}
	cut := strings.LastIndexByte(name, '.')
	layer, weight := name[:max(0, cut)], name[cut+1:]
	if l, ok := recurrentLayers[layer]; ok && recurrentWeights[weight] != "" {
		return l[0] + "." + recurrentWeights[weight] + l[1], 0, true
	}
	if weight == "embedding" && slices.Contains(embeddings, layer) {
		return name + ".weight", 0, true
	}
	if there, ok := outputs[layer]; ok && (weight == "weight" || weight == "bias") {
		return there + "." + weight, 0, true
	}
	if slices.Contains(affine, layer) {
		switch weight {
		case "weight0", "bias":
			return layer + "." + strings.TrimSuffix(weight, "0"), 0, true
		case "weight1":
			return layer + ".weight", 1, true
		}
	}
	return "", 0, false
}

// layout is the places of the tensors of a run, in one order. It refuses a
// tensor that modeling_cvae.py has no place for.
func layout(method string, tensors []safetensors.Tensor) ([]place, error) {
	places, second := map[string]*place{}, map[string]safetensors.Tensor{}
	for _, t := range tensors {
		there, at, ok := renamed(t.Name, method)
		switch {
		case !ok:
			return nil, fmt.Errorf("the model has parameters %s, for which %s has no place", t.Name, ModelingFile)
		case at == 1:
			second[there] = t
		default:
			places[there] = &place{name: there, parts: []safetensors.Tensor{t}}
		}
	}
	for there, t := range second {
		p := places[there]
		if p == nil {
			return nil, fmt.Errorf("the model has parameters %s without those that stand before them", t.Name)
		}
		p.parts = append(p.parts, t)
	}
	var list []place
	for _, p := range places {
		list = append(list, *p)
		hidden := strings.Replace(p.name, "bias_ih", "bias_hh", 1)
		if hidden != p.name && places[hidden] == nil {
			list = append(list, place{name: hidden, parts: p.parts, added: true})
		}
	}
	for i := range list {
		list[i].shape = list[i].shapeThere()
	}
	slices.SortFunc(list, func(a, b place) int { // what is added to a part comes after it
		if a.added != b.added {
			return map[bool]int{true: 1, false: -1}[a.added]
		}
		return cmp.Compare(a.name, b.name)
	})
	return list, nil
}

// shapeThere is (rows, all columns); of biases and of what a method has, (n).
func (p place) shapeThere() []int {
	rows, columns := p.parts[0].Shape[0], 0
	if len(p.parts[0].Shape) == 1 {
		return []int{rows}
	}
	for _, t := range p.parts {
		columns += t.Shape[1]
	}
	if rows == 1 && (strings.HasPrefix(p.name, "method.") || !strings.Contains(p.name, "weight")) {
		return []int{columns}
	}
	return []int{rows, columns}
}

// copied moves numbers between the parts and there (rows, all columns): out of the parts,
// or back into them.
func (p place) copied(there []float32, back bool) {
	total := len(there)
	if len(p.shape) == 2 {
		total = p.shape[1]
	}
	at := 0
	for _, t := range p.parts {
		here := t.Data.([]float32)
		n := len(here) / (len(there) / total)
		for r := range len(there) / total {
			a, b := there[r*total+at:][:n], here[r*n:][:n]
			switch {
			case p.added && back:
				for i, v := range a {
					b[i] += v
				}
			case p.added:
				clear(a)
			case back:
				copy(b, a)
			default:
				copy(a, b)
			}
		}
		at += n
	}
}

// size is the number of elements.
func (p place) size() int {
	n := 1
	for _, length := range p.shape {
		n *= length
	}
	return n
}

// leaving is the tensors of a run in PyTorch's layout.
func leaving(places []place) []safetensors.Tensor {
	var list []safetensors.Tensor
	for _, p := range places {
		t := safetensors.Tensor{Name: p.name, Shape: p.shape, Data: make([]float32, p.size())}
		p.copied(t.Data.([]float32), false)
		list = append(list, t)
	}
	return list
}

// returning writes tensors in PyTorch's layout to the parts of places. It refuses names that
// are missing or unknown, other shapes and types, and what is no number.
func returning(places []place, tensors []safetensors.Tensor) error {
	byName := map[string]safetensors.Tensor{}
	for _, t := range tensors {
		byName[t.Name] = t
	}
	for _, p := range places {
		t, ok := byName[p.name]
		if !ok {
			return fmt.Errorf("the tensor %s is missing", p.name)
		}
		delete(byName, p.name)
		data, ok := t.Data.([]float32)
		if !ok {
			return fmt.Errorf("the tensor %s is not of 32-bit numbers; save it as float32", p.name)
		}
		if !slices.Equal(t.Shape, p.shape) {
			return fmt.Errorf("the tensor %s is of shape %v, not %v", p.name, t.Shape, p.shape)
		}
		for i, v := range data {
			if v-v != 0 { // NaN or infinite
				return fmt.Errorf("number %d of the tensor %s is %g; the training there has diverged", i+1, p.name, v)
			}
		}
		p.copied(data, true)
	}
	for _, t := range tensors {
		if _, left := byName[t.Name]; left {
			return fmt.Errorf("the tensor %s is none of this model", t.Name)
		}
	}
	return nil
}

package train

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// Optimiser configures how parameters move. The yaml names are keys of
// config.yaml and --set.
type Optimiser struct {
	Name         string  `yaml:"name"` // adam or sgd
	LearningRate float64 `yaml:"learning_rate"`
	Clip         float64 `yaml:"clip"` // largest global gradient norm; 0: none
	// Decay multiplies the learning rate after Patience validations without a
	// better bound, from epoch DecayFrom on, and the best parameters come
	// back; after Decays of them training stops. Decays 0 stops at once.
	Decay     float64 `yaml:"decay"`
	Patience  int     `yaml:"patience"`
	DecayFrom int     `yaml:"decay_from"`
	Decays    int     `yaml:"decays"`
}

// Validate refuses settings that cannot train, naming the key.
func (o Optimiser) Validate() error {
	switch {
	case o.Name != "adam" && o.Name != "sgd":
		return fmt.Errorf("optimiser.name %q is neither adam nor sgd", o.Name)
	case !(o.LearningRate > 0 && o.LearningRate <= 100):
		return fmt.Errorf("optimiser.learning_rate is %g; it must be above 0 and at most 100", o.LearningRate)
	case !(o.Clip >= 0):
		return fmt.Errorf("optimiser.clip is %g; it must not be negative (0 turns clipping off)", o.Clip)
	case o.Decays > 0 && !(o.Decay > 0 && o.Decay < 1):
		return fmt.Errorf("optimiser.decay is %g; it must be between 0 and 1", o.Decay)
	case o.Patience < 1:
		return fmt.Errorf("optimiser.patience is %d; it must be at least 1", o.Patience)
	}
	return nil
}

// Adam's constants (Kingma and Ba 2015), which nobody here changes.
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// optimiser holds the moments of Adam; SGD has no state.
type optimiser struct {
	Optimiser
	model  *cvae.Model[float32]
	rate   float64 // learning rate, after decays
	scale  float64 // of rate, set by the schedule before every step
	m, v   [][]float32
	steps  map[nn.Group]int // updates of each group and of the whole, for Adam's bias correction
	pieces []piece
	sums   []float64 // of the squares of every piece's gradient
	move   move
}

func newOptimiser(o Optimiser, m *cvae.Model[float32]) *optimiser {
	opt := &optimiser{Optimiser: o, model: m, rate: o.LearningRate, scale: 1, steps: map[nn.Group]int{}, pieces: piecesOf(m.Params())}
	opt.sums = make([]float64, len(opt.pieces))
	for _, p := range m.Params() {
		n := 0
		if o.adam(p.Group) {
			n = len(p.Value)
		}
		opt.m, opt.v = append(opt.m, make([]float32, n)), append(opt.v, make([]float32, n))
	}
	return opt
}

// adam reports whether a group moves by Adam. The auxiliary prior always does: its
// loss has another scale than that of the run, for which SGD's rate was chosen.
func (o Optimiser) adam(group nn.Group) bool { return o.Name == "adam" || group == nn.Auxiliary }

// auxiliaryRate is the learning rate of the auxiliary prior in a run of SGD.
const auxiliaryRate = 1e-3

// learningRate is that of the next step.
func (o *optimiser) learningRate() float64 {
	if o.Name != "adam" && o.move.group == nn.Auxiliary {
		return auxiliaryRate
	}
	return o.rate * o.scale
}

// reset begins anew: the first learning rate and no moments.
func (o *optimiser) reset() {
	o.rate = o.LearningRate
	clear(o.steps)
	for i := range o.m {
		clear(o.m[i])
		clear(o.v[i])
	}
}

// step moves the parameters of group along their gradients, scaled down to the
// clip norm jointly over all parameters, and returns that norm.
func (o *optimiser) step(group nn.Group) (float64, error) {
	norm := o.norm()
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return norm, o.blame()
	}
	scale := 1.0
	if o.Clip > 0 && norm > o.Clip {
		scale = o.Clip / norm
	}
	o.steps[group]++
	o.move = move{group, scale}
	if o.adam(group) {
		o.model.Team().Do(len(o.pieces), (*adamJob)(o))
	} else {
		o.model.Team().Do(len(o.pieces), (*sgdJob)(o))
	}
	o.model.Changed()
	return norm, nil
}

// blame names the first parameter that holds, or else has a gradient with, a
// number that is not finite.
func (o *optimiser) blame() error {
	for _, p := range o.model.Params() {
		if v, found := notFinite(p.Value); found {
			return fmt.Errorf("parameter %s holds %v", p.Name, v)
		}
	}
	for _, p := range o.model.Params() {
		if v, found := notFinite(p.Grad); found {
			return fmt.Errorf("the gradient of %s holds %v", p.Name, v)
		}
	}
	return errors.New("every parameter and gradient is finite, so a sum overflowed")
}

func notFinite(values []float32) (float32, bool) {
	for _, v := range values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return v, true
		}
	}
	return 0, false
}

// momentPrefix begins the names of the moments of Adam.
const momentPrefix = "adam."

// tensors are the state of the optimiser, sharing its memory.
func (o *optimiser) tensors() (list []safetensors.Tensor) {
	for i, p := range o.model.Params() {
		if len(o.m[i]) == 0 {
			continue
		}
		shape := []int{p.Rows, p.Cols}
		list = append(list,
			safetensors.Tensor{Name: momentPrefix + "m." + p.Name, Shape: shape, Data: o.m[i]},
			safetensors.Tensor{Name: momentPrefix + "v." + p.Name, Shape: shape, Data: o.v[i]})
	}
	return list
}

// divide tells saved tensors of the optimiser from others.
func (o *optimiser) divide(saved []safetensors.Tensor) (own, others []safetensors.Tensor) {
	for _, t := range saved {
		if strings.HasPrefix(t.Name, momentPrefix) {
			own = append(own, t)
		} else {
			others = append(others, t)
		}
	}
	return own, others
}

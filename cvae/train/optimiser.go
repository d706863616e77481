package train

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/ranks"
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
		return setting.Refuse("optimiser.name", "%q is neither adam nor sgd", o.Name)
	case !(o.LearningRate > 0 && o.LearningRate <= 100):
		return setting.Refuse("optimiser.learning_rate", "is %g; it must be above 0 and at most 100", o.LearningRate)
	case !(o.Clip >= 0):
		return setting.Refuse("optimiser.clip", "is %g; it must not be negative (0 turns clipping off)", o.Clip)
	case o.Decays > 0 && !(o.Decay > 0 && o.Decay < 1):
		return setting.Refuse("optimiser.decay", "is %g; it must be between 0 and 1", o.Decay)
	case o.Patience < 1:
		return setting.Refuse("optimiser.patience", "is %d; it must be at least 1", o.Patience)
	}
	return nil
}

// Adam's constants (Kingma and Ba 2015), which nobody here changes.
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// optimiser moves the pieces that its rank owns, and the embeddings, which every rank
// moves. It holds the moments of Adam; SGD has no state.
type optimiser struct {
	Optimiser
	model   *cvae.Model[float32]
	link    ranks.Link
	rate    float64          // learning rate, after decays
	scale   float64          // of rate, set by the schedule before every step
	moments []moments        // of every parameter
	steps   map[nn.Group]int // updates of each group and of the whole, for Adam's bias correction
	pieces  []cvae.Span
	owners  []int     // of pieces
	sums    []float64 // of the squares of every piece's gradient
	move    move
}

func newOptimiser(o Optimiser, m *cvae.Model[float32]) *optimiser {
	opt := &optimiser{Optimiser: o, model: m, rate: o.LearningRate, scale: 1, steps: map[nn.Group]int{}, pieces: cvae.Pieces(m.Params())}
	opt.sums = make([]float64, len(opt.pieces))
	opt.join(ranks.Alone{})
	return opt
}

// join divides the pieces among the ranks of a link, before the first step.
func (o *optimiser) join(l ranks.Link) {
	o.link, o.owners = l, cvae.Owners(o.model, o.pieces, l.Size())
	o.moments = make([]moments, len(o.model.Params()))
	for i, s := range o.pieces {
		if o.adam(o.model.Params()[s.Of].Group) && o.moves(i) {
			o.moments[s.Of].widen(s)
		}
	}
	for i := range o.moments {
		o.moments[i].provide()
	}
}

// moves reports whether this rank moves a piece.
func (o *optimiser) moves(piece int) bool {
	owner := o.owners[piece]
	return owner == o.link.Rank() || owner == cvae.Shared
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
	for _, m := range o.moments {
		clear(m.m)
		clear(m.v)
	}
}

// step moves the parameters of group along their gradients, scaled down to the
// clip norm jointly over all parameters, and returns that norm.
func (o *optimiser) step(group nn.Group) (float64, error) {
	norm, err := o.norm()
	if err != nil {
		return norm, err
	}
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return norm, fmt.Errorf("%w: %w", ErrDiverged, o.blame())
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
// number that is not finite. All ranks blame the same.
func (o *optimiser) blame() error {
	for _, p := range o.model.Params() {
		if v, found := notFinite(p.Value); found {
			return fmt.Errorf("parameter %s holds %v", p.Name, v)
		}
	}
	first := []float64{math.Inf(1), 0} // its piece, and what it holds
	for i, s := range o.pieces {
		if v, found := notFinite(o.model.Params()[s.Of].Grad[s.Lo:s.Hi]); found && o.moves(i) {
			first = []float64{float64(i), float64(v)}
			break
		}
	}
	all, err := ranks.GatherSized(o.link, first, func(int) int { return 2 })
	if err != nil {
		return fmt.Errorf("looking for what is not finite: %w", err)
	}
	for _, rank := range all {
		if rank[0] < first[0] {
			first = rank
		}
	}
	if math.IsInf(first[0], 1) {
		return errors.New("every parameter and gradient is finite, so a sum overflowed")
	}
	return fmt.Errorf("the gradient of %s holds %v", o.model.Params()[o.pieces[int(first[0])].Of].Name, first[1])
}

func notFinite(values []float32) (float32, bool) {
	for _, v := range values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return v, true
		}
	}
	return 0, false
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

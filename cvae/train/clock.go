// Package train moves the parameters of a model: plans of batches, optimisers,
// schedules, strategies, validation, and checkpoints that resume bit for bit.
package train

// A Clock says where training is. Steps count outer steps from 0.
type Clock struct {
	Step, Epoch   int
	StepsPerEpoch int
	PlannedSteps  int // 0: unknown
}

// A Schedule gives the weight of the rate in the loss. It is a pure function.
type Schedule interface{ Beta(Clock) float64 }

// Constant is beta at every step; 1 is the evidence lower bound.
type Constant float64

// Beta implements Schedule.
func (c Constant) Beta(Clock) float64 { return float64(c) }

// Linear moves beta from Start to End over the first Steps steps, or over the
// first Epochs epochs when Steps is 0 (Bowman et al. 2016). It moves before the
// step: the weight of step 0 is one increment above Start, as in the code of
// He et al. 2019.
type Linear struct {
	Start, End float64
	Steps      int
	Epochs     float64
}

// Beta implements Schedule.
func (l Linear) Beta(c Clock) float64 {
	steps := float64(l.Steps)
	if l.Steps == 0 {
		steps = l.Epochs * float64(c.StepsPerEpoch)
	}
	if steps <= 0 {
		return l.End
	}
	return l.Start + (l.End-l.Start)*min(1, float64(c.Step+1)/steps)
}

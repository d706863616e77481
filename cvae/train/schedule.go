package train

import "math"

// Logistic raises beta from 0 to End along End/(1+e^(−Slope·(step−Middle)))
// (Bowman et al. 2016, in the form of Sentence-VAE).
type Logistic struct{ Slope, Middle, End float64 }

// Beta implements Schedule.
func (l Logistic) Beta(c Clock) float64 {
	return l.End / (1 + math.Exp(-l.Slope*(float64(c.Step)-l.Middle)))
}

// A Ramp is the shape of a rise from 0 to 1.
type Ramp string

// The ramps of Fu et al. 2019.
const (
	LinearRamp  Ramp = "linear"
	SigmoidRamp Ramp = "sigmoid"
	CosineRamp  Ramp = "cosine"
)

// At is the height at v of the way; from the end of the way on it is 1.
func (r Ramp) At(v float64) float64 {
	switch {
	case v >= 1:
		return 1
	case r == SigmoidRamp:
		return 1 / (1 + math.Exp(6-12*v))
	case r == CosineRamp:
		return 0.5 - 0.5*math.Cos(math.Pi*v)
	}
	return v
}

// Cyclical raises beta from Start to 1 along Ramp in the first Ratio of every
// cycle, holds it there, and starts again (Fu et al. 2019). A cycle lasts Epochs
// epochs; when that is 0, the planned steps hold Cycles cycles, and without a
// plan a cycle lasts ten epochs.
type Cyclical struct {
	Start, Ratio, Epochs float64
	Cycles               int
	Ramp                 Ramp
	// Restarts begins the optimiser anew with every cycle, in which the
	// learning rate falls to 0 along a cosine.
	Restarts bool
}

// unplannedEpochs is a cycle of the language models of Fu et al. 2019.
const unplannedEpochs = 10

// Beta implements Schedule.
func (y Cyclical) Beta(c Clock) float64 {
	return y.Start + (1-y.Start)*y.Ramp.At(y.phase(c)/y.Ratio)
}

// phase is how much of its cycle a step has behind it, from 0 to below 1.
func (y Cyclical) phase(c Clock) float64 {
	if y.Epochs == 0 && c.PlannedSteps > 0 {
		// Whole numbers: a cycle of planned/cycles steps need not be whole.
		return float64(c.Step*y.Cycles%c.PlannedSteps) / float64(c.PlannedSteps)
	}
	epochs := y.Epochs
	if epochs == 0 {
		epochs = unplannedEpochs
	}
	period := epochs * float64(c.StepsPerEpoch)
	if period == 0 {
		return 0
	}
	return math.Mod(float64(c.Step), period) / period
}

// Restart implements Restarter.
func (y Cyclical) Restart(c Clock) bool {
	before := c
	before.Step--
	return y.Restarts && c.Step > 0 && y.phase(c) < y.phase(before)
}

// LearningRate implements LearningRateScaler.
func (y Cyclical) LearningRate(c Clock) float64 {
	if !y.Restarts {
		return 1
	}
	return 0.5 + 0.5*math.Cos(math.Pi*y.phase(c))
}

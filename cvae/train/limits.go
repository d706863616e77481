package train

import (
	"fmt"
	"time"
)

// outOfTime ends the reason of a run that its time ended.
const outOfTime = " spent"

// reached names the limit that a run has reached, if any.
func (o Options) reached(step, epoch int, elapsed time.Duration) string {
	switch {
	case o.MaxSteps > 0 && step >= o.MaxSteps:
		return fmt.Sprintf("%d steps done", step)
	case o.MaxEpochs > 0 && epoch >= o.MaxEpochs:
		return fmt.Sprintf("%d epochs done", epoch)
	case o.MaxTime > 0 && elapsed >= o.MaxTime:
		return o.MaxTime.String() + outOfTime
	}
	return ""
}

// Planned is the number of steps up to the first limit of the run that is
// known, over all phases; 0: unknown.
func (o Options) Planned(stepsPerEpoch int) int {
	steps := o.MaxSteps
	if n := o.MaxEpochs * stepsPerEpoch; n > 0 && (steps == 0 || n < steps) {
		steps = n
	}
	return steps
}

// remaining is the shortest time to a limit, 0 when there is none.
func (o Options) remaining(step, stepsPerEpoch int, elapsed time.Duration) time.Duration {
	var left time.Duration
	if o.MaxTime > 0 {
		left = max(time.Second, o.MaxTime-elapsed)
	}
	if planned := o.Planned(stepsPerEpoch); planned > 0 && step > 0 {
		perStep := elapsed / time.Duration(step)
		if rest := perStep * time.Duration(planned-step); left == 0 || rest < left {
			left = rest
		}
	}
	return left
}

package report

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
)

// readCurve reads the training curves of the run in dir, whose phase after training,
// if it has one, is closing; nil without a log.
func readCurve(ctx context.Context, dir, closing string) (points []Curve, err error) {
	log := rundir.Follow(dir)
	for e, err := range log.Events(ctx, func() bool { return false }) {
		if err != nil {
			return nil, fmt.Errorf("reading the training curves: %w", err)
		}
		if e.Kind != dialog.Stepped && e.Kind != dialog.Validated {
			continue
		}
		if len(points) == 0 || points[len(points)-1].Step != e.Step {
			points = append(points, Curve{Step: e.Step, Closing: closing != "" && e.Phase == closing, Rec: unknown, KL: unknown, Beta: unknown, ValidLoss: unknown})
		}
		points[len(points)-1].add(e)
	}
	return points, ctx.Err()
}

func (c *Curve) add(e dialog.Event) {
	if e.Kind == dialog.Validated {
		c.ValidLoss = Number(e.Bound)
		return
	}
	c.Rec = Number(e.Rec)
	if e.LatentDim > 0 {
		c.KL, c.Beta = Number(e.KL), Number(e.Beta)
	}
}

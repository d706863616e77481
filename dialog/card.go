package dialog

import (
	"errors"
	"fmt"
)

// A Card describes a model to those who watch it answer.
type Card struct {
	Name        string  // of the run
	Method      string  // NAME or NAME+NAME
	Parameters  int     // trained numbers
	Vocabulary  int     // token ids
	Sentences   bool    // text mode: contexts are not read
	Temperature float64 // the default: 0, or 1 without a latent
	// Labels are the values of the labels that replies are conditioned on, by name. A name without
	// values takes any text.
	Labels map[string][]string
	// Latent is nil for models without a latent, and Latent.Measured false for
	// a run whose training has not ended.
	Latent *LatentCard
}

// A LatentCard describes a latent, as measured on held-out responses. What a
// latent of several steps cannot have is nil.
type LatentCard struct {
	Dim       int       `json:"dim"` // d
	Steps     int       `json:"-"`   // T, of the longest response
	Measured  bool      `json:"-"`   // the numbers below are there
	Responses int       `json:"responses"`
	KLPerDim  []float64 `json:"kl_per_dim"`  // (d), nats per response, the sum over steps
	KLPerStep []float64 `json:"kl_per_step"` // nats, of the responses that have the step; nil for a vector
	// Information is the mutual information of response and z, nats per response; of
	// several steps the sum of that of each. Nil: unknown.
	Information         *float64 `json:"information"`
	ActiveUnits         *int     `json:"active_units"`
	ResidualActiveUnits *int     `json:"residual_active_units"`
	Map                 *Map     `json:"map"`
	// Verdict says in a sentence why the latent is dead; empty where it lives.
	Verdict string `json:"verdict"`
}

// DeadRate is the rate, in nats per response, below which a dimension is dead: the
// posterior is the prior there.
const DeadRate = 0.01

// Dead lists the dead dimensions, from 0; nil where that was not measured.
func (c LatentCard) Dead() []int {
	if !c.Measured {
		return nil
	}
	dead := []int{}
	for d, kl := range c.KLPerDim {
		if kl < DeadRate {
			dead = append(dead, d)
		}
	}
	return dead
}

// Dimensions tells d, and T where z has more than one step.
func (c LatentCard) Dimensions() string {
	if c.Steps > 1 {
		return fmt.Sprintf("%d steps of %d", c.Steps, c.Dim)
	}
	return fmt.Sprint(c.Dim)
}

// Check says what is wrong with a card: lengths that do not fit, or a number
// that is not finite.
func (c LatentCard) Check() error {
	lists := map[string][]float64{"kl_per_dim": c.KLPerDim}
	sum := 0.0
	if m := c.Map; m != nil {
		lists["map.center"], lists["map.axes[0]"], lists["map.axes[1]"] = m.Center, m.Axes[0], m.Axes[1]
		for _, p := range m.Points {
			sum += p[0] - p[0] + p[1] - p[1] // 0 for finite numbers
		}
	}
	for name, list := range lists {
		if len(list) != c.Dim {
			return fmt.Errorf("%s has %d numbers for %d dimensions", name, len(list), c.Dim)
		}
		for _, v := range list {
			sum += v - v
		}
	}
	if len(c.KLPerStep) > c.Steps && c.Steps > 0 {
		return fmt.Errorf("kl_per_step has %d numbers for %d steps", len(c.KLPerStep), c.Steps)
	}
	for _, v := range c.KLPerStep {
		sum += v - v
	}
	if c.Information != nil {
		sum += *c.Information - *c.Information
	}
	if sum != 0 {
		return errors.New("a number is not finite")
	}
	return nil
}

// A Map is a plane through the latent space: the first two principal
// components of draws from the aggregate posterior.
type Map struct {
	Center []float64    `json:"center"` // (Z)
	Axes   [2][]float64 `json:"axes"`   // (Z) each, of unit length
	// Explained is the share of the variance along each axis.
	Explained [2]float64   `json:"explained"`
	Points    [][2]float64 `json:"points"` // the draws
}

// Project returns the place of z (Z) on the map, (0, 0) on an empty map.
func (m *Map) Project(z []float32) (at [2]float64) {
	for a, axis := range m.Axes {
		for d := range min(len(axis), len(z)) {
			at[a] += axis[d] * (float64(z[d]) - m.Center[d])
		}
	}
	return at
}

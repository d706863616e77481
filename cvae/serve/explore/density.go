package explore

import (
	"math"
	"slices"
)

// A mixture is the aggregate posterior of N real responses, 1/N Σ N(z; mean_i, std_i²), or
// on a sphere of von Mises–Fisher distributions.
type mixture struct {
	d             int
	mean, std     []float64 // (N,d)
	concentration float64   // κ on a sphere; 0: Gaussians
}

func (m mixture) len() int { return len(m.mean) / m.d }

// logComponent is ln N(z; mean_i, std_i²); on a sphere κ z·mean_i, without its constant.
func (m mixture) logComponent(z []float64, i int) (sum float64) {
	for d, v := range z {
		mean := m.mean[i*m.d+d]
		if m.concentration > 0 {
			sum += m.concentration * v * mean
			continue
		}
		std := max(m.std[i*m.d+d], 1e-6)
		u := (v - mean) / std
		sum -= 0.5*u*u + math.Log(std) + 0.5*math.Log(2*math.Pi)
	}
	return sum
}

// log is ln 1/N Σ_i p_i(z), in nats, without component leave; −1: with all.
func (m mixture) log(z []float64, leave int) float64 {
	n, top := 0, math.Inf(-1)
	logs := make([]float64, 0, m.len())
	for i := range m.len() {
		if i == leave {
			continue
		}
		l := m.logComponent(z, i)
		logs, n, top = append(logs, l), n+1, max(top, l)
	}
	sum := 0.0
	for _, l := range logs {
		sum += math.Exp(l - top)
	}
	return top + math.Log(sum/float64(n))
}

// typical are the densities of draws (N,d) of the components among the other components,
// ascending: what a place has that holds posterior mass.
func (m mixture) typical(draws []float64) []float64 {
	list := make([]float64, m.len())
	for i := range list {
		list[i] = m.log(draws[i*m.d:(i+1)*m.d], i)
	}
	slices.Sort(list)
	return list
}

// holeShare is the share of real responses that lie in thinner places than the edge of a
// hole.
const holeShare = 0.01

// A Density is how much posterior mass is at a place.
type Density struct {
	Log  float64 `json:"log"`  // ln of the aggregate posterior there, nats
	Rank float64 `json:"rank"` // share of real responses that lie in thinner places, from 0 to 1
	// Hole says that hardly a real response lies in so thin a place: the decoder was not
	// trained there.
	Hole bool `json:"hole"`
}

// Density is that of the aggregate posterior at z (d).
func (s *Space) Density(z []float32) Density {
	log := s.density.log(doubles(z), -1)
	thinner, _ := slices.BinarySearch(s.typical, log)
	rank := float64(thinner) / float64(len(s.typical))
	return Density{Log: log, Rank: rank, Hole: rank < holeShare}
}

// A Neighbour is a real response near a place.
type Neighbour struct {
	Context  string  `json:"context"` // what it answers
	Text     string  `json:"text"`
	Distance float64 `json:"distance"` // Euclidean, in all dimensions, from the mean of its posterior
}

// Mean is that of the posterior of real response i (d).
func (s *Space) Mean(i int) []float64 { return s.mean[i*s.Dim : (i+1)*s.Dim] }

// Nearest are the n real responses nearest to z (d) in all dimensions, the nearest first.
func (s *Space) Nearest(z []float32, n int) []Neighbour {
	type near struct {
		i       int
		squares float64
	}
	all := make([]near, len(s.Real))
	for i := range all {
		all[i].i = i
		for d, v := range z {
			u := float64(v) - s.Mean(i)[d]
			all[i].squares += u * u
		}
	}
	slices.SortStableFunc(all, func(a, b near) int {
		switch {
		case a.squares < b.squares:
			return -1
		case a.squares > b.squares:
			return 1
		}
		return 0
	})
	list := []Neighbour{}
	for _, a := range all[:min(n, len(all))] {
		list = append(list, Neighbour{s.Real[a.i].Context, s.Real[a.i].Text, math.Sqrt(a.squares)})
	}
	return list
}

func doubles(row []float32) []float64 {
	out := make([]float64, len(row))
	for i, v := range row {
		out[i] = float64(v)
	}
	return out
}

package bench

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// A Load is what a step of a workload is made of.
type Load struct {
	Workload  string  `json:"workload"`
	Alone     float64 `json:"alone_ms"`   // a step of one process of one thread, which cuts no shards
	Sharded   float64 `json:"sharded_ms"` // one that does, so that n ranks compute an n-th of it each
	Sent      float64 `json:"sent_mb"`    // by each of two ranks
	Exchanges float64 `json:"exchanges"`  // one after another
	Decoder   float64 `json:"decoder_mb"` // its dense parameters
	// Behind is the share of the computing that comes after the decoder's backward pass, by the
	// operations: the gradients of the decoder travel meanwhile.
	Behind float64 `json:"behind"`
}

// A Network is a line between hosts.
type Network struct {
	Name string `json:"name"`
	Line
}

// asked is how many ways the two exchanges of gradients and of parameters take more than
// others: Open MPI asks before it sends what is long, there and back.
const asked = 2 * 2

// message is the time that a rank takes over one message of an exchange, in ms, of which each
// goes to one rank: assumed, the order of a system call and its interrupt.
const message = 0.01

// Forecast is the time of a step on n ranks of one host each, in ms. A rank computes its share
// of the shards. Every exchange takes the way once, and a message for every other rank. A rank sends
// its gradients to their owners and the parameters that it owns to all, (n−1)/n of all of them
// twice; those of the decoder's gradients travel behind the rest of the backward pass.
// More than 8 ranks would need as many shards of as many more examples.
func (l Load) Forecast(n int, line Line) float64 {
	if n == 1 {
		return l.Alone
	}
	return l.forecast(n, line, l.Sharded/float64(n))
}

// forecast is Forecast where a rank computes for so many ms.
func (l Load) forecast(n int, line Line, computing float64) float64 {
	others := float64(n - 1)
	travels := func(mb float64) float64 { return 1000 * mb * others / float64(n) / line.Bandwidth }
	hidden := min(travels(l.Decoder), l.Behind*computing)
	return computing + (l.Exchanges+asked)*line.Latency + l.Exchanges*(others-1)*message + travels(2*l.Sent) - hidden
}

// Efficiency is the share of a linear gain that n ranks have.
func (l Load) Efficiency(n int, line Line) float64 {
	return l.Alone / float64(n) / l.Forecast(n, line)
}

// Best is the number of ranks, a power of 2, of which a step takes the shortest.
func (l Load) Best(line Line) int {
	best := 1
	for n := 2; n <= 1<<12; n *= 2 {
		if l.Forecast(n, line) < l.Forecast(best, line) {
			best = n
		}
	}
	return best
}

// A Measured is a step of two ranks on a network, with the line as [ranks.Probe] found it
// before.
type Measured struct {
	Workload  string  `json:"workload"`
	Network   string  `json:"network"`
	Step      float64 `json:"step_ms"`
	Computing float64 `json:"computing_ms"` // of a rank: what is neither moving nor waiting
	Line
}

// A Record is what .ci/network and .ci/efficiency measured once, and the networks that
// forecasts are made of.
type Record struct {
	Loads    []Load     `json:"loads"`
	Measured []Measured `json:"measured"`
	Networks []Network  `json:"networks"`
}

//go:embed network.json
var network []byte

// Networks is what was measured of ranks on several hosts.
func Networks() (r Record, err error) {
	if err = json.Unmarshal(network, &r); err != nil {
		err = fmt.Errorf("reading what was measured of networks: %w", err)
	}
	return r, err
}

// On is the forecast of what was measured, in ms, from the computing and the line of the same
// measurement.
func (r Record) On(m Measured) (float64, error) {
	for _, l := range r.Loads {
		if l.Workload == m.Workload {
			return l.forecast(2, m.Line, m.Computing), nil
		}
	}
	return 0, fmt.Errorf("there is no load %q", m.Workload)
}

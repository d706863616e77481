package ranks

import (
	"fmt"
	"slices"
	"time"
)

// A Line is what lies between the ranks, as exchanges see it: the processes, the
// libraries and the network.
type Line struct {
	Latency   time.Duration // of an exchange of one number with every other rank
	Bandwidth float64       // bytes per second that a rank sends while it receives as many
}

// How a line is measured: so many exchanges of one number, and of so many bytes to
// each other rank.
const (
	calls  = 50
	loads  = 5
	weight = 8 << 20
)

// Probe measures the line of a link, which all ranks do at once: the median latency, and
// the bandwidth of the median load without the latency. Every rank returns what rank 0
// measured; nil: there is one rank.
func Probe(l Link) (*Line, error) {
	if l.Size() == 1 {
		return nil, nil
	}
	latency, err := duration(l, calls, 1)
	if err != nil {
		return nil, err
	}
	load, err := duration(l, loads, weight)
	if err != nil {
		return nil, err
	}
	mine := []float64{latency.Seconds(), float64((l.Size()-1)*weight) / max(load-latency, time.Nanosecond).Seconds()}
	all, err := Gather(l, mine)
	if err != nil {
		return nil, probing(err)
	}
	return &Line{time.Duration(all[0][0] * float64(time.Second)), all[0][1]}, nil
}

// duration is the median time of n exchanges of so many bytes with every other rank, of
// which one before them is not counted.
func duration(l Link, n, bytes int) (time.Duration, error) {
	mine := make([]byte, bytes)
	var spent []time.Duration
	for range n + 1 {
		start := time.Now()
		if _, err := GatherSized(l, mine, func(int) int { return bytes }); err != nil {
			return 0, probing(err)
		}
		spent = append(spent, time.Since(start))
	}
	spent = spent[1:]
	slices.Sort(spent)
	return spent[n/2], nil
}

// probing says what failed.
func probing(err error) error { return fmt.Errorf("measuring the line between the ranks: %w", err) }

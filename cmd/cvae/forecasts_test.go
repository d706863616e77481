package main

import (
	"fmt"
	"strconv"

	"github.com/cvae-go/cvae/cvae/bench"
)

// linesMeasured is what was measured of ranks on several hosts.
func linesMeasured() bench.Record {
	r, err := bench.Networks()
	if err != nil {
		panic(err) // the file is in the program
	}
	return r
}

// forecasts compares the steps that were measured on networks with those on paper.
func forecasts() string {
	rows := [][]string{{"network", "workload", "line as measured", "computing", "step", "on paper", "off by"}}
	r := linesMeasured()
	for _, m := range r.Measured {
		paper, err := r.On(m)
		if err != nil {
			panic(err)
		}
		rows = append(rows, []string{m.Network, m.Workload, fmt.Sprintf("%.1f ms, %.0f MB/s", m.Latency, m.Bandwidth),
			fmt.Sprintf("%.0f ms", m.Computing), fmt.Sprintf("%.0f ms", m.Step), fmt.Sprintf("%.0f ms", paper), fmt.Sprintf("%+.0f %%", 100*(paper/m.Step-1))})
	}
	return markdown(rows)
}

// scaling is what the model on paper says of more ranks.
func scaling() string {
	ranks := []int{2, 8, 64, 512}
	rows := [][]string{{"network", "workload"}}
	for _, n := range ranks {
		rows[0] = append(rows[0], fmt.Sprintf("%d ranks", n))
	}
	rows[0] = append(rows[0], "shortest step")
	r := linesMeasured()
	for _, n := range r.Networks {
		for _, l := range r.Loads {
			row := []string{n.Name, l.Workload}
			for _, k := range ranks {
				row = append(row, fmt.Sprintf("%.0f ms (%.2f)", l.Forecast(k, n.Line), l.Efficiency(k, n.Line)))
			}
			rows = append(rows, append(row, strconv.Itoa(l.Best(n.Line))))
		}
	}
	return markdown(rows)
}

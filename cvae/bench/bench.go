// Package bench measures training and replying on the three workloads that the
// PyTorch peers are measured on: the same shapes, batch sizes, token counts and
// random Zipf text.
package bench

// A TrainReport is what bench train prints.
type TrainReport struct {
	Workload     string  `json:"workload"`
	Threads      int     `json:"threads"`
	TokensPerSec float64 `json:"tokens_per_s"` // response tokens
	MsPerStep    float64 `json:"ms_per_step"`  // median
	GFlops       float64 `json:"gflops"`       // of the matrix products that are needed
	PeakRSSMB    float64 `json:"peak_rss_mb"`
}

// A ReplyReport is what bench reply prints.
type ReplyReport struct {
	Workload  string  `json:"workload"`
	Threads   int     `json:"threads"`
	Responses int     `json:"responses"`
	Tokens    int     `json:"tokens"` // of each response
	MsMedian  float64 `json:"ms_median"`
	GFlops    float64 `json:"gflops"`
}

// Options says what is measured.
type Options struct {
	Workload string // w1, w2 or w3
	Threads  int    // 0: one per processor
	Steps    int    // timed steps or requests; 0: a default
	Seed     uint64
	Shape    Shape
}

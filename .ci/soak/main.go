// Command soak tries to break cvae as accidents do: it kills it at random moments, fills
// its disk, damages the files of a run, mutates what it reads, starts two of it at
// once and types anything into its views, for a set time and from a seed.
//
//	go run ./.ci/soak                     two minutes, as in .ci/run
//	go run ./.ci/soak -time 1h -seed 7    the long form
//
// Every trial has a seed of its own, which a failure prints; -trial NAME:SEED does it
// again alone.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A campaign is one way of breaking things. A trial that is not possible here returns
// errSkipped.
type campaign struct {
	name string
	try  func(*bench, *rand.Rand) error
}

func campaigns() []campaign {
	return []campaign{{"kill", kill}, {"damage", damage}, {"full disk", fullDisk}, {"input", mutatedInput}, {"race", race}, {"keys", keyStorm}}
}

// A tally counts the trials of a campaign.
type tally struct{ tried, failed, skipped int }

func main() {
	lasting := flag.Duration("time", 2*time.Minute, "how long to try")
	seed := flag.Uint64("seed", 1, "seed of all trials")
	alone := flag.String("trial", "", "do one trial, `NAME:SEED`, and keep its folder")
	only := flag.String("only", "", "do the trials of one campaign, `NAME`")
	flag.Parse()
	heedHangups()
	failed, err := soak(*lasting, *seed, *alone, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak: "+err.Error())
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

// heedHangups lets SIGHUP end what the trials start under nohup too, which has it ignored by
// all that it starts.
func heedHangups() { signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) }

// soak runs the campaigns in turn until the time is over.
func soak(lasting time.Duration, seed uint64, alone, only string) (failed int, err error) {
	folder, err := os.MkdirTemp("", "cvae-soak-")
	if err != nil {
		return 0, err
	}
	if alone == "" {
		defer os.RemoveAll(folder)
	}
	b, err := newBench(folder)
	if err != nil {
		return 0, err
	}
	if alone != "" {
		fmt.Println("the folder is", folder)
		return one(b, alone)
	}
	tallies := map[string]*tally{}
	stream := rand.New(rand.NewPCG(seed, 0))
	for end := time.Now().Add(lasting); time.Now().Before(end); {
		for _, c := range campaigns() {
			if only != "" && only != c.name {
				continue
			}
			if tallies[c.name] == nil {
				tallies[c.name] = &tally{}
			}
			try(b, c, stream.Uint64(), tallies[c.name])
		}
	}
	for _, c := range campaigns() {
		t := tallies[c.name]
		if t == nil {
			continue
		}
		fmt.Printf("%-10s %5d tried %4d failed %4d skipped\n", c.name, t.tried, t.failed, t.skipped)
		failed += t.failed
	}
	return failed, nil
}

// try does one trial in a folder of its own.
func try(b *bench, c campaign, seed uint64, t *tally) {
	if err := b.fresh(); err != nil {
		fmt.Println("FAILED:", err)
		t.failed++
		return
	}
	err := c.try(b, rand.New(rand.NewPCG(seed, 1)))
	if err == errSkipped {
		t.skipped++
		return
	}
	t.tried++
	if err != nil {
		t.failed++
		fmt.Printf("FAILED: %s:%d: %v\n", c.name, seed, err)
	}
}

// one does a trial that failed again.
func one(b *bench, trial string) (failed int, err error) {
	name, number, _ := strings.Cut(trial, ":")
	seed, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("-trial %s: it must be NAME:SEED", trial)
	}
	for _, c := range campaigns() {
		if c.name == name {
			var t tally
			try(b, c, seed, &t)
			return t.failed, nil
		}
	}
	return 0, fmt.Errorf("there is no campaign %q", name)
}

// build makes the program.
func build(folder string) (string, error) {
	program := filepath.Join(folder, "cvae")
	out, err := exec.Command("go", "build", "-o", program, "./cmd/cvae").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w: %s", err, out)
	}
	return program, nil
}

package dialog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Rank orders responses by something else than the place in which they were drawn.
type Rank struct {
	// By is joint: the joint rank is ln p(x|z,c) − Lambda·ln p(x), with p(x) that of a
	// language model, which a response to any context has too much of (maximum mutual
	// information, Li et al. 2016, equation 9).
	By     string  `json:"by"`
	Lambda float64 `json:"lambda"`
}

// RankJoint is Rank.By of the joint rank.
const RankJoint = "joint"

// DefaultLambda is the weight of ln p(x) in the joint rank.
const DefaultLambda = 0.5

// RankDraws is how many responses are drawn for each that a rank returns.
const RankDraws = 4

// mostLambda bounds Rank.Lambda.
const mostLambda = 100

// A RankError says what of a sampling with a rank cannot be.
type RankError struct {
	Name  string // of the flag: rank, lambda or n
	fault string
}

func (e RankError) Error() string { return e.Name + " is " + e.fault }

// check refuses a rank that cannot be computed of n responses.
func (r *Rank) check(n int) error {
	switch {
	case r == nil:
		return nil
	case r.By != RankJoint:
		return RankError{"rank", fmt.Sprintf("%q; it must be %s, or left out", r.By, RankJoint)}
	case !(r.Lambda >= 0 && r.Lambda <= mostLambda):
		return RankError{"lambda", fmt.Sprintf("%g; it must be from 0 to %d", r.Lambda, mostLambda)}
	case n > MaxResponses/RankDraws:
		return RankError{"n", fmt.Sprintf("%d; with a rank, which draws %d for each, it must be at most %d", n, RankDraws, MaxResponses/RankDraws)}
	}
	return nil
}

// A Ranked is why a response has its place.
type Ranked struct {
	// LM is ln p(x) of the language model, in nats; nil without one, where Lambda is 0.
	LM    *float64
	Score float64
}

// A Ranker is a [Responder] that says whether it has what a rank needs.
type Ranker interface {
	// CheckRank refuses a rank before anything is drawn, and says what helps.
	CheckRank(Rank) error
}

// ErrNoLM says that a rank needs a language model and there is none.
var ErrNoLM = errors.New("no language model")

// Best is the places of n of the responses with these texts and scores: the different
// ones, the highest score first and of equal scores the first drawn; those that loop come
// after the others, whatever their score, and those without a word after these. Where
// they are fewer than n, equal ones follow in the same order.
func Best(n int, texts []string, scores []float64) []int {
	order, fault, seen := make([]int, len(texts)), make([]int, len(texts)), map[string]bool{}
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	for _, i := range order {
		switch text := texts[i]; {
		case seen[text]:
			fault[i] = 3
		case strings.TrimSpace(text) == "":
			fault[i] = 2
		case Loops(text):
			fault[i] = 1
		}
		seen[texts[i]] = true
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(fault[a], fault[b]) })
	return order[:min(n, len(texts))]
}

package factors

import (
	"context"
	"errors"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/cvae-go/cvae/cvae/eval"
)

// Number is a number that JSON shows as null where it is not known.
type Number = eval.Number

// A Report says how the dimensions of a latent variable stand to known factors.
// All scores are from 0 to 1 and higher is better.
type Report struct {
	Examples   int `json:"examples"` // that scores are of
	Dimensions int `json:"dimensions"`
	// Active are the dimensions whose mean varies, of which z-min-var is.
	Active     int      `json:"active"`
	ZDiff      Number   `json:"z_diff"`
	ZMinVar    Number   `json:"z_min_var"`
	Chance     Number   `json:"chance"` // of z-diff and z-min-var
	MIG        Number   `json:"mig"`
	Modularity Number   `json:"modularity"`
	DCI        DCI      `json:"dci"`
	Factors    []Factor `json:"factors"`
	// Information is the mutual information in nats of each dimension with each
	// factor, (D,K).
	Information [][]Number `json:"information"`
}

// DCI is disentanglement, completeness and informativeness.
type DCI struct {
	Disentanglement Number `json:"disentanglement"`
	Completeness    Number `json:"completeness"`
	Informativeness Number `json:"informativeness"` // mean accuracy
}

// A Factor is what is known of one factor.
type Factor struct {
	Name     string `json:"name"`
	Values   int    `json:"values"`
	Entropy  Number `json:"entropy"`  // nats
	Majority Number `json:"majority"` // the accuracy of one who does not look
	Accuracy Number `json:"accuracy"` // of a linear classifier
	Gap      Number `json:"gap"`
	Complete Number `json:"completeness"`
	// Dimension is the one that knows most of the factor, from 0, and
	// Information how much, in nats.
	Dimension   int    `json:"dimension"`
	Information Number `json:"information"`
}

// Guess is the mean accuracy of one who does not look.
func (r Report) Guess() (mean Number) {
	for _, f := range r.Factors {
		mean += f.Majority / Number(len(r.Factors))
	}
	return mean
}

// Measure measures codes: what is learnt is learnt from train and scored on test.
// active says which dimensions count for z-min-var. The report is a function of
// its arguments. progress is told of how many factors a classifier is trained, and may
// be nil.
func Measure(ctx context.Context, names []string, train, test Data, active []bool, seed uint64, progress func(done, total int)) (r Report, err error) {
	if err := errors.Join(train.check("training"), test.check("test")); err != nil {
		return r, err
	}
	if train.D != test.D || len(active) != test.D || len(names) != len(train.Factors) || len(names) != len(test.Factors) {
		return r, errors.New("training and test examples have different codes or factors")
	}
	r = Report{Examples: test.Len(), Dimensions: test.D, Chance: Number(1 / float64(len(names)))}
	for _, a := range active {
		if a {
			r.Active++
		}
	}
	zDiff, err := ZDiff(ctx, train, test, seed)
	if err != nil {
		return r, err
	}
	zMinVar, err := ZMinVar(ctx, train, test, active, seed)
	if err != nil {
		return r, err
	}
	importance, accuracy, err := Importance(ctx, train, test, func(k int) {
		if progress != nil {
			progress(k, len(names))
		}
	})
	if err != nil {
		return r, err
	}
	information, entropy, err := test.Information(ctx)
	if err != nil {
		return r, err
	}
	gaps := Gaps(information, entropy)
	_, disentanglement := Disentanglement(importance)
	completes, completeness := Completeness(importance)
	r.ZDiff, r.ZMinVar, r.MIG, r.Modularity = Number(zDiff), Number(zMinVar), Number(stat.Mean(gaps, nil)), Number(stat.Mean(Modularity(information), nil))
	r.DCI = DCI{Number(disentanglement), Number(completeness), Number(stat.Mean(accuracy, nil))}
	for j, row := range information {
		r.Information = append(r.Information, nil)
		for _, m := range row {
			r.Information[j] = append(r.Information[j], Number(m))
		}
	}
	for k, name := range names {
		f := Factor{Name: name, Values: len(test.byValue(k)), Entropy: Number(entropy[k]), Accuracy: Number(accuracy[k]), Gap: Number(gaps[k]), Complete: Number(completes[k])}
		f.Majority = Number(majority(test.byValue(k), test.Len()))
		f.Dimension = slices.IndexFunc(r.Information, func(row []Number) bool { return row[k] == highest(r.Information, k) })
		f.Information = highest(r.Information, k)
		r.Factors = append(r.Factors, f)
	}
	return r, nil
}

func highest(information [][]Number, k int) (most Number) {
	for _, row := range information {
		most = max(most, row[k])
	}
	return most
}

// majority is the share of the most frequent value.
func majority(values map[int][]int, n int) float64 {
	most := 0
	for _, list := range values {
		most = max(most, len(list))
	}
	return float64(most) / float64(n)
}

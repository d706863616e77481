package training

import (
	"context"
	"fmt"
	"slices"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// groups number the values of the label batch_label, for each training example;
// nil where there is none.
func (t *Training) groups(ctx context.Context) ([]int, error) {
	name := t.Config.BatchLabel
	if name == "" {
		return nil, nil
	}
	if _, err := run.FindLabel(ctx, t.corpus, dialog.Train, name); err != nil {
		return nil, config.Error{Err: setting.Of("batch_label", fmt.Errorf("batch_label: %w", err))}
	}
	values, err := t.values(ctx, dialog.Train, name)
	if err != nil {
		return nil, err
	}
	return numbered(values), nil
}

// values are those of a label of the examples of a split that is loaded.
func (t *Training) values(ctx context.Context, split dialog.Split, label string) ([]string, error) {
	s, err := t.run.LabelledSet(ctx, t.corpus, split, label)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if s.Len() != t.data[split].Len() {
		return nil, fmt.Errorf("the %s split of %s changed while it was read", split, t.corpus.Name())
	}
	values := make([]string, s.Len())
	for i := range values {
		values[i] = s.Value(i, 0)
	}
	return values, nil
}

// numbered numbers values in the order of their names.
func numbered(values []string) []int {
	sorted := slices.Compact(slices.Sorted(slices.Values(values)))
	numbers := make([]int, len(values))
	for i, v := range values {
		numbers[i], _ = slices.BinarySearch(sorted, v)
	}
	return numbers
}

// placedBatches bounds the batches that Place looks at.
const placedBatches = 64

// Place says where training puts its examples in the latent space, with the
// values of a label as groups, whose names are returned in order.
func (t *Training) Place(ctx context.Context, label string) (p eval.Placement, names []string, err error) {
	values, err := t.values(ctx, dialog.Train, label)
	if err != nil {
		return p, nil, err
	}
	lock := t.run.Locker()
	lock.Lock()
	defer lock.Unlock()
	p, err = eval.Place(ctx, t.model, t.data[dialog.Train], t.trainer.FullBatches(placedBatches), numbered(values), t.Config.Seed)
	return p, slices.Compact(slices.Sorted(slices.Values(values))), err
}

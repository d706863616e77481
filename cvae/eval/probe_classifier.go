package eval

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// A Classifier is a logistic regression on standardised features x:
//
//	p(k|x) = softmax_k( b_k + w_k·x )
//	loss   = Σ_i −ln p(k_i|x_i) + ½ Σ_k ‖w_k‖²
//
// fitted to its minimum. With two classes b_0 and w_0 are 0, with more every
// class has its own, as in scikit-learn's LogisticRegression with C = 1.
type Classifier struct {
	classes     []int // labels that were seen, in order
	mean, scale []float64
	weights     []float64 // (rows,D+1), the bias last; rows are the last classes
}

// FitClassifier trains a classifier on examples, whose labels count from 0, until ctx
// ends.
func FitClassifier(ctx context.Context, train Labelled) (*Classifier, error) {
	c := &Classifier{classes: classes(train.Labels)}
	c.standardise(train)
	if c.rows() == 0 {
		return c, nil
	}
	weights, err := minimise(ctx, c.fit(train).loss, c.rows()*(train.D+1))
	if err != nil {
		return nil, fmt.Errorf("fitting a logistic regression: %w", err)
	}
	c.weights = weights
	return c, nil
}

// rows is the number of classes with weights of their own.
func (c *Classifier) rows() int {
	if len(c.classes) <= 2 {
		return len(c.classes) - 1
	}
	return len(c.classes)
}

// standardise takes means and population deviations of the features. One that
// does not vary is left at 0.
func (c *Classifier) standardise(train Labelled) {
	column := make([]float64, train.Len())
	for d := range train.D {
		for i := range column {
			column[i] = train.Features[i*train.D+d]
		}
		mean, variance := stat.PopMeanVariance(column, nil)
		scale := 0.0
		if slices.Min(column) < slices.Max(column) && variance > 0 {
			scale = 1 / math.Sqrt(variance)
		}
		c.mean, c.scale = append(c.mean, mean), append(c.scale, scale)
	}
}

// input writes the standardised features of a row and a 1 for the bias to dst.
func (c *Classifier) input(dst, features []float64) {
	for d, x := range features {
		dst[d] = (x - c.mean[d]) * c.scale[d]
	}
	dst[len(features)] = 1
}

// logits writes b_k + w_k·x of each class to dst, of inputs that end in 1.
func (c *Classifier) logits(dst, weights, input []float64) {
	clear(dst)
	own := dst[len(dst)-c.rows():]
	for k := range own {
		for d, w := range row(weights, k, len(input)) {
			own[k] += w * input[d]
		}
	}
}

// Accuracy is the share of examples whose label is the most likely class, the
// first on a tie.
func (c *Classifier) Accuracy(test Labelled) float64 {
	return float64(c.right(test)) / float64(test.Len())
}

// right counts the examples whose label is the most likely class.
func (c *Classifier) right(test Labelled) (right int) {
	input, logits := make([]float64, test.D+1), make([]float64, len(c.classes))
	for i, label := range test.Labels {
		c.input(input, row(test.Features, i, test.D))
		c.logits(logits, c.weights, input)
		best := 0
		for k, l := range logits {
			if l > logits[best] {
				best = k
			}
		}
		if c.classes[best] == label {
			right++
		}
	}
	return right
}

// Direction is the way in the space of the features (D), of unit length, along which the
// logit of a label grows fastest; nil for a label that was not seen, and where nothing
// tells the classes apart.
func (c *Classifier) Direction(label int) []float64 {
	k, seen := slices.BinarySearch(c.classes, label)
	first, sign := len(c.classes)-c.rows(), 1.0
	if !seen || c.rows() == 0 {
		return nil
	}
	if k < first { // of two classes: away from the other
		k, sign = first, -1
	}
	direction, length := make([]float64, len(c.mean)), 0.0
	for d, w := range row(c.weights, k-first, len(c.mean)+1)[:len(c.mean)] {
		direction[d] = sign * w * c.scale[d]
		length = math.Hypot(length, direction[d])
	}
	if length == 0 {
		return nil
	}
	for d := range direction {
		direction[d] /= length
	}
	return direction
}

// Importance is how much each feature matters (D): the mean over classes of the
// absolute weight of the standardised feature.
func (c *Classifier) Importance() []float64 {
	importance := make([]float64, len(c.mean))
	for k := range c.rows() {
		for d, w := range row(c.weights, k, len(c.mean)+1)[:len(c.mean)] {
			importance[d] += math.Abs(w) / float64(c.rows())
		}
	}
	return importance
}

// A fitting is the loss of a classifier as a function of its weights.
type fitting struct {
	*Classifier
	width  int       // D+1
	inputs []float64 // (N,D+1)
	class  []int     // (N) places in classes
	logits []float64 // (K) scratch
}

func (c *Classifier) fit(train Labelled) *fitting {
	f := &fitting{Classifier: c, width: train.D + 1, logits: make([]float64, len(c.classes))}
	f.inputs = make([]float64, train.Len()*f.width)
	for i, label := range train.Labels {
		c.input(row(f.inputs, i, f.width), row(train.Features, i, train.D))
		k, _ := slices.BinarySearch(c.classes, label)
		f.class = append(f.class, k)
	}
	return f
}

// loss is the loss per example of weights (rows,D+1); its gradient is written to
// gradient.
func (f *fitting) loss(weights, gradient []float64) float64 {
	var sum float64
	clear(gradient)
	for i, class := range f.class {
		input := row(f.inputs, i, f.width)
		f.Classifier.logits(f.logits, weights, input)
		sum += f.surprise(class)
		f.addGradient(gradient, input, class)
	}
	n := float64(len(f.class))
	for j, w := range weights {
		if isBias := j%f.width == f.width-1; !isBias {
			sum += 0.5 * w * w
			gradient[j] += w
		}
	}
	for j := range gradient {
		gradient[j] /= n
	}
	return sum / n
}

// surprise is −ln p(class), and turns the logits into probabilities.
func (f *fitting) surprise(class int) float64 {
	top := slices.Max(f.logits)
	own := f.logits[class] - top
	var sum float64
	for k, l := range f.logits {
		f.logits[k] = math.Exp(l - top)
		sum += f.logits[k]
	}
	for k := range f.logits {
		f.logits[k] /= sum
	}
	return math.Log(sum) - own
}

// addGradient adds an example's gradient (p_k − [k is its class]) x.
func (f *fitting) addGradient(gradient, input []float64, class int) {
	first := len(f.logits) - f.rows()
	for k, p := range f.logits[first:] {
		if first+k == class {
			p--
		}
		for d, x := range input {
			gradient[k*f.width+d] += p * x
		}
	}
}

package metric

import "math"

// Vectors are word vectors of one dimension. The zero value knows no word.
type Vectors struct {
	dim   int
	words map[string]vector
}

// A vector is that of a word, with its Euclidean norm, which is not 0.
type vector struct {
	values []float32
	norm   float64
}

// Dim is the number of values of each vector.
func (v *Vectors) Dim() int { return v.dim }

// Words is the number of words with a vector.
func (v *Vectors) Words() int { return len(v.words) }

// Vector is that of a word, which must not be changed; ok is false for a word
// without one.
func (v *Vectors) Vector(word string) (values []float32, ok bool) {
	w, ok := v.words[word]
	return w.values, ok
}

// add takes in a word, unless it is known already. A vector of zeros points
// nowhere, so that its word stays unknown.
func (v *Vectors) add(word string, values []float32) {
	if _, ok := v.words[word]; ok {
		return
	}
	var sum float64
	for _, x := range values {
		sum += float64(x) * float64(x)
	}
	if sum > 0 {
		v.words[word] = vector{values, math.Sqrt(sum)}
	}
}

func (v *Vectors) known(tokens []string) []vector {
	out := make([]vector, 0, len(tokens))
	for _, word := range tokens {
		if w, ok := v.words[word]; ok {
			out = append(out, w)
		}
	}
	return out
}

// cosine is that of the angle between a and b, NaN where one is zero or is nil,
// as a text without a known word is.
func cosine(a, b []float64) float64 {
	if a == nil || b == nil {
		return math.NaN()
	}
	var ab, aa, bb float64
	for d, x := range a {
		ab += x * b[d]
		aa += x * x
		bb += b[d] * b[d]
	}
	if aa == 0 || bb == 0 {
		return math.NaN()
	}
	return bounded(ab / (math.Sqrt(aa) * math.Sqrt(bb)))
}

func wordCosine(a, b vector) float64 {
	var ab float64
	for d, x := range a.values {
		ab += float64(x) * float64(b.values[d])
	}
	return bounded(ab / (a.norm * b.norm))
}

// bounded takes the rounding error out of a cosine.
func bounded(x float64) float64 { return min(1, max(-1, x)) }

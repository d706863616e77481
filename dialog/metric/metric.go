// Package metric measures sets of responses by their text alone, one metric a
// file. Metrics take tokens, not display text; none returns NaN.
package metric

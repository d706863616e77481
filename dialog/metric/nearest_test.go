package metric

// nearest is the length of the reference nearest to that of the hypothesis, the
// shorter on a tie.
func nearest(length int, references []counted) int {
	best := 0
	for i, r := range references {
		if i == 0 || nearer(length, r.length, best) {
			best = r.length
		}
	}
	return best
}

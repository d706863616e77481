package method

// orderedPairs are the pairs (i, j) of b rows, i ≠ j.
func orderedPairs(b int) (i, j []int) {
	for k := range b * b {
		if k/b != k%b {
			i, j = append(i, k/b), append(j, k%b)
		}
	}
	return i, j
}

// allPairs are the pairs (i, j) of b rows, the b pairs of i = 0 first.
func allPairs(b int) (i, j []int) {
	for k := range b * b {
		i, j = append(i, k/b), append(j, k%b)
	}
	return i, j
}

package kernel

// loans is the memory that a team lends to its callers, who work one after the
// other and so need not have their own.
type loans[T Float] struct {
	pieces [Pieces][]T
	spare  Packed[T]

	packed  Packed[T]
	owner   any
	version int
}

// Pieces is how many pieces of memory a team lends.
const Pieces = 7

// Borrow returns piece i of the team's memory, n elements of unspecified
// contents. They are the caller's until the piece is borrowed again.
func Borrow[T Float](t *Team, i, n int) []T {
	l := &jobsOf[T](t).loans
	l.pieces[i] = grow(l.pieces[i], n)
	return l.pieces[i]
}

// Spare returns a packed matrix that is the caller's until the next call.
func Spare[T Float](t *Team) *Packed[T] { return &jobsOf[T](t).loans.spare }

// Lend returns another packed matrix, and whether the last to ask for it was
// this owner with this version, in the precision of the team: then it still holds
// what was packed. It is for
// copies that are used for a while and then not again.
func Lend[T Float](t *Team, owner any, version int) (p *Packed[T], kept bool) {
	l := &jobsOf[T](t).loans
	kept = l.owner == owner && l.version == version && Packs(t, &l.packed)
	l.owner, l.version = owner, version
	return &l.packed, kept
}

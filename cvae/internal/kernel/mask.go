package kernel

// maskChunk is how many elements one task of Mask takes.
const maskChunk = 1 << 14

// Mask multiplies the first len(mask) elements of x by mask, in parallel.
//
//	for i { x[i] *= mask[i] }
func Mask[T Float](t *Team, x, mask []T) {
	j := &jobsOf[T](t).mask
	*j = maskJob[T]{x, mask}
	t.Do(ceilDiv(len(mask), maskChunk), j)
	*j = maskJob[T]{}
}

type maskJob[T Float] struct{ x, mask []T }

func (j *maskJob[T]) Task(task, _ int) {
	for i := task * maskChunk; i < min(len(j.mask), (task+1)*maskChunk); i++ {
		j.x[i] *= j.mask[i]
	}
}

package ranks

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
)

// together runs f on n ranks at once and returns what each gives.
func together[A any](t *testing.T, n int, f func(l Link) (A, error)) []A {
	t.Helper()
	got, errs := make([]A, n), make([]error, n)
	var all sync.WaitGroup
	for r, l := range Local(n) {
		all.Go(func() {
			defer l.Close()
			got[r], errs[r] = f(l)
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestGather: all ranks get the numbers of all, in the order of ranks, whatever their
// number; some have none.
func TestGather(t *testing.T) {
	for n := range 6 {
		if n == 0 {
			continue
		}
		var want [][]int32
		for r := range n {
			want = append(want, slices.Repeat([]int32{int32(r)}, r%3))
		}
		for _, got := range together(t, n, func(l Link) ([][]int32, error) { return Gather(l, want[l.Rank()]) }) {
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%d ranks gather %v, want %v", n, got, want)
			}
		}
	}
}

// numbers are so many of which the sum depends on the order.
func numbers(part, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(math.Sin(float64(1+part*n+i))) * float32(math.Pow(10, float64((part+i)%7)))
	}
	return out
}

// TestSum: the sum of eight parts has the same bits on 1, 2, 4 and 8 ranks, of which each
// brings the sum of its share, and is that of the tree by hand; in order it would not be.
func TestSum(t *testing.T) {
	const parts, n = 8, 37
	var p [][]float32
	for k := range parts {
		p = append(p, numbers(k, n))
	}
	want, inOrder := make([]float32, n), make([]float32, n)
	for i := range n {
		want[i] = ((p[0][i] + p[1][i]) + (p[2][i] + p[3][i])) + ((p[4][i] + p[5][i]) + (p[6][i] + p[7][i]))
		for k := range parts {
			inOrder[i] += p[k][i]
		}
	}
	if slices.Equal(want, inOrder) {
		t.Fatal("the order of these numbers does not matter, so the test says nothing")
	}
	for _, size := range []int{1, 2, 4, 8} {
		for r, got := range together(t, size, func(l Link) ([]float32, error) {
			var mine [][]float32
			for k := range parts / size {
				mine = append(mine, numbers(l.Rank()*parts/size+k, n))
			}
			sum := Tree(mine)
			return sum, Sum(l, sum)
		}) {
			if !slices.Equal(got, want) {
				t.Errorf("rank %d of %d has %v, want %v", r, size, got, want)
			}
		}
	}
}

// TestSumOfFew: there may be fewer numbers than ranks, or none.
func TestSumOfFew(t *testing.T) {
	for n := range 3 {
		for _, got := range together(t, 4, func(l Link) ([]float64, error) {
			mine := slices.Repeat([]float64{float64(1 + l.Rank())}, n)
			return mine, Sum(l, mine)
		}) {
			if want := slices.Repeat([]float64{10}, n); !slices.Equal(got, want) {
				t.Errorf("the sum is %v, want %v", got, want)
			}
		}
	}
}

// TestLeft: a rank that has gone is an error for who waits for it.
func TestLeft(t *testing.T) {
	links := Local(2)
	if err := links[1].Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Gather(links[0], []int32{1}); !errors.Is(err, errLeft) {
		t.Errorf("the error is %v", err)
	}
}

// TestOpen: a process that mpirun did not start is alone; one that it did is refused by
// a build without MPI.
func TestOpen(t *testing.T) {
	for _, name := range []string{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"} {
		t.Setenv(name, "")
	}
	l, err := Open(nil)
	if err != nil || l.Size() != 1 || l.Rank() != 0 {
		t.Fatalf("alone: %v, %v", l, err)
	}
	if _, ok := l.(Alone); !ok {
		t.Fatalf("a link %T", l)
	}
	if built {
		t.Skip("this build has MPI, and asks mpirun")
	}
	t.Setenv("OMPI_COMM_WORLD_SIZE", "2")
	if _, err := Open(nil); err == nil || !strings.Contains(err.Error(), "go build -tags mpi") {
		t.Errorf("the error is %v", err)
	}
}

// TestBegin: an exchange goes on while others take place.
func TestBegin(t *testing.T) {
	const n = 4
	for r, got := range together(t, n, func(l Link) ([]int32, error) {
		mine, sum := []int32{int32(l.Rank()), 7}, make([]int32, 2*n)
		send, recv := make([]Parcel, n), make([]Parcel, n)
		for r := range n {
			send[r], recv[r] = Parcel{Bytes(mine[:1]), Bytes(mine[1:])}, Parcel{Bytes(sum[2*r : 2*r+2])}
		}
		p, err := l.Begin(send, recv)
		if err != nil {
			return nil, err
		}
		for range outstanding - 1 {
			if _, err := Gather(l, mine); err != nil {
				return nil, err
			}
		}
		return sum, p.Wait()
	}) {
		for other := range n {
			if want := []int32{int32(other), 7}; other != r && !slices.Equal(got[2*other:2*other+2], want) {
				t.Errorf("rank %d has %v of rank %d, want %v", r, got[2*other:2*other+2], other, want)
			}
		}
	}
}

// TestTraffic: of three numbers of 8 bytes to each of three ranks, after their counts.
func TestTraffic(t *testing.T) {
	for r, got := range together(t, 4, func(l Link) (Traffic, error) {
		before := l.Traffic()
		_, err := Gather(l, []int64{1, 2, 3})
		return l.Traffic().Since(before), err
	}) {
		if want := int64(3 * (8 + 24)); got.Sent != want || got.Received != want {
			t.Errorf("rank %d sent %d bytes and received %d, want %d", r, got.Sent, got.Received, want)
		}
	}
}

// TestSizes: ranks that mean different exchanges are an error.
func TestSizes(t *testing.T) {
	var errs [2]error
	var all sync.WaitGroup
	for r, l := range Local(2) {
		all.Go(func() { _, errs[r] = GatherSized(l, make([]int32, r+1), func(int) int { return 1 }) })
	}
	all.Wait()
	if !errors.Is(errs[0], errSize) {
		t.Errorf("the errors are %v", errs)
	}
}

// TestProbe: a line takes time and carries bytes, and all ranks tell of the same; one rank
// has none.
func TestProbe(t *testing.T) {
	lines := together(t, 2, Probe)
	if l := lines[0]; l == nil || l.Latency <= 0 || l.Bandwidth < 1e6 || *lines[1] != *l {
		t.Errorf("the line is %+v and %+v", lines[0], lines[1])
	}
	if l, err := Probe(Alone{}); l != nil || err != nil {
		t.Errorf("one rank has the line %+v, %v", l, err)
	}
}

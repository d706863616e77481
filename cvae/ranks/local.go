package ranks

import (
	"errors"
	"sync"
)

// errLeft says that another rank has gone.
var errLeft = errors.New("another rank has left")

// Local returns links of n ranks in one process, each for a goroutine of its own.
func Local(n int) []Link {
	h := &hall{mail: make([][]chan []byte, n), left: make([]chan struct{}, n), leave: make([]sync.Once, n)}
	links := make([]Link, n)
	for from := range n {
		h.left[from] = make(chan struct{})
		h.mail[from] = make([]chan []byte, n)
		for to := range n {
			h.mail[from][to] = make(chan []byte, 1)
		}
		links[from] = &local{h, from}
	}
	return links
}

// A hall is where the ranks of one process meet.
type hall struct {
	mail  [][]chan []byte // from, to
	left  []chan struct{}
	leave []sync.Once
}

// local is a Link within a process.
type local struct {
	*hall
	rank int
}

func (l *local) Rank() int { return l.rank }
func (l *local) Size() int { return len(l.mail) }

func (l *local) Exchange(send, recv [][]byte) error {
	for r := range l.mail {
		if r == l.rank {
			continue
		}
		select {
		case l.mail[l.rank][r] <- append([]byte(nil), send[r]...):
		case <-l.left[r]:
			return errLeft
		}
	}
	for r := range l.mail {
		if r == l.rank {
			continue
		}
		got, err := l.receive(r)
		if err != nil {
			return err
		}
		if len(got) != len(recv[r]) {
			return errors.New("the ranks disagree on the size of a message")
		}
		copy(recv[r], got)
	}
	return nil
}

// receive returns what rank r sent, also before it left.
func (l *local) receive(r int) ([]byte, error) {
	select {
	case got := <-l.mail[r][l.rank]:
		return got, nil
	case <-l.left[r]:
	}
	select {
	case got := <-l.mail[r][l.rank]:
		return got, nil
	default:
		return nil, errLeft
	}
}

func (l *local) Close() error {
	l.leave[l.rank].Do(func() { close(l.left[l.rank]) })
	return nil
}

package ranks

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// errLeft says that another rank has gone, and errSize that two do not mean the same
// exchange.
var (
	errLeft = errors.New("another rank has left")
	errSize = errors.New("the ranks disagree on the size of a message")
)

// outstanding is how many exchanges a rank of Local may be ahead of another.
const outstanding = 8

// Local returns links of n ranks in one process, each for a goroutine of its own.
func Local(n int) []Link {
	h := &hall{mail: make([][]chan letter, n), left: make([]chan struct{}, n), leave: make([]sync.Once, n)}
	links := make([]Link, n)
	for from := range n {
		h.left[from] = make(chan struct{})
		h.mail[from] = make([]chan letter, n)
		for to := range n {
			h.mail[from][to] = make(chan letter, outstanding)
		}
		links[from] = &local{hall: h, rank: from, early: make([][]letter, n)}
	}
	return links
}

// A hall is where the ranks of one process meet.
type hall struct {
	mail  [][]chan letter // from, to
	left  []chan struct{}
	leave []sync.Once
}

// A letter is a parcel of one exchange.
type letter struct {
	exchange int // its number
	content  []byte
}

// local is a Link within a process.
type local struct {
	*hall
	rank    int
	begun   int        // exchanges
	early   [][]letter // by rank, of exchanges that are not waited for yet
	traffic Traffic
}

func (l *local) Rank() int        { return l.rank }
func (l *local) Size() int        { return len(l.mail) }
func (l *local) Traffic() Traffic { return l.traffic }

func (l *local) Begin(send, recv []Parcel) (Pending, error) {
	l.begun++
	l.traffic.carry(l.rank, send, recv)
	for r := range l.mail {
		if r == l.rank {
			continue
		}
		select {
		case l.mail[l.rank][r] <- letter{l.begun, slices.Concat(send[r]...)}:
		case <-l.left[r]:
			return nil, errLeft
		}
	}
	return &localPending{l, l.begun, recv}, nil
}

// A localPending is an exchange of a local that has begun.
type localPending struct {
	*local
	number int
	recv   []Parcel
}

// Wait implements Pending.
func (p *localPending) Wait() error {
	start := time.Now()
	defer func() { p.traffic.Waiting += time.Since(start) }()
	for r := range p.mail {
		if r == p.rank {
			continue
		}
		got, err := p.receive(r, p.number)
		if err != nil {
			return err
		}
		if len(got) != p.recv[r].size() {
			return errSize
		}
		for _, piece := range p.recv[r] {
			got = got[copy(piece, got):]
		}
	}
	return nil
}

// receive returns what rank r sent in an exchange, also before it left.
func (l *local) receive(r, exchange int) ([]byte, error) {
	for i, m := range l.early[r] {
		if m.exchange == exchange {
			l.early[r] = slices.Delete(l.early[r], i, i+1)
			return m.content, nil
		}
	}
	for {
		m, err := l.next(r)
		if err != nil || m.exchange == exchange {
			return m.content, err
		}
		l.early[r] = append(l.early[r], m)
	}
}

// next is the next letter of rank r.
func (l *local) next(r int) (letter, error) {
	select {
	case m := <-l.mail[r][l.rank]:
		return m, nil
	case <-l.left[r]:
	}
	select {
	case m := <-l.mail[r][l.rank]:
		return m, nil
	default:
		return letter{}, errLeft
	}
}

func (l *local) Close() error {
	l.leave[l.rank].Do(func() { close(l.left[l.rank]) })
	return nil
}

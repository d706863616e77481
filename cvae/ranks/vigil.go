package ranks

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// grace is how long a rank that sees another end goes on, so that one which fails itself
// says why.
const grace = time.Second

// answering is how long a rank may take to reach rank 0.
const answering = 3 * time.Second

// A vigil notices that a rank has died: every other rank holds a connection to rank 0,
// which its system closes when the process ends, however it ends. MPI itself may wait for
// the dead for ever.
type vigil struct {
	held []net.Conn // nil entries: this rank, or none
}

// bye is what a rank says that leaves as it should, end what rank 0 says to the others
// when it misses one.
const (
	bye = 'b'
	end = 'e'
)

// keepVigil connects the ranks and calls lost when one ends without a bye, on one rank
// with a sentence and on the others with nil. Where they cannot reach each other there is
// no vigil.
func keepVigil(l Link, lost func(error)) (*vigil, error) {
	v := &vigil{held: make([]net.Conn, l.Size())}
	token := make([]byte, 16) // tells ranks from whoever else finds the port
	var door net.Listener
	var told []byte
	if l.Rank() == 0 {
		_, _ = rand.Read(token) // it never fails
		var err error
		if door, err = net.Listen("tcp", ":0"); err == nil {
			defer door.Close()
			told = append(token, strings.Join(addresses(door), " ")...)
		}
	}
	all, err := Gather(l, told)
	if err != nil {
		return nil, err
	}
	reached := int32(1)
	switch {
	case len(all[0]) < len(token):
		reached = 0
	case l.Rank() == 0:
		reached = v.admit(door, token)
	default:
		reached = v.reach(strings.Fields(string(all[0][len(token):])), append(all[0][:len(token):len(token)], byte(l.Rank())))
	}
	everyone, err := GatherSized(l, []int32{reached}, func(int) int { return 1 })
	if err != nil {
		return nil, err
	}
	for _, r := range everyone {
		if r[0] == 0 {
			v.close()
			return &vigil{}, nil
		}
	}
	for r, c := range v.held {
		if c != nil {
			go v.watch(c, r, l.Rank(), lost)
		}
	}
	return v, nil
}

// addresses are those at which other hosts may find a listener, and this one.
func addresses(door net.Listener) (list []string) {
	_, port, _ := net.SplitHostPort(door.Addr().String())
	found, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range found {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLinkLocalUnicast() {
			list = append(list, net.JoinHostPort(n.IP.String(), port))
		}
	}
	return list
}

// admit takes in every other rank; 0: one did not come.
func (v *vigil) admit(door net.Listener, token []byte) int32 {
	_ = door.(*net.TCPListener).SetDeadline(time.Now().Add(answering))
	for missing := len(v.held) - 1; missing > 0; {
		c, err := door.Accept()
		if err != nil {
			return 0
		}
		hello := make([]byte, len(token)+1)
		_ = c.SetDeadline(time.Now().Add(answering))
		_, err = io.ReadFull(c, hello)
		rank := int(hello[len(token)])
		if err != nil || !bytes.Equal(hello[:len(token)], token) || rank == 0 || rank >= len(v.held) || v.held[rank] != nil {
			_ = c.Close() // a stranger
			continue
		}
		_ = c.SetDeadline(time.Time{})
		v.held[rank] = c
		missing--
	}
	return 1
}

// reach connects to rank 0; 0: it is at none of the addresses.
func (v *vigil) reach(addresses []string, hello []byte) int32 {
	for _, a := range addresses {
		c, err := net.DialTimeout("tcp", a, answering/3)
		if err != nil {
			continue
		}
		if _, err := c.Write(hello); err == nil {
			v.held[0] = c
			return 1
		}
		_ = c.Close()
	}
	return 0
}

// watch calls lost when the process of a rank has ended without a bye.
func (v *vigil) watch(c net.Conn, rank, own int, lost func(error)) {
	said := make([]byte, 1)
	n, err := c.Read(said)
	switch {
	case n == 1 && said[0] == bye || errors.Is(err, net.ErrClosed):
		return
	case n == 1 && said[0] == end:
		lost(nil)
		return
	}
	time.Sleep(grace)
	if own == 0 {
		v.say(end)
	}
	if own > 1 { // rank 1 says it
		lost(nil)
		return
	}
	lost(fmt.Errorf("rank %d has ended before its work was done, so all ranks end; --resume goes on from the last save", rank))
}

// say tells all that are connected.
func (v *vigil) say(word byte) {
	for _, c := range v.held {
		if c != nil {
			_, _ = c.Write([]byte{word}) // who has gone does not listen
		}
	}
}

// close says that this rank leaves as it should.
func (v *vigil) close() {
	v.say(bye)
	for _, c := range v.held {
		if c != nil {
			_ = c.Close()
		}
	}
}

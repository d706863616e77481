package ranks

import "time"

// Traffic is what a rank has exchanged with the others, and the time it stood still for
// it.
type Traffic struct {
	Sent     int64 // bytes
	Received int64
	// Waiting is the time until every other rank had come to an exchange, too, Moving
	// that from then until all bytes were there.
	Waiting, Moving time.Duration
	// Behind is the time that exchanges went on while the rank computed.
	Behind time.Duration
	// Exchanges is how many began.
	Exchanges int64
}

// Since is the traffic after an earlier one.
func (t Traffic) Since(before Traffic) Traffic {
	return Traffic{t.Sent - before.Sent, t.Received - before.Received, t.Waiting - before.Waiting, t.Moving - before.Moving, t.Behind - before.Behind, t.Exchanges - before.Exchanges}
}

// Add is the traffic of both.
func (t Traffic) Add(more Traffic) Traffic {
	return Traffic{t.Sent + more.Sent, t.Received + more.Received, t.Waiting + more.Waiting, t.Moving + more.Moving, t.Behind + more.Behind, t.Exchanges + more.Exchanges}
}

// carry counts an exchange and its parcels but for those of the rank itself.
func (t *Traffic) carry(rank int, send, recv []Parcel) {
	t.Exchanges++
	for r := range send {
		if r != rank {
			t.Sent += int64(send[r].size())
			t.Received += int64(recv[r].size())
		}
	}
}

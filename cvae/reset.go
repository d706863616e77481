package cvae

// ResetDecoder gives the decoder p(x|z,c), the act head, the bag-of-words layer
// and the trained vectors of the method their first values back. The encoders, the
// prior and the recognition network keep theirs, and so does a word embedding
// that the decoder shares with an encoder.
func (m *Model[T]) ResetDecoder() {
	for _, p := range m.store.Params[m.encoders:] {
		m.store.Reset(p)
	}
}

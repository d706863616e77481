package cvae

// SeparateInference is the configuration in which the response encoder has
// weights of its own and the decoder reads no word embedding of it, so that
// the inference group can be trained alone.
func (c Config) SeparateInference() Config {
	c.Encoder.Share = false
	if c.Mode == Text {
		c.Decoder.ShareEmbedding = false
	}
	return c
}

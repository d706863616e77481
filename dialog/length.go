package dialog

// A Length is what was measured on the responses of one length.
type Length struct {
	Words     int     `json:"words"` // predicted, </s> included
	Responses int     `json:"responses"`
	KL        float64 `json:"kl"` // nats per response, their mean
	// Committed is the least KL that any posterior of the model has in a response of
	// this length; nil: there is none.
	Committed *float64 `json:"committed_rate"`
}

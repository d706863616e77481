package dialog

import (
	"encoding/json"
	"testing"
)

// An event has null where its kind, or a model without a latent, has no number,
// and is read back as it was.
func TestEventJSON(t *testing.T) {
	for want, e := range map[string]Event{
		`{"kind":"step","step":1,"epoch":1,"steps_per_epoch":2,"latent_dim":4,"elapsed":5,"rec":6,"kl":0,"beta":1,"side":0,"grad_norm":2,"learning_rate":0.1,"active_units":0,"residual_active_units":0,"tokens_per_second":9,"remaining":7}`:                                              {Kind: Stepped, Step: 1, Epoch: 1, StepsPerEpoch: 2, LatentDim: 4, ActiveUnits: new(0), ResidualActiveUnits: new(0), Elapsed: 5, Rec: 6, Beta: 1, GradNorm: 2, LearningRate: 0.1, TokensPerSecond: 9, Remaining: 7},
		`{"kind":"validation","step":1,"epoch":1,"steps_per_epoch":2,"latent_dim":0,"elapsed":5,"bound":3,"rec":3,"kl":null,"beta":null,"side":0,"grad_norm":null,"learning_rate":0.1,"active_units":null,"residual_active_units":null,"tokens_per_second":null,"remaining":null}`:         {Kind: Validated, Step: 1, Epoch: 1, StepsPerEpoch: 2, Elapsed: 5, Rec: 3, LearningRate: 0.1, Bound: 3},
		`{"kind":"warning","step":1,"epoch":1,"steps_per_epoch":2,"latent_dim":4,"elapsed":5,"message":"m","rec":null,"kl":null,"beta":null,"side":null,"grad_norm":null,"learning_rate":null,"active_units":null,"residual_active_units":null,"tokens_per_second":null,"remaining":null}`: {Kind: Warned, Step: 1, Epoch: 1, StepsPerEpoch: 2, LatentDim: 4, Elapsed: 5, Message: "m"},
	} {
		got, err := json.Marshal(e)
		if err != nil || string(got) != want {
			t.Errorf("%v: got\n%s, want\n%s", err, got, want)
		}
		var back Event
		if err := json.Unmarshal(got, &back); err != nil {
			t.Error(err)
		}
		if again, _ := json.Marshal(back); string(again) != want {
			t.Errorf("read back it is\n%s, want\n%s", again, want)
		}
	}
}

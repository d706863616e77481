package train

import (
	"encoding/json"
	"fmt"

	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

// Ended says why the training that c was saved by ended, "" if it had not.
func Ended(c checkpoint.State) (reason string, err error) {
	var s state
	if err := json.Unmarshal([]byte(c.Values[stateKey]), &s); err != nil {
		return "", fmt.Errorf("reading the training state: %w", err)
	}
	return s.Finished, nil
}

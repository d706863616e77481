package jsontext

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Problem says what is wrong with a line in terms of JSON, not of Go.
func Problem(err error) error {
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("the line is not JSON: %w", err)
		}
		return err
	}
	if kind.Field == "" {
		return fmt.Errorf("the line is a JSON %s, not an object", kind.Value)
	}
	return fmt.Errorf("%q cannot be a JSON %s", kind.Field, kind.Value)
}

package openai

import (
	"fmt"
	"net/http"
)

// An Error is a fault as clients expect it: {"error": {…}}.
type Error struct {
	Status  int     `json:"-"` // of HTTP
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"` // the key at fault; null: none
	Code    *string `json:"code"`  // null: none
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Types of errors.
const (
	typeRequest = "invalid_request_error"
	typeServer  = "server_error"
	typeLimit   = "rate_limit_error"
	typeAuth    = "authentication_error"
)

// badf is the fault of a request in the parameter of that name; empty: in none.
func badf(param, format string, a ...any) *Error {
	e := &Error{Status: http.StatusBadRequest, Message: fmt.Sprintf(format, a...), Type: typeRequest}
	if param != "" {
		e.Param = &param
	}
	return e
}

// BadRequest is a fault of the whole request.
func BadRequest(message string) *Error { return badf("", "%s", message) }

// BadParameter is a fault in the parameter of that name.
func BadParameter(param, message string) *Error { return badf(param, "%s", message) }

// NoModel says that no model of that name is served.
func NoModel(name string) *Error {
	e := badf("model", "the model %q is not served here; GET /v1/models lists those that are", name)
	e.Status, e.Code = http.StatusNotFound, new("model_not_found")
	return e
}

// NoPath says that there is nothing at a path.
func NoPath(method, path string) *Error {
	e := badf("", "there is nothing at %s %s; conversations are answered at /v1/chat/completions, and the base URL of a client ends in /v1", method, path)
	e.Status, e.Code = http.StatusNotFound, new("unknown_url")
	return e
}

// WrongMethod says that a path takes another method.
func WrongMethod(method, path, allowed string) *Error {
	e := badf("", "%s takes %s, not %s", path, allowed, method)
	e.Status = http.StatusMethodNotAllowed
	return e
}

// TooLarge says that a request has more than so many bytes.
func TooLarge(most int64) *Error {
	e := badf("", "the request has more than %d bytes", most)
	e.Status, e.Code = http.StatusRequestEntityTooLarge, new("request_too_large")
	return e
}

// TooSlow says that a request did not arrive in time.
func TooSlow() *Error {
	e := badf("", "the request did not arrive whole in time")
	e.Status, e.Code = http.StatusRequestTimeout, new("request_timeout")
	return e
}

// Unauthorized says that the token is missing or wrong.
func Unauthorized() *Error {
	return &Error{Status: http.StatusUnauthorized, Message: "the token is missing or wrong; send the header Authorization: Bearer TOKEN", Type: typeAuth, Code: new("invalid_api_key")}
}

// Forbidden says that a browser sends a request for another site.
func Forbidden(message string) *Error {
	return &Error{Status: http.StatusForbidden, Message: message, Type: typeRequest, Code: new("forbidden")}
}

// Busy says that the queue is full.
func Busy(message string) *Error {
	return &Error{Status: http.StatusTooManyRequests, Message: message, Type: typeLimit, Code: new("rate_limit_exceeded")}
}

// Stopping says that the server takes no more requests.
func Stopping() *Error {
	return &Error{Status: http.StatusServiceUnavailable, Message: "the server is stopping", Type: typeServer, Code: new("stopping")}
}

// Timeout says that an answer took too long.
func Timeout(message string) *Error {
	return &Error{Status: http.StatusGatewayTimeout, Message: message, Type: typeServer, Code: new("timeout")}
}

// Failure is a fault of the server.
func Failure(message string) *Error {
	return &Error{Status: http.StatusInternalServerError, Message: message, Type: typeServer}
}

// Body is the JSON of an error.
func (e *Error) Body() any {
	return struct {
		Error *Error `json:"error"`
	}{e}
}

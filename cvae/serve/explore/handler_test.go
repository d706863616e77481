package explore

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// echo answers every request with the latents that it asks for.
type echo struct{}

func (echo) Describe(context.Context) (dialog.Card, error) { return dialog.Card{Name: "echo"}, nil }

func (echo) Respond(_ context.Context, q dialog.Request, _ func(dialog.Delta)) (dialog.Reply, error) {
	if q.Z == nil {
		q.Z = slices.Repeat([]dialog.Block{{{0, 0, 0}}}, q.N)
	}
	r := dialog.Reply{Context: q.Context, PriorMean: dialog.Block{{0, 0, 0}}, PriorStd: dialog.Block{{1, 1, 1}}}
	for _, z := range q.Z {
		r.Responses = append(r.Responses, dialog.Response{Text: "a", Z: z})
	}
	return r, nil
}

// FuzzRequest: whatever the page sends, it gets an answer in JSON, or the fault in a
// sentence.
func FuzzRequest(f *testing.F) {
	words, err := tokenize.TrainWords(func(yield func(string, error) bool) { yield("a b", nil) }, tokenize.Options{})
	if err != nil {
		f.Fatal(err)
	}
	s := small()
	s.words = words
	h, err := NewHandler(context.Background(), s, echo{}, dialog.DefaultSampling(), nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, body := range []string{"", "null", "[]", "{}", `{"context":["a"],"n":3,"seed":1}`, `{"n":1e9}`, `{"context":["a"],"z":[[1,2,3]]}`, `{"z":[[[1,2,3]]],"at":[[1,2],[3,4]]}`,
		`{"z":[[1,null,3]]}`, `{"z":[[3e38,3e38,3e38]],"at":[[1e308,-1e308]]}`, `{"z":[[1],[[2],[3]]]}`, `{"z":[null]}`, `{"n":1}{}`, strings.Repeat("[", 10000), "{\"context\":[\"\x1b[2J\xff\"],\"n\":1}"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{"candidates", "decode"} {
			w := httptest.NewRecorder()
			h.Routes()["POST /explore/"+path](w, httptest.NewRequest(http.MethodPost, "/explore/"+path, strings.NewReader(string(body))))
			var answer struct{ Error *string }
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Errorf("%s answers %q with %q: %v", path, body, w.Body, err)
			}
			if said := answer.Error != nil && *answer.Error != ""; w.Code != http.StatusOK && w.Code != http.StatusBadRequest || said != (w.Code == http.StatusBadRequest) {
				t.Errorf("%s answers %q with %d, %s", path, body, w.Code, w.Body)
			}
		}
	})
}

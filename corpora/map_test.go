package corpora

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMap reads files in shapes of one's own.
func TestMap(t *testing.T) {
	for name, c := range map[string]struct {
		file, text, content string
		want                []string
	}{
		"lists of objects":      {"a.json", "turns=talk[].words, speaker=talk[].who", `[{"talk":[{"who":"x","words":"one"},{"who":"y","words":"two"}]}]`, []string{"one|two"}},
		"two members":           {"a.jsonl", "turns=q + a", `{"q":"one","a":"two"}`, []string{"one|two"}},
		"a turn of two members": {"a.jsonl", "turns=q & more + a", `{"q":"one","more":"more","a":"two"}`, []string{"one\nmore|two"}},
		"columns in any case":   {"a.csv", "turns=The Question + Reply", "The question,REPLY\none,two\n", []string{"one|two"}},
		"rows":                  {"a.tsv", "turns=words, dialogue=talk, order=n", "talk\tn\twords\n1\t2\ttwo\n1\t1\tone\n2\t1\tthree\n", []string{"one|two", "three"}},
		"some rows":             {"a.csv", "turns=a + b, where=ok:yes", "a,b,ok\none,two,yes\nthree,four,no\n", []string{"one|two"}},
		"no header":             {"a.csv", "turns=1 + 2, where=0:x", "x,one,two\nx,\"thr,ee\",four\ny,five,six\n", []string{"one|two", "thr,ee|four"}},
		"numbers of JSON":       {"a.jsonl", "turns=0 + 1", "[\"one\",\"two\"]\n[\"three\",\"four\"]\n", []string{"one|two", "three|four"}},
		"rows without a header": {"a.tsv", "turns=2, speaker=1, dialogue=0", "1\tann\tone\n1\tben\ttwo\n2\tann\tthree\n", []string{"one|two", "three"}},
		"a point in a name":     {"a.csv", "turns=chat.q + chat.a", "id,chat.q,chat.a\n1,one,two\n", []string{"one|two"}},
		"names of members":      {"a.jsonl", "turns=q{} + a", `{"q":{"one":1},"a":"two"}`, []string{"one|two"}},
		"elements":              {"a.jsonl", "turns=d[0].t + d[-1].t", `{"d":[{"t":"one"},{"t":"two"},{"t":"three"}]}`, []string{"one|three"}},
		"several dialogues":     {"a.json", "turns=p[*] + r[*]", `{"intents":[{"p":["one","two","three"],"r":["x","y"]},{"p":[],"r":["z"]},{"p":[""],"r":["z"]},{"p":["four"],"r":"z"}]}`, []string{"one|x", "two|y", "three|x", "four|z"}},
		"members of a member":   {"a.json", "turns=t[].x", `{"data":[{"t":[{"x":"one"},{"x":"two"}]},{"t":[{"x":"three"}]}],"version":1}`, []string{"one|two", "three"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := shapeOf(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, sayings(t, readMembers(written(t, c.content), []Shape{s}, everyID))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMapRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"dialog[].text": "is not NAME=PATH", "speaker=a": "lacks turns=PATH", "turns=a[": "lacks a ]", "turns=a[x]": "[], [*] or a number may stand",
		"turns=a[]b": "a point must stand", "turns=": "is not NAME=PATH", "turns=a, as=morse": `no way "morse"`,
	} {
		_, err := Open("testdata/jsonl", Options{Map: text})
		wantError(t, err, "--map: ", want, "write it as in --map 'turns=")
	}
}

// TestMapMissing: what the file has is said.
func TestMapMissing(t *testing.T) {
	c, err := openFile(t, Options{Map: "turns=q + a"}, "f.csv", "question,answer\na b,c d\n")
	if err == nil {
		_, err = c.Stats(t.Context(), nil, nil)
	}
	wantError(t, err, `the columns "question", "answer"`, "--map 'turns=")
}

// TestSplitMembers: members of a JSON object that are named like splits are those.
func TestSplitMembers(t *testing.T) {
	one := `{"question":"q","answer":"a"}`
	c, err := openFile(t, Options{}, "f.json", `{"train":[`+one+`,`+one+`],"valid":[`+one+`],"test":[`+one+`,`+one+`,`+one+`]}`)
	if err != nil {
		t.Fatal(err)
	}
	if n := sizes(idsOf(t, c)); n != [3]int{2, 1, 3} {
		t.Errorf("sizes are %v", n)
	}
}

// TestWholeObject: an object with messages is one dialogue, whatever stands beside
// them and however it is laid out; one with lists of texts is as many.
func TestWholeObject(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"messages": {"{\n\"guild\": {\"id\": \"1\"},\n\"messages\": [\n{\"content\": \"one\", \"author\": {\"name\": \"ann\"}, \"attachments\": []},\n" +
			"{\"content\": \"\", \"author\": {\"name\": \"ben\"}, \"attachments\": [{\"id\": \"1\"}]},\n{\"content\": \"two\", \"author\": {\"name\": \"ben\"}}]}", []string{"one|two"}},
		"lists": {"{\"conversations\": [\n[\"one\", \"two\"],\n[\"three\", \"four\"]]}", []string{"one|two", "three|four"}},
	} {
		if diff := cmp.Diff(c.want, sayings(t, readMembers(written(t, c.content), Shapes(), everyID))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

package tokenize

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The expected texts were written by hand.
func TestDetokenise(t *testing.T) {
	for _, c := range []struct{ words, want string }{
		{"", ""},
		{"hello", "Hello"},
		{"see 👨 \u200d 👩 \u200d 👧 !", "See 👨\u200d👩\u200d👧!"},
		{"nice \u200d \u200d 👍 \u200d", "Nice\u200d👍"},
		{"hello , how are you ? fine .", "Hello, how are you? Fine."},
		{"i don ' t know what you ' re on about !", "I don't know what you're on about!"},
		{"i don't know . i'm sure he's here", "I don't know. I'm sure he's here"},
		{"i do n't think it 's his", "I don't think it's his"},
		{"i ’ m sure we ’ ll see , i’ve said", "I’m sure we’ll see, I’ve said"},
		{"it ' s five o ' clock , ma ' am . y ' all come", "It's five o'clock, ma'am. Y'all come"},
		{"the boys ' bikes in the 90 ' s", "The boys' bikes in the 90's"},
		{"give ' em a chance", "Give 'em a chance"},
		{"he said ' no ' to me", "He said 'no' to me"},
		{"he said ' i don ' t .' and left", "He said 'I don't.' And left"},
		{`she said , " are you in ?" and " yes " .`, `She said, "are you in?" And "yes".`},
		{`" well ," he said . " we ' ll see ..."`, `"Well," he said. "We'll see..."`},
		{"`` right '' said he", "``Right'' said he"},
		{"“ right ” said he", "“Right” said he"},
		{"( see page 3 . 5 ) [ or not ]", "(See page 3.5) [or not]"},
		{"it ' s $ 1 , 000 , or 7 % , at 7 : 30 a . m . on monday", "It's $1,000, or 7%, at 7:30 a.m. on monday"},
		{"in 1990 , 500 people", "In 1990, 500 people"},
		{"so do i . i know", "So do I. I know"},
		{"mr . smith met dr . who", "Mr. Smith met Dr. Who"},
		{"a well - known and / or good e - mail", "A well-known and/or good e-mail"},
		{"wait -- what ?! no ... maybe", "Wait -- what?! No... maybe"},
		{"- what ?", "- What?"},
		{"fine :) thanks ;-) bye", "Fine :) thanks ;-) bye"},
		{"<unk> is <unk> .", "<unk> is <unk>."},
		{"yes. and no.", "Yes. And no."},
		{"élan ! été", "Élan! Été"},
		{"你好 ， 吗 ？ 好", "你好，吗？好"},
		{"¿ qué tal ?", "¿Qué tal?"},
		{"ﬁne ß", "ﬁne ß"},
		{"😀 ok", "😀 Ok"},
	} {
		if got := Detokenise(strings.Fields(c.words)); got != c.want {
			t.Errorf("Detokenise(%q)\n got %q\nwant %q", c.words, got, c.want)
		}
	}
}

func TestDetokeniseSkipsEmptyWords(t *testing.T) {
	if got := Detokenise([]string{"", "a", "", "b", ""}); got != "A b" {
		t.Errorf("got %q", got)
	}
}

// Spaces apart, only capitals may differ from the words.
func FuzzDetokenise(f *testing.F) {
	for _, s := range []string{`" a ' b ' ." 'x' ," (`, "''' '. i i'm -- - : 3 : 4", "`` '' ǆ ŉ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, o := range variants {
			words := slices.Collect(SplitWords(text, o))
			got := []rune(strings.ReplaceAll(Detokenise(words), " ", ""))
			want := []rune(strings.Join(words, ""))
			if !slices.EqualFunc(got, want, func(g, w rune) bool { return g == w || g == unicode.ToTitle(w) }) {
				t.Fatalf("%q became %q", string(want), string(got))
			}
		}
	})
}

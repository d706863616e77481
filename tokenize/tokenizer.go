// Package tokenize turns text into token ids and back: by words, by byte-level
// byte-pair encoding, and by the WordPiece of others.
//
// Text is sanitised, normalised and split by our own rules, because those of
// github.com/sugarme/tokenizer fail on many texts; words are looked up in its
// model. Every tokenizer is stored on disk as a Hugging Face tokenizer.json.
package tokenize

// Ids of the special tokens, the same in every tokenizer.
const (
	Pad   int32 = 0 // <pad>
	Unk   int32 = 1 // <unk>
	Start int32 = 2 // <s>
	End   int32 = 3 // </s>
)

// Specials are the surface forms of the special tokens, indexed by id.
var Specials = [4]string{"<pad>", "<unk>", "<s>", "</s>"}

// A Tokenizer maps text to ids in [0, Size()) and back. Of the special ids
// only Unk is produced from text: the caller adds Start and End itself.
// Implementations are safe for concurrent use.
type Tokenizer interface {
	// Encode returns the ids of text, which may hold any bytes.
	Encode(text string) ([]int32, error)
	// Decode returns the text of ids as metrics want it; special ids but Unk are dropped.
	Decode(ids []int32) string
	// Text returns the text of ids for display; special ids but Unk are dropped.
	Text(ids []int32) string
	// Settled returns the beginning of Text(ids) that stays as it is whatever ids follow.
	Settled(ids []int32) string
	// Size is the number of ids, specials included.
	Size() int
	// Token returns the surface form of one id; it is empty when id is out of range.
	Token(id int32) string
}

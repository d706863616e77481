// Package tokenize turns text into token ids and back.
//
// Words are split by our own rules, looked up in a model of
// github.com/sugarme/tokenizer, and stored on disk as a Hugging Face
// tokenizer.json.
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
	// Decode joins the surface forms of ids; special ids but Unk are dropped.
	Decode(ids []int32) string
	// Size is the number of ids, specials included.
	Size() int
	// Token returns the surface form of one id; it is empty when id is out of range.
	Token(id int32) string
}

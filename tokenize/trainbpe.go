package tokenize

import (
	"encoding/json"
	"fmt"
	"iter"
)

// BPEOptions say how TrainBPE learns. The zero value keeps case and merges every
// pair that occurs twice.
type BPEOptions struct {
	Lower    bool // lower-case the text; Decode then gives it back in lower case
	Size     int  // ids including the 4 specials and the 256 bytes; 0: as many as there are merges
	MinCount int  // rarer pairs are not merged; 0 is the same as 2
	// Merged is told of each merge, and of how many there may be; 0: nobody knows. Its error ends the training. Nil: none.
	Merged func(done, most int) error
}

// minBPE is the number of ids without a merge.
const minBPE = len(Specials) + 256

// TrainBPE learns a byte-level byte-pair encoding, one text at a time: the words
// of all texts are counted, and the most frequent pair of neighbouring tokens
// becomes a token, again and again; ties go to the pair of lower ids. The ids are
// the four specials, the 256 bytes in the order of GPT-2, and the merges in their
// order. The same texts give the same ids in whatever order they come. It fails
// with the first error of texts or of Merged, on impossible options, and without text.
func TrainBPE(texts iter.Seq2[string, error], o BPEOptions) (*BPE, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	preTokenizer := json.RawMessage(`{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}`)
	p, err := newPipeline(trainedNormalizer(o.Lower), preTokenizer)
	if err != nil {
		return nil, err
	}
	counts, err := countWords(texts, p)
	if err != nil {
		return nil, err
	}
	if len(counts) == 0 {
		return nil, fmt.Errorf("cannot make a vocabulary: there is no text to learn from")
	}
	t := newTrainer(counts)
	if err := t.train(o); err != nil {
		return nil, err
	}
	return newBPE(numbered(t.tokens).adopt(nil, Specials[Unk], nil), bpeModel{Merges: t.merges}, p)
}

// check refuses options that no vocabulary can meet.
func (o BPEOptions) check() error {
	switch {
	case o.Size != 0 && o.Size < minBPE:
		return fmt.Errorf("vocabulary size %d leaves no room for the %d special tokens and the 256 bytes: use at least %d, or 0 for all merges", o.Size, len(Specials), minBPE)
	case o.MinCount < 0:
		return fmt.Errorf("minimum count %d is negative: use 2 to merge every pair that occurs twice", o.MinCount)
	}
	return nil
}

package metric

// Scores are all metrics of an Input. Null in JSON is not applicable.
type Scores struct {
	Contexts            int         `json:"contexts"` // with a response
	ResponsesPerContext Number      `json:"responses_per_context"`
	Tokens              int         `json:"tokens"` // of all responses, without </s>
	Distinct            Number      `json:"distinct"`
	Dist                ByOrder     `json:"dist"`       // 1, 2, 3
	IntraDist           ByOrder     `json:"intra_dist"` // 1, 2, 3
	InterDist           ByOrder     `json:"inter_dist"` // 1, 2, 3
	Entropy             ByOrder     `json:"entropy"`    // 1, 2, 3, 4; nats
	SelfBLEU            Number      `json:"self_bleu"`
	Gram                GramScores  `json:"gram"`
	BLEU                BLEUScores  `json:"bleu"`       // Method7
	PlainBLEU           BLEUScores  `json:"bleu_plain"` // AddEpsilon
	Embedding           CosineForms `json:"embedding"`
	Coherence           Number      `json:"coherence"`
	LengthMean          Number      `json:"length_mean"`
}

// ByOrder holds a number for each order of n-gram.
type ByOrder map[int]Number

// GramScores are Gram-2, 3 and 4.
type GramScores struct {
	Token ByOrder `json:"token"`
	Type  ByOrder `json:"type"`
}

// BLEUScores are the means of overlap over contexts and their F1.
type BLEUScores struct {
	Precision Number `json:"precision"`
	Recall    Number `json:"recall"`
	F1        Number `json:"f1"`
}

// CosineForms are the embedding metrics in both forms that papers report.
type CosineForms struct {
	Raw   Embedding `json:"raw"`
	Cos01 Embedding `json:"cos01"`
}

func bleuScores(all []Overlap) BLEUScores {
	m := Overlap{meanOf(all, func(o Overlap) float64 { return o.Precision }), meanOf(all, func(o Overlap) float64 { return o.Recall })}
	return BLEUScores{Number(m.Precision), Number(m.Recall), Number(m.F1())}
}

// meanOf is the mean of a number of all that have it.
func meanOf[T any, N ~float64](all []T, of func(T) N) N {
	var m mean
	for _, x := range all {
		m.add(float64(of(x)))
	}
	return N(m.value())
}

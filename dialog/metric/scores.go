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

// overlaps gathers the means of an Overlap.
type overlaps struct{ precision, recall mean }

func (o *overlaps) add(c Overlap) {
	o.precision.add(c.Precision)
	o.recall.add(c.Recall)
}

func (o overlaps) scores() BLEUScores {
	m := Overlap{o.precision.value(), o.recall.value()}
	return BLEUScores{Number(m.Precision), Number(m.Recall), Number(m.F1())}
}

// embeddings gathers the means of an Embedding.
type embeddings struct{ average, extrema, greedy mean }

func (e *embeddings) add(c Embedding) {
	e.average.add(float64(c.Average))
	e.extrema.add(float64(c.Extrema))
	e.greedy.add(float64(c.Greedy))
}

func (e embeddings) means() Embedding {
	return Embedding{Number(e.average.value()), Number(e.extrema.value()), Number(e.greedy.value())}
}

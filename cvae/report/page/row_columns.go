package page

import (
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/dialog/metric"
)

// at is the number of an order; a map without it does not know it.
func at(numbers metric.ByOrder, order int) report.Number {
	if n, ok := numbers[order]; ok {
		return n
	}
	return report.Number(math.NaN())
}

func numeric(h head, decimals int, of func(report.Row) report.Number) column[report.Row] {
	return column[report.Row]{h, func(r report.Row) string { return show(of(r), decimals) }}
}

func decodingColumn() column[report.Row] {
	return column[report.Row]{
		head{Text: "decoding", Title: "How responses were generated.", Left: true},
		func(r report.Row) string { return r.Decoding },
	}
}

func diversityColumns() []column[report.Row] {
	return []column[report.Row]{
		decodingColumn(),
		{measured("distinct", "distinct"), func(r report.Row) string {
			if !r.Distinct.Known() {
				return none
			}
			return distinct(r)
		}},
		numeric(measured("Dist-1", "dist"), 3, func(r report.Row) report.Number { return at(r.Dist, 1) }),
		numeric(measured("Dist-2", "dist"), 3, func(r report.Row) report.Number { return at(r.Dist, 2) }),
		numeric(measured("inter-dist-2", "inter_dist"), 3, func(r report.Row) report.Number { return at(r.InterDist, 2) }),
		numeric(measured("entropy-4", "entropy"), 2, func(r report.Row) report.Number { return at(r.Entropy, 4) }),
		numeric(measured("self-BLEU", "self_bleu"), 3, func(r report.Row) report.Number { return r.SelfBLEU }),
		numeric(measured("LM ppl", "lm_ppl"), 1, func(r report.Row) report.Number { return r.LMPPL }),
		numeric(measured("mpd", "mpd"), 2, func(r report.Row) report.Number { return r.MPD }),
		numeric(measured("length", "length_mean"), 1, func(r report.Row) report.Number { return r.LengthMean }),
	}
}

func qualityColumns() []column[report.Row] {
	columns := []column[report.Row]{decodingColumn()}
	for order := 2; order <= 4; order++ {
		columns = append(columns, numeric(measured(fmt.Sprintf("Gram-%d", order), "gram.token"), 3,
			func(r report.Row) report.Number { return at(r.Gram.Token, order) }))
	}
	return append(columns,
		numeric(measured("BLEU-P", "bleu.precision"), 3, func(r report.Row) report.Number { return r.BLEU.Precision }),
		numeric(measured("BLEU-R", "bleu.recall"), 3, func(r report.Row) report.Number { return r.BLEU.Recall }),
		numeric(measured("BLEU-F1", "bleu.f1"), 3, func(r report.Row) report.Number { return r.BLEU.F1 }),
		numeric(measured("emb.\navg", "embedding.raw.average"), 3, func(r report.Row) report.Number { return r.Embedding.Raw.Average }),
		numeric(measured("emb.\next", "embedding.raw.extrema"), 3, func(r report.Row) report.Number { return r.Embedding.Raw.Extrema }),
		numeric(measured("emb.\ngreedy", "embedding.raw.greedy"), 3, func(r report.Row) report.Number { return r.Embedding.Raw.Greedy }),
		numeric(measured("coherence", "coherence"), 3, func(r report.Row) report.Number { return r.Coherence }),
		numeric(measured("rec\nppl", "rec_ppl"), 1, func(r report.Row) report.Number { return r.RecPPL }),
	)
}

package plot

import (
	"fmt"
	"strings"
)

// A Tone is one colour on light and on dark paper.
type Tone struct{ Light, Dark string }

// The colours of what is not a series.
var (
	paper = Tone{"#ffffff", "#16181d"}
	ink   = Tone{"#22262e", "#e3e6eb"}
	faint = Tone{"#6d7480", "#939aa6"}
	rule  = Tone{"#e2e5ea", "#2f343d"}
	grey  = Tone{"#b4bac4", "#59606c"}
)

// Palette is the colours of series, in their order. They were searched for by
// computer so that they differ with every kind of colour vision, the first four
// most; the test of the palette measures it.
func Palette() []Tone {
	return []Tone{
		{"#2f53a6", "#4cb7ff"},
		{"#dd7024", "#cc814b"},
		{"#29995a", "#98db96"},
		{"#781055", "#a57bb1"},
		{"#823a0b", "#afcd67"},
		{"#300c55", "#1c8beb"},
		{"#2982e5", "#78e3da"},
		{"#e5358d", "#a56740"},
	}
}

// Class is the style class of a series' colour, for marks outside a drawing.
func Class(colour int) string {
	if colour < 0 {
		return "series-grey"
	}
	return fmt.Sprintf("series-%d", colour%len(Palette()))
}

// Style is the style sheet of drawings. It names every colour itself, for not
// every viewer of SVG files knows variables.
func Style() string {
	light, dark := tones(func(t Tone) string { return t.Light }), tones(func(t Tone) string { return t.Dark })
	return shapes + light + "@media screen and (prefers-color-scheme:dark){" + dark + "}"
}

// shapes is the part of the style sheet that is the same on any paper.
const shapes = `.plot{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}` +
	`.plot text{fill:currentColor;stroke:none}` +
	`.plot .line,.plot .thin,.plot .rule,.plot .axis,.plot .cloud{fill:none;stroke:currentColor;stroke-linejoin:round;stroke-linecap:round}` +
	`.plot .line{stroke-width:1.8}.plot .thin{stroke-width:1.2;stroke-opacity:.6}` +
	`.plot .cloud{stroke-width:4.2;stroke-opacity:.75}.full,.bar{fill:currentColor;stroke:none}` +
	`.plot .heading{font-weight:600}` +
	`.plot .start{text-anchor:start}.plot .middle{text-anchor:middle}.plot .end{text-anchor:end}`

// tones is the coloured part of the style sheet.
func tones(of func(Tone) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".plot{color:%s}.plot .paper{fill:%s}", of(ink), of(paper))
	fmt.Fprintf(&b, ".plot .name{stroke:%s;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}", of(paper))
	fmt.Fprintf(&b, ".plot .faint,.plot .axis{color:%s}.plot .rule{color:%s}.series-grey{color:%s}", of(faint), of(rule), of(grey))
	for i, t := range Palette() {
		fmt.Fprintf(&b, ".%s{color:%s}", Class(i), of(t))
	}
	return b.String()
}

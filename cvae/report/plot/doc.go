// Package plot draws charts as SVG: points, lines, bars and clouds over two
// axes, with ticks at round numbers. A drawing is a function of its Chart, can
// be read in light and dark, and needs no script, font or file.
package plot

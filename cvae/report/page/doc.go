// Package page writes a report for people: as one HTML file that needs nothing
// else, as Markdown, and its plots as SVG files.
package page

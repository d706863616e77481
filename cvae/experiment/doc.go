// Package experiment compares methods: it trains a grid of rows and seeds that
// a file describes, keeps a small result of every run, and decides with paired
// statistics what the runs say about published claims.
//
// An experiment is data (specs/*.yaml, or a file of the user): corpus, preset,
// settings, rows, seeds, and claims with the tests that decide them. The claims
// of the papers stand in claims.yaml, written down before any run. Results are
// JSON files, one a run (results/ holds those that we recorded), from which all
// tables are made.
package experiment

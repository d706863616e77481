package eval

// Numerals is the tokenizer of the tests, for those outside the package.
type Numerals = numerals

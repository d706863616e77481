package corpora

import "iter"

// westernLines is lines for a corpus whose files are Latin-1 or Windows-1252,
// or copies of them in UTF-8. The encoding is told line by line: a text in
// Windows-1252 that has letters beyond ASCII is hardly ever UTF-8 by accident.
func westernLines(path string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		f, err := openText(path)
		if err != nil {
			yield(line{}, err)
			return
		}
		defer f.Close()
		for l, err := range decodedLines(f, path, asWindows1252) {
			if !yield(l, err) {
				return
			}
		}
	}
}

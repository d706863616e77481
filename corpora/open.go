package corpora

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// Options say how a corpus is read. The zero value detects the format, stops
// at a malformed line and keeps duplicates.
type Options struct {
	Format   string        // a name of Formats; empty: detected
	Map      string        // where the turns of records are, as --map says; empty: the shape is detected
	Encoding string        // of text files, by its name on the web; empty: by a byte order mark, or UTF-8
	Gap      time.Duration // pause after which a conversation of a log of chat is over; 0: 3 hours
	Clean    bool          // take tags and the annotations of transcripts out of turns
	SkipBad  bool          // leave malformed lines out and count them
	Dedup    bool          // drop duplicates, and train dialogues that stand in valid or test
	Seed     uint64        // of the splits of a corpus without official ones
}

// An OptionError says which of the [Options] no corpus, or not this one, is read with.
type OptionError struct {
	Option string // such as encoding, as flags and configurations name it
	Err    error
}

// Error implements error.
func (e OptionError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e OptionError) Unwrap() error { return e.Err }

// Open opens the corpus at path, a file or a folder, or a corpus inside
// the program, such as "builtin".
// Splits may be missing or empty; see CheckSplits. Every error is one sentence
// that names the fault and the cure.
func Open(path string, o Options) (*Corpus, error) {
	s, f, err := resolve(path, o)
	if err != nil {
		return nil, err
	}
	if o.Gap != 0 && !f.timed {
		return nil, OptionError{"gap", fmt.Errorf("corpora: a gap ends a conversation by the times of its messages, and format %s has none; leave --gap out", f.Name)}
	}
	if o.Gap < 0 {
		return nil, OptionError{"gap", fmt.Errorf("corpora: the gap is %v; it must be longer than 0, as in --gap 3h", o.Gap)}
	}
	parts, err := f.parts(s)
	if err != nil {
		return nil, err
	}
	name := path
	if abs, err := filepath.Abs(path); err == nil && !f.embedded { // "." has the name of its folder
		name = filepath.Base(abs)
	}
	return &Corpus{
		format: f, path: path, unpacked: s.Unpacked, name: name, options: o, parts: parts,
		skipped: make([]int, len(parts)), left: make([]LeftOut, len(parts)), dropped: noneDropped(),
	}, nil
}

func resolve(path string, o Options) (site.Site, Format, error) {
	if f, found := findEmbedded(path); found {
		return site.Site{Path: path}, f, nil
	}
	s, err := site.Look(path)
	if err != nil {
		return s, Format{}, err
	}
	if o.Encoding != "" {
		if _, err := textfile.Encoding(o.Encoding); err != nil {
			return s, Format{}, OptionError{"encoding", fmt.Errorf("corpora: --encoding: %w", err)}
		}
		s.How.Encoding = o.Encoding
	}
	s.How.Gap = o.Gap
	if o.Map != "" {
		f, err := mappedFormat(o.Map)
		return s, f, err
	}
	if all, ok := s.Unpack(); ok {
		if f, err := choose(all, o.Format); err == nil && f.match(all) != "" && !f.splits(s) {
			return all, f, nil
		}
	}
	f, err := choose(s, o.Format)
	return s, f, err
}

// splits tells whether a format finds splits among the files of a site, as their authors made them.
func (f Format) splits(s site.Site) bool {
	parts, err := f.parts(s)
	return err == nil && len(parts) > 1
}

// choose returns the format of that name, or detects it when name is empty.
func choose(s site.Site, name string) (Format, error) {
	if name == "" {
		return detect(s)
	}
	for _, f := range Formats() {
		if f.Name == name && !f.embedded {
			return f, nil
		}
	}
	return Format{}, OptionError{"format", fmt.Errorf("corpora: there is no format %q for files; --format knows %s", name, formatNames())}
}

package corpora

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/archive"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/dialog"
)

// A File is what is known of the content of one file of a corpus.
type File struct {
	Name   string `json:"name"` // slash-separated, in the folder of the corpus
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Content is a corpus by what is in it: its files, in the order of their names.
// Two corpora of equal Sum are the same, wherever they lie.
type Content []File

// Sum is a SHA-256, in hexadecimal. The name of a file that is a corpus by itself
// is no part of it; the names in a folder say what is which split, and are.
func (c Content) Sum() string {
	sum := sha256.New()
	for _, f := range c {
		name := f.Name
		if len(c) == 1 {
			name = ""
		}
		fmt.Fprintf(sum, "%q %d %s\n", name, f.Size, f.SHA256)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Against says in a few words what c has that differs from an earlier content;
// empty: nothing does.
func (c Content) Against(before Content) string {
	if c.Sum() == before.Sum() {
		return ""
	}
	if len(c) == 1 && len(before) == 1 {
		return fmt.Sprintf("%s has %d bytes and SHA-256 %.8s…, and had %d bytes and %.8s…", fault.Shown(c[0].Name), c[0].Size, c[0].SHA256, before[0].Size, before[0].SHA256)
	}
	had := map[string]File{}
	for _, f := range before {
		had[f.Name] = f
	}
	var changed []string
	for _, f := range c {
		old, ok := had[f.Name]
		switch delete(had, f.Name); {
		case !ok:
			changed = append(changed, fault.Shown(f.Name)+" is new")
		case f.Size != old.Size:
			changed = append(changed, fmt.Sprintf("%s has %d bytes and had %d", fault.Shown(f.Name), f.Size, old.Size))
		case f.SHA256 != old.SHA256:
			changed = append(changed, fault.Shown(f.Name)+" has other bytes")
		}
	}
	for _, f := range before {
		if _, gone := had[f.Name]; gone {
			changed = append(changed, fault.Shown(f.Name)+" is gone")
		}
	}
	const most = 3
	if more := len(changed) - most; more > 0 {
		changed = append(changed[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(changed, ", ")
}

// Content reads every file of the corpus to its end, once as long as none is
// written to. A corpus inside the program is one file with its name.
func (c *Corpus) Content() (Content, error) {
	if c.format.embedded {
		return c.embeddedContent()
	}
	before, err := c.stamp()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	known := c.content
	c.mu.Unlock()
	if known.stamp == before {
		return known.Content, nil
	}
	s, err := c.look()
	if err != nil {
		return nil, err
	}
	var content Content
	for _, path := range c.files(s) {
		f, err := hashed(path)
		if err != nil {
			return nil, fault.CannotRead(path, err)
		}
		folder := s.Folder()
		if s.Archive != "" {
			folder = filepath.Dir(s.Archive)
		}
		if f.Name, err = filepath.Rel(folder, path); err != nil {
			return nil, fmt.Errorf("corpora: naming a file of %s: %w", fault.Shown(c.path), err)
		}
		f.Name = filepath.ToSlash(f.Name)
		content = append(content, f)
	}
	if err := c.unchanged(before, nil); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.content = knownContent{content, before}
	return content, nil
}

// knownContent is the content that the files had at a stamp.
type knownContent struct {
	Content
	stamp string
}

// hashed reads a file, all but its name.
func hashed(path string) (f File, err error) {
	file, err := os.Open(path)
	if err != nil {
		return f, err
	}
	defer file.Close()
	sum := sha256.New()
	if f.Size, err = io.Copy(sum, file); err != nil {
		return f, err
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return f, nil
}

// embeddedContent is the dialogues of a corpus inside the program, which another
// version of it may change.
func (c *Corpus) embeddedContent() (Content, error) {
	sum := sha256.New()
	e := json.NewEncoder(sum)
	f := File{Name: c.name}
	for p, err := range c.pass(dialog.Splits[:]) {
		if err != nil {
			return nil, err
		}
		if err := e.Encode(p); err != nil {
			return nil, fmt.Errorf("corpora: identifying %s: %w", c.name, err)
		}
		f.Size++
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return Content{f}, nil
}

// Fingerprint changes with the content of the corpus and with every option that
// decides what is read. It is empty for a corpus inside the program, which is read
// as fast as a copy of it, and where malformed lines are left out, which are counted
// only as they are read.
func (c *Corpus) Fingerprint() (string, error) {
	if c.options.SkipBad || c.format.embedded {
		return "", nil
	}
	content, err := c.Content()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %+v %s\n", c.format.Name, c.options, content.Sum())
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// stamp is a hash of the sizes and the times of the files of the corpus, which
// tells of a change while they are read. It is empty for a corpus inside the
// program.
func (c *Corpus) stamp() (string, error) {
	if c.format.embedded {
		return "", nil
	}
	s, err := c.look()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, path := range c.files(s) {
		info, err := os.Stat(path)
		if err != nil {
			return "", fault.CannotRead(path, err)
		}
		fmt.Fprintf(sum, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// look finds out what lies at the path of the corpus.
func (c *Corpus) look() (site.Site, error) {
	s, err := site.Look(c.path)
	if c.unpacked && err == nil {
		s, _ = s.Unpack()
	}
	return s, err
}

// files are the paths of the files at s that are read, or may be, in the order
// of their names, with those that lie beside one file. An archive stands for the
// files in it.
func (c *Corpus) files(s site.Site) (paths []string) {
	if s.Archive != "" {
		return []string{s.Archive}
	}
	for _, path := range c.inside(s) {
		if strings.Contains(path, ".zip/") {
			path = archive.Real(path)
		}
		if len(paths) == 0 || paths[len(paths)-1] != path {
			paths = append(paths, path)
		}
	}
	return paths
}

func (c *Corpus) inside(s site.Site) (paths []string) {
	if !s.Dir {
		paths = append(paths, s.Path)
		if c.format.sides != nil {
			paths = append(paths, c.format.sides(s.Path)...)
		}
		return paths
	}
	for _, name := range c.format.reads(s) {
		paths = append(paths, s.At(name))
	}
	return paths
}

// reads are the names of the files of a folder that a format reads. A format
// that finds its parts by a rule of its own may read any but those of hidden
// folders and those that a run keeps.
func (f Format) reads(s site.Site) (names []string) {
	switch {
	case f.split == nil && f.place != nil:
		for _, shard := range s.Shards(f.place(s)) {
			names = append(names, shard...)
		}
	case f.split == nil:
		for _, files := range s.SplitFiles(f.exts...) {
			names = append(names, files...)
		}
	default:
		runs := runFolders(s.Files)
		for _, name := range s.Files {
			if !strings.Contains("/"+name, "/.") && !slices.Contains(runs, name[:strings.LastIndex(name, "/")+1]) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// unread are the files of a folder, but for those that describe it, that a format of any corpus passes over. A format
// of one corpus knows its files.
func (c *Corpus) unread() (names []string) {
	s, err := c.look()
	if err != nil || c.format.Licence != yours || c.options.Map != "" {
		return nil
	}
	return c.format.unread(s)
}

// named is the format with the rule by which it finds its files by their names, where it has one.
func (f Format) named() Format {
	if f.Name == records {
		f.split, f.place = nil, recordPlace(shapesOf(records))
	}
	return f
}

// unread are the files of a folder, but for those that describe it, that the format passes over, where it finds its
// files by their names.
func (f Format) unread(s site.Site) (names []string) {
	f = f.named()
	if f.split != nil || !s.Dir {
		return nil
	}
	reads := f.reads(s)
	for _, name := range s.Files {
		if base := path.Base(name); !slices.Contains(reads, name) && strings.Contains(base, ".") && !describes(base) && !strings.Contains("/"+name, "/.") {
			names = append(names, name)
		}
	}
	return names
}

// describes tells whether a file of this name tells about a corpus.
func describes(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "readme") || strings.HasPrefix(name, "licen") || strings.HasSuffix(name, ".md")
}

// runFolders are the folders, with a slash at the end, that hold a checkpoint.
func runFolders(names []string) (folders []string) {
	for _, name := range names {
		if folder, ok := strings.CutSuffix(name, "/last.safetensors"); ok {
			folders = append(folders, folder+"/")
		}
	}
	return folders
}

// unchanged returns err, or a better one when a file was written since the
// stamp before: then what was read is of no use, and err may come of it.
func (c *Corpus) unchanged(before string, err error) error {
	if now, failed := c.stamp(); failed == nil && now == before {
		return err
	}
	return fmt.Errorf("corpora: %s changed while it was read; wait until it is written, and read it again", fault.Shown(c.path))
}

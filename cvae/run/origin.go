package run

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// ErrOtherCorpus says that a corpus is not the one of a run.
var ErrOtherCorpus = errors.New("another corpus than the run's")

// An Origin is what a run was made of: the fingerprints of its corpus, wherever
// that lies, its tokenizer and its labels. data.json lists the files of the corpus
// too; checkpoints and models carry the fingerprints. Runs of versions before
// 2026-12 have none.
type Origin struct {
	Format    string          // of the corpus, as it was detected
	Corpus    corpora.Content // nil: the files are not known one by one
	Sum       string          // of Corpus; empty: not known
	Tokenizer string          // SHA-256 of tokenizer.json; empty: not known
	Labels    string          // SHA-256 of labels.json; empty: there are none
}

// The keys of an origin in the metadata of a model.
const (
	originCorpus    = "corpus_sha256"
	originTokenizer = "tokenizer_sha256"
	originLabels    = "labels_sha256"
)

// Metadata are the fingerprints as a model carries them.
func (o Origin) Metadata() map[string]string {
	return map[string]string{originCorpus: o.Sum, originTokenizer: o.Tokenizer, originLabels: o.Labels}
}

// String is the fingerprints on one line, as a checkpoint carries them.
func (o Origin) String() string {
	return fmt.Sprintf("corpus=%s tokenizer=%s labels=%s", o.Sum, o.Tokenizer, o.Labels)
}

// ParseOrigin reads what String wrote; of an empty text nothing is known.
func ParseOrigin(text string) (o Origin) {
	for _, field := range strings.Fields(text) {
		switch key, value, _ := strings.Cut(field, "="); key {
		case "corpus":
			o.Sum = value
		case "tokenizer":
			o.Tokenizer = value
		case "labels":
			o.Labels = value
		}
	}
	return o
}

// originOf is that in the metadata of a model.
func originOf(metadata map[string]string) Origin {
	return Origin{Sum: metadata[originCorpus], Tokenizer: metadata[originTokenizer], Labels: metadata[originLabels]}
}

// dataFile is the content of data.json.
type dataFile struct {
	Version   int             `json:"version"`
	Format    string          `json:"format"`
	Corpus    corpora.Content `json:"corpus"`
	Tokenizer string          `json:"tokenizer_sha256"`
	Labels    string          `json:"labels_sha256"`
	SHA256    string          `json:"sha256"` // of all the rest in JSON
}

// dataVersion is the one version of data.json.
const dataVersion = 1

// MarshalOrigin is the content of data.json.
func MarshalOrigin(o Origin) ([]byte, error) {
	file := dataFile{Version: dataVersion, Format: o.Format, Corpus: o.Corpus, Tokenizer: o.Tokenizer, Labels: o.Labels}
	var err error
	if file.SHA256, err = file.sum(); err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the origin of the run: %w", err)
	}
	return safe.JSON(append(b, '\n')), nil
}

func (d dataFile) sum() (string, error) {
	d.SHA256 = ""
	b, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encoding the origin of the run: %w", err)
	}
	return Fingerprint(b), nil
}

// Fingerprint is the SHA-256 of the content of a file, in hexadecimal.
func Fingerprint(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// ReadOrigin reads data.json of the run in dir. The error wraps fs.ErrNotExist
// where there is none.
func ReadOrigin(dir string) (Origin, error) { return inFolder(dir).origin() }

func (f files) origin() (Origin, error) {
	b, err := regular.ReadIn(f, rundir.DataFile, mostText)
	if err != nil {
		return Origin{}, fmt.Errorf("opening %s: %w", f.path(rundir.DataFile), err)
	}
	o, err := parseData(b)
	if err != nil {
		return o, fmt.Errorf("%s cannot be used: %w", f.path(rundir.DataFile), err)
	}
	return o, nil
}

func parseData(b []byte) (Origin, error) {
	var file dataFile
	if err := json.Unmarshal(b, &file); err != nil {
		return Origin{}, fmt.Errorf("it is not what a run writes: %w", err)
	}
	if file.Version != dataVersion {
		return Origin{}, fmt.Errorf("its version is %d, and this program reads version %d", file.Version, dataVersion)
	}
	sum, err := file.sum()
	if err != nil {
		return Origin{}, err
	}
	if sum != file.SHA256 {
		return Origin{}, errors.New("its checksum is wrong: it was changed or is damaged")
	}
	return Origin{Format: file.Format, Corpus: file.Corpus, Sum: file.Corpus.Sum(), Tokenizer: file.Tokenizer, Labels: file.Labels}, nil
}

// known is the origin of a run by its data.json, which names the files, and by what
// a model or a checkpoint carries: the tokenizer and the labels never change, so
// those that were carried count.
func (f files) known(carried Origin) Origin {
	o, err := f.origin()
	if err != nil {
		return carried
	}
	if carried.Tokenizer != "" {
		o.Tokenizer, o.Labels = carried.Tokenizer, carried.Labels
	}
	return o
}

// KnownOrigin is the origin of the run in dir by its data.json and by what its
// checkpoint carries.
func KnownOrigin(dir, carried string) Origin {
	return inFolder(dir).known(ParseOrigin(carried))
}

// AsDetected is c with the format in which the corpus of the run was read.
func (o Origin) AsDetected(c config.Config) config.Config {
	if c.Format == "" && o.Format != c.Corpus { // an embedded corpus is a format of its own
		c.Format = o.Format
	}
	return c
}

// Unknown says that nothing is known of the corpus of a run; empty: something is.
func (o Origin) Unknown(dir string) string {
	if o.Sum != "" {
		return ""
	}
	return fmt.Sprintf("%s does not say what its corpus held, because an older version wrote it; the corpus is taken as it is now", filepath.Join(dir, rundir.ConfigFile))
}

// CheckCorpus refuses a corpus with another content; of an unknown origin it
// takes any.
func (o Origin) CheckCorpus(c *corpora.Corpus, path string) error {
	if o.Sum == "" {
		return nil
	}
	now, err := c.Content()
	if err != nil {
		return err
	}
	if now.Sum() == o.Sum {
		return nil
	}
	what := "its content has another SHA-256"
	if o.Corpus != nil {
		what = now.Against(o.Corpus)
	}
	return config.Error{Err: fmt.Errorf("%s is %w: %s; name where the run's lies by --corpus, or use this one all the same by --accept-corpus", path, ErrOtherCorpus, what)}
}

// checkFile refuses a file of a run whose fingerprint is not the one that was
// carried. An empty one is not known.
func (f files) checkFile(name, want string, content []byte) error {
	if want == "" || Fingerprint(content) == want {
		return nil
	}
	return fmt.Errorf("%s is not the file that the model was trained with: its SHA-256 is %.8s… and was %.8s…, so it was changed or is damaged; put back the one of the run, or see cvae check %s",
		f.path(name), Fingerprint(content), want, safe.Argument(f.dir))
}

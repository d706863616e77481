package run

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// labelsFile is the content of labels.json.
type labelsFile struct {
	Version int         `json:"version"`
	Labels  cvae.Labels `json:"labels"` // the place of a value, from 1, is its id
	SHA256  string      `json:"sha256"` // of labels in JSON
}

// labelsVersion is the one version of labels.json.
const labelsVersion = 1

// Labels are the values of the labels that replies are conditioned on, by name;
// empty without a condition.
func (r *Run) Labels() map[string][]string {
	told := map[string][]string{}
	for _, name := range r.Config.Model.Condition.Labels {
		told[name] = r.model.Parts.Labels[name]
	}
	return told
}

// A LabelError is a label that a run cannot be told. It wraps [ErrRequest].
type LabelError struct{ Name, Reason string }

func (e LabelError) Error() string { return fmt.Sprintf("label %s: %s", e.Name, e.Reason) }

// Unwrap returns ErrRequest.
func (LabelError) Unwrap() error { return ErrRequest }

// CheckLabels refuses labels that replies are not conditioned on, by a [LabelError]. Values
// that the run never saw count as none; unseen has a sentence for each.
func (r *Run) CheckLabels(labels map[string]string) (unseen []string, err error) {
	known := r.Labels()
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		values, ok := known[name]
		switch {
		case name == dialog.PersonaLabel && r.Config.Model.Context.Persona: // any text is one
		case len(known) == 0:
			return nil, LabelError{name, "this run is not conditioned on labels; train one with --set condition.labels=" + name}
		case !ok:
			return nil, LabelError{name, fmt.Sprintf("this run is conditioned on %s alone", some(slices.Sorted(maps.Keys(known))))}
		case !slices.Contains(values, labels[name]):
			unseen = append(unseen, fmt.Sprintf("the run saw no %s %q, which counts as none; it saw %s", name, labels[name], some(values)))
		}
	}
	return unseen, nil
}

// some joins the first of many words.
func some(words []string) string {
	const most = 12
	if len(words) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
	}
	return strings.Join(words, ", ")
}

// Listed is names in order, for a sentence.
func Listed(names map[string]bool) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}

// MarshalLabels is the content of labels.json.
func MarshalLabels(labels cvae.Labels) ([]byte, error) {
	sum, err := checksum(labels)
	if err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(labelsFile{labelsVersion, labels, sum}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the labels: %w", err)
	}
	return safe.JSON(append(b, '\n')), nil
}

// ReadLabels reads the labels of the run in dir, which must be those of the origin;
// nil without a condition.
func ReadLabels(dir string, c cvae.Conditioning, o Origin) (cvae.Labels, error) {
	return inFolder(dir).labels(c, o)
}

func checksum(labels cvae.Labels) (string, error) {
	b, err := json.Marshal(labels)
	if err != nil {
		return "", fmt.Errorf("encoding the labels: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// labels reads labels.json, which a run without a condition lacks.
func (f files) labels(c cvae.Conditioning, o Origin) (cvae.Labels, error) {
	if !c.On() {
		return nil, nil
	}
	b, err := regular.ReadIn(f, rundir.LabelsFile, mostText)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w; put it back, or let cvae check --repair %s learn it again from the corpus", f.path(rundir.LabelsFile), err, safe.Argument(f.dir))
	}
	labels, err := parseLabels(b, c)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", f.path(rundir.LabelsFile), err)
	}
	return labels, f.checkFile(rundir.LabelsFile, o.Labels, b)
}

func parseLabels(b []byte, c cvae.Conditioning) (cvae.Labels, error) {
	var file labelsFile
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("it is not what a run writes: %w", err)
	}
	if file.Version != labelsVersion {
		return nil, fmt.Errorf("its version is %d, and this program reads version %d", file.Version, labelsVersion)
	}
	sum, err := checksum(file.Labels)
	if err != nil {
		return nil, err
	}
	if sum != file.SHA256 {
		return nil, errors.New("its checksum is wrong: it was changed or is damaged")
	}
	return file.Labels, file.Labels.Check(c)
}

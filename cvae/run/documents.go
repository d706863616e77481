package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// Identity is all of a run that decides what it answers: the SHA-256 of its
// configuration, its tokenizer and its model.
func (r *Run) Identity() (id [3]string, err error) {
	for i, name := range []string{rundir.ConfigFile, rundir.TokenizerFile, r.weights} {
		if id[i], err = r.files.hash(name); err != nil {
			return id, fmt.Errorf("identifying run %s: %w", r.Dir, err)
		}
	}
	return id, nil
}

func (f files) hash(name string) (string, error) {
	file, _, err := regular.OpenIn(f, name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("reading %s: %w", f.path(name), err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Step is the step of the model that answers.
func (r *Run) Step() (int, error) {
	w, err := r.files.parameters(r.weights)
	if err != nil {
		return 0, err
	}
	step, err := strconv.Atoi(w.Metadata["step"])
	if err != nil {
		return 0, fmt.Errorf("%s does not say its step: %w", r.files.path(w.File), err)
	}
	return step, nil
}

// Documents are config.yaml and MODEL_CARD.md, which a run that has not ended
// lacks; one that cannot be read is taken as none.
func (r *Run) Documents() (config, card string, err error) {
	text, err := regular.ReadIn(r.files, rundir.ConfigFile, mostConfig)
	if err != nil {
		return "", "", err
	}
	described, err := regular.ReadIn(r.files, rundir.CardFile, mostText)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.WarnOf(fmt.Sprintf("%s cannot be read: %v; cvae check --repair %s writes it again", r.files.path(rundir.CardFile), err, safe.Argument(r.Dir)))
	}
	return string(text), string(described), nil
}

// Evaluation is that in eval.json; ok is false where there is none, or it is older
// than the model or from a version that measured something else: then it does not
// read back as it stands.
func (r *Run) Evaluation() (report eval.Report, ok bool) {
	measured, err := fs.Stat(r.files, rundir.EvalFile)
	if err != nil {
		return report, false
	}
	model, err := fs.Stat(r.files, rundir.ModelFile)
	if err != nil || measured.ModTime().Before(model.ModTime()) {
		return report, false
	}
	b, err := regular.ReadIn(r.files, rundir.EvalFile, mostText)
	if err != nil || json.Unmarshal(b, &report) != nil {
		return eval.Report{}, false
	}
	if now, err := json.MarshalIndent(report, "", "  "); err != nil || !bytes.Equal(safe.JSON(append(now, '\n')), b) {
		return eval.Report{}, false
	}
	return report, true
}

// ReadEvaluation reads eval.json of the run in dir.
func ReadEvaluation(dir string) (report eval.Report, err error) {
	b, err := regular.ReadIn(os.DirFS(dir), rundir.EvalFile, mostText)
	if err == nil {
		err = json.Unmarshal(b, &report)
	}
	return report, err
}

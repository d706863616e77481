package main

import (
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Build information is what the go command documents for debug.BuildSetting.
func TestBuiltFrom(t *testing.T) {
	info := &debug.BuildInfo{Main: debug.Module{Version: "v0.3.0"}, Settings: []debug.BuildSetting{
		{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "0123abcd"}, {Key: "vcs.time", Value: "2026-11-29T03:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}}
	r := builtFrom(info)
	if got, want := []string{r.Version, r.revision()}, []string{"v0.3.0", "0123abcd of 2026-11-29T03:00:00Z, with changes"}; !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	if r := builtFrom(nil); r.Version != "unknown" || r.revision() != "not recorded in this build" || len(r.Paths) == 0 || r.Kernels != r.Paths[len(r.Paths)-1] {
		t.Errorf("without build information: %+v", r)
	}
}
